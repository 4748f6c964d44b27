import { expect, it } from 'vitest';
import { DAY, dispatchRig, HOUR, ids, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { accepted, deferred, rejected, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
import type { Outcome } from './destination.ts';

const comeBackAfter = (retryAfterMs: number): Outcome => ({ ...deferred, retryAfterMs }) as Outcome;

it('goes on after a minute, from the oldest message, when it stumbles over something unforeseen', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer([undefined as unknown as Outcome]);
  await rig.enqueue(ids('a', 3), 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(MINUTE - 1);
  expect(hook.calls).toEqual([['a-1']]);
  expect(rig.log).toEqual([
    {
      level: 'error',
      fields: { destination: 'hook', err: expect.any(TypeError) },
      message: 'the lane stumbled and goes on',
    },
  ]);
  await rig.clock.advance(1);
  expect(hook.taken).toEqual(ids('a', 3));
});

it('logs how long each attempt took', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer('slow');
  await rig.clock.advance(MINUTE);
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(MINUTE);
  expect(rig.log.map(({ fields }) => fields['ms'])).toEqual([10 * SECOND, 0]);
});

it('gives up an old message only once this run has tried for an hour', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.otherwise(comeBackAfter(HOUR));
  await rig.enqueue(['a'], 'hook');
  await rig.clock.advance(8 * DAY);
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(HOUR - 1);
  expect(await rig.deadLetters('hook')).toEqual([]);
  await rig.clock.advance(1);
  expect(await rig.deadLetters('hook')).toEqual([{ id: 'a', reason: 'gave-up' }]);
});

it('gives up an old message sooner where messages are tried for less than an hour', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.otherwise(comeBackAfter(10 * MINUTE));
  await rig.enqueue(['a'], 'hook');
  await rig.clock.advance(DAY);
  rig.start(laneOf('hook', hook, { giveUpAfter: 10 * MINUTE }));
  await rig.clock.advance(10 * MINUTE - 1);
  expect(await rig.deadLetters('hook')).toEqual([]);
  await rig.clock.advance(1);
  expect(await rig.deadLetters('hook')).toEqual([{ id: 'a', reason: 'gave-up' }]);
});

const later = comeBackAfter(40 * MINUTE);

it.each([
  ['a part of a batch was accepted', ['a', 'b'], [[accepted, later], later], ['a', 'b']],
  ['a whole batch was rejected', ['a', 'b', 'c'], [[rejected, rejected], later, later], ['c']],
])('grants old messages a new trial when %s', async (_, waiting, answers, taken) => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 2 });
  series.answer(later, ...answers, accepted);
  await rig.enqueue(waiting, 'series');
  await rig.clock.advance(8 * DAY);
  rig.start(laneOf('series', series));
  await rig.clock.advance(3 * HOUR);
  expect(series.taken).toEqual(taken);
});

it('waits as long as the longer of back-off and rate limit says', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred, deferred);
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook, { rateLimit: 8 * SECOND }));
  const times: number[] = [];
  for (let second = 0; second < 30; second += 1) {
    await rig.clock.advance(SECOND);
    while (times.length < hook.calls.length) times.push(second + 1);
  }
  expect(times).toEqual([1, 8, 18]);
});

it('does not turn round in circles when an alarm is due and nothing waits', async () => {
  const rig = dispatchRig();
  const at = rig.clock.now().getTime();
  const lastFailure = { at, reason: 'timeout', detail: 'slow' } as const;
  const lane = {
    failingSince: at,
    failedAttempts: 12,
    nextAttemptAt: at + 2 * HOUR,
    lastFailure,
    lastAcceptedAt: null,
    announcedAt: null,
  };
  await rig.store.settle({ destination: 'hook', at, settlements: [], lane, messages: [] });
  rig.start(laneOf('hook', scriptedDestination()), laneOf('other', scriptedDestination()));
  await rig.clock.advance(3 * HOUR);
  expect(rig.log).toEqual([]);
});
