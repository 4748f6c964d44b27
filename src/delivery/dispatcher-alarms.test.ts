import { expect, it } from 'vitest';
import { DAY, dispatchRig, HOUR, ids, laneOf, MINUTE } from '../../test/fakes/dispatch-rig.ts';
import { alertMessage } from '../../test/fakes/messages.ts';
import { accepted, deferred, rejected, scriptedDestination } from '../../test/fakes/scripted-destination.ts';

it('tells the other lanes once that one fails, daily while it lasts, and when it works again', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const other = scriptedDestination();
  hook.otherwise(deferred);
  await rig.enqueue(ids('a', 12), 'hook');
  rig.start(laneOf('hook', hook), laneOf('other', other));
  await rig.clock.advance(HOUR - 1);
  expect(other.messages).toEqual([]);
  await rig.clock.advance(1);
  expect(other.messages.map(({ kind, site, topic }) => [kind, site, topic])).toEqual([
    ['destination-failing', null, 'alert'],
  ]);
  expect(other.messages[0]!.text).toContain('12 messages wait.');
  expect(other.messages[0]!.text).toContain('Nobody listens.');
  const alarm = { destination: 'hook', id: other.messages[0]!.id };
  expect(rig.log).toContainEqual({ level: 'error', fields: alarm, message: other.messages[0]!.title });
  await rig.clock.advance(DAY - 1);
  expect(other.messages).toHaveLength(1);
  await rig.clock.advance(1 + 2 * DAY);
  expect(other.messages).toHaveLength(4);
  expect(new Set(other.messages.map(({ id }) => id)).size).toBe(4);
  hook.otherwise(accepted);
  await rig.clock.advance(HOUR);
  expect(other.messages.map(({ kind }) => kind).slice(4)).toEqual(['destination-recovered']);
  expect(hook.taken).toEqual(ids('a', 12));
  expect(hook.messages.every(({ kind }) => kind === 'expiring')).toBe(true);
});

it('raises the alarm in time although the far end asked to wait for a day', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const other = scriptedDestination();
  hook.otherwise({ kind: 'deferred', reason: 'rate-limited', detail: '429', retryAfterMs: DAY });
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook), laneOf('other', other));
  await rig.clock.advance(HOUR);
  expect(other.messages.map(({ kind }) => kind)).toEqual(['destination-failing']);
  expect(hook.calls).toHaveLength(1);
});

it('raises no alarm because the wall clock jumped, and still raises it in time after a jump back', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const other = scriptedDestination();
  hook.otherwise(deferred);
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook), laneOf('other', other));
  await rig.clock.advance(MINUTE);
  rig.clock.jump(30 * DAY);
  await rig.clock.advance(40 * MINUTE);
  expect(other.messages).toEqual([]);
  rig.clock.jump(-60 * DAY);
  await rig.clock.advance(19 * MINUTE);
  expect(other.messages.map(({ kind }) => kind)).toEqual(['destination-failing']);
});

it('tells the other lanes of every dead letter in the transaction that makes it one', async () => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 3 });
  const other = scriptedDestination();
  series.answer(rejected);
  await rig.enqueue(ids('a', 4), 'series');
  rig.start(laneOf('series', series), laneOf('other', other));
  await rig.clock.advance(0);
  expect(other.messages.map(({ kind, title }) => [kind, title])).toEqual([
    ['dead-letter', 'Destination series did not take 3 messages, no longer tried'],
  ]);
});

it('does not play ping-pong with dead letters between lanes that refuse everything', async () => {
  const rig = dispatchRig();
  const lanes = ['one', 'two', 'three'].map((name) => ({ name, destination: scriptedDestination() }));
  for (const { destination } of lanes) destination.otherwise(rejected);
  await rig.store.enqueue(
    [{ message: alertMessage({ id: 'a' }), destinations: [{ name: 'one', supersedes: false }] }],
    rig.clock.now().getTime(),
  );
  rig.start(...lanes.map(({ name, destination }) => laneOf(name, destination)));
  await rig.clock.advance(DAY);
  expect(lanes.map(({ destination }) => destination.calls.length)).toEqual([1, 1, 1]);
  expect(await rig.store.deadLetters({ limit: 1000 })).toHaveLength(3);
});

it('addresses alarms only to those who want alerts', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const other = scriptedDestination();
  hook.otherwise(rejected);
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook), laneOf('other', other, { sendAlert: false }));
  await rig.clock.advance(HOUR);
  expect(other.calls).toEqual([]);
});

it('raises no alarm about a lane in which nothing waits', async () => {
  const rig = dispatchRig();
  const at = rig.clock.now().getTime();
  await rig.store.settle({
    destination: 'hook',
    at,
    settlements: [],
    lane: {
      failingSince: at - 2 * HOUR,
      failedAttempts: 12,
      nextAttemptAt: at + 30 * MINUTE,
      lastFailure: { at, reason: 'timeout', detail: 'slow' },
      lastAcceptedAt: null,
      announcedAt: null,
    },
    messages: [],
  });
  const other = scriptedDestination();
  rig.start(laneOf('hook', scriptedDestination()), laneOf('other', other));
  await rig.clock.advance(DAY);
  expect(other.calls).toEqual([]);
});
