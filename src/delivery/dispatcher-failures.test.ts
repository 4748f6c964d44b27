import { expect, it } from 'vitest';
import { DAY, dispatchRig, HOUR, ids, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { alertMessage } from '../../test/fakes/messages.ts';
import { accepted, deferred, rejected, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
import { type Store, StoreError } from '../store/store.ts';

/** A store whose calls can be made to fail. */
function failingStore() {
  const inner = memoryStore();
  const failing = new Set<keyof Store>();
  const guard = (call: keyof Store) => {
    if (failing.has(call)) throw new StoreError('STORE_FULL', 'The disk is full.');
  };
  const store: Store = {
    ...inner,
    async settle(commit) {
      guard('settle');
      await inner.settle(commit);
    },
    async nextRows(...args) {
      guard('nextRows');
      return inner.nextRows(...args);
    },
    async lane(name) {
      guard('lane');
      return inner.lane(name);
    },
  };
  return { store, failing };
}

it('ends an attempt at its deadline and counts it as timed out', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer('slow');
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(10 * SECOND - 1);
  expect(dispatcher.counts()['hook']?.deferred).toEqual({});
  await rig.clock.advance(1);
  expect(dispatcher.counts()['hook']?.deferred).toEqual({ timeout: 1 });
  await rig.clock.advance(5 * SECOND);
  expect(hook.taken).toEqual(['a']);
});

it('does not call a destination again that ignores its deadline, says so, and goes on once it has ended', async () => {
  const rig = dispatchRig();
  const deaf = scriptedDestination();
  const other = scriptedDestination();
  deaf.answer('deaf');
  await rig.enqueue(['a'], 'deaf');
  const dispatcher = rig.start(laneOf('deaf', deaf), laneOf('other', other));
  await rig.clock.advance(11 * SECOND);
  expect(dispatcher.counts()['deaf']?.deferred).toEqual({ timeout: 1 });
  expect(rig.log).toContainEqual({
    level: 'error',
    fields: { destination: 'deaf' },
    message: expect.stringContaining('does not stop at its deadline'),
  });
  await rig.clock.advance(2 * HOUR);
  expect(deaf.calls).toHaveLength(1);
  expect(other.messages.map(({ kind }) => kind)).toEqual(['destination-failing']);
  deaf.release();
  await rig.clock.advance(HOUR);
  expect(deaf.taken).toEqual(['a']);
  expect(deaf.offenses).toEqual([]);
});

it('gives no message up while its destination cannot even be called', async () => {
  const rig = dispatchRig();
  const deaf = scriptedDestination();
  deaf.answer('deaf');
  await rig.enqueue(['a'], 'deaf');
  rig.start(laneOf('deaf', deaf));
  await rig.clock.advance(9 * DAY);
  expect(await rig.deadLetters('deaf')).toEqual([]);
});

it('keeps a message that breaks the destination ten times, then sets it aside and goes on', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.otherwise(([first]) => (first?.id === 'a-2' ? new TypeError('secret-token is undefined') : accepted));
  await rig.enqueue(ids('a', 3), 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(DAY);
  expect(hook.taken).toEqual(['a-1', 'a-3']);
  expect(hook.calls.filter(([id]) => id === 'a-2')).toHaveLength(10);
  expect(await rig.deadLetters('hook')).toEqual([{ id: 'a-2', reason: 'internal' }]);
  const bugs = rig.log.filter(({ level, fields }) => level === 'error' && fields['err'] instanceof TypeError);
  expect(bugs).toHaveLength(10);
  expect(JSON.stringify(await rig.store.deadLetters({ limit: 1000 }))).not.toContain('secret-token');
});

it('does not add up bugs of different outages', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const nineBugs = Array<Error>(9).fill(new Error('bug'));
  hook.answer(...nineBugs, deferred, ...nineBugs);
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(DAY);
  expect(hook.taken).toEqual(['a']);
});

it('goes one by one after a batch broke the destination, so that only the culprit dies', async () => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 5 });
  series.otherwise((batch) => (batch.some(({ id }) => id === 'a-3') ? new Error('no') : accepted));
  await rig.enqueue(ids('a', 12), 'series');
  rig.start(laneOf('series', series));
  await rig.clock.advance(DAY);
  expect(series.taken).toEqual(ids('a', 12).filter((id) => id !== 'a-3'));
  expect(await rig.deadLetters('series')).toEqual([{ id: 'a-3', reason: 'internal' }]);
  expect(series.calls[0]).toHaveLength(5);
  expect(series.calls.findLast((call) => call.length === 5)).not.toContain('a-3');
});

it.each([
  ['too few outcomes', [accepted]],
  ['too many outcomes', [accepted, accepted, accepted]],
  ['none at all', []],
])('takes %s for a bug, and nothing for delivered', async (_, outcomes) => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 2 });
  series.answer(outcomes);
  await rig.enqueue(['a', 'b'], 'series');
  const dispatcher = rig.start(laneOf('series', series));
  await rig.clock.advance(0);
  expect(dispatcher.counts()['series']).toEqual({ accepted: 0, deferred: { internal: 1 }, rejected: {} });
  expect(await rig.waiting('series')).toEqual(['a', 'b']);
});

it('never makes a dead letter of a message because the destination throws at its deadline', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const throwing = {
    ...hook,
    deliver: (_: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
  };
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', throwing));
  await rig.clock.advance(DAY);
  expect(await rig.deadLetters('hook')).toEqual([]);
  expect(Object.keys(dispatcher.counts()['hook']!.deferred)).toEqual(['timeout']);
});

it('settles what was delivered when the store works again, without delivering it twice', async () => {
  const { store, failing } = failingStore();
  const rig = dispatchRig(store);
  const hook = scriptedDestination();
  const other = scriptedDestination();
  failing.add('settle');
  await rig.enqueue(ids('a', 3), 'hook');
  rig.start(laneOf('hook', hook), laneOf('other', other));
  await rig.clock.advance(10 * MINUTE);
  expect(hook.calls).toEqual([['a-1']]);
  expect(rig.log.filter(({ level }) => level === 'error').length).toBeLessThan(20);
  failing.clear();
  await rig.clock.advance(MINUTE);
  expect(hook.taken).toEqual(ids('a', 3));
  expect(await rig.waiting('hook')).toEqual([]);
});

it.each(['lane', 'nextRows'] as const)('waits for a store that fails to read (%s)', async (call) => {
  const { store, failing } = failingStore();
  const rig = dispatchRig(store);
  const hook = scriptedDestination();
  failing.add(call);
  await rig.enqueue(ids('a', 2), 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(10 * MINUTE);
  expect(hook.calls).toEqual([]);
  failing.clear();
  await rig.clock.advance(MINUTE);
  expect(hook.taken).toEqual(ids('a', 2));
});

it('goes on when only reading ahead failed', async () => {
  const inner = memoryStore();
  const rig = dispatchRig({
    ...inner,
    nextRows: async (name, limit, afterSeq) => {
      if (afterSeq !== undefined) throw new StoreError('STORE_LOCKED', 'locked');
      return inner.nextRows(name, limit);
    },
  });
  const hook = scriptedDestination();
  await rig.enqueue(ids('a', 3), 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(0);
  expect(hook.taken).toEqual(ids('a', 3));
});

it('starts no attempt with what the store hands out after the stop', async () => {
  const inner = memoryStore();
  let handOut = (): void => {};
  const rig = dispatchRig({
    ...inner,
    async nextRows(...args) {
      await new Promise<void>((resolve) => (handOut = resolve));
      return inner.nextRows(...args);
    },
  });
  const hook = scriptedDestination();
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(0);
  const stopped = dispatcher.stop(SECOND);
  handOut();
  await rig.clock.finish(stopped);
  expect(hook.calls).toEqual([]);
});

it('lets attempts under way finish when it stops, and starts no more', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  let finish = (): void => {};
  const busy = {
    ...hook,
    async deliver(...args: Parameters<typeof hook.deliver>) {
      await new Promise<void>((resolve) => (finish = resolve));
      return hook.deliver(...args);
    },
  };
  await rig.enqueue(['a', 'b'], 'hook');
  const dispatcher = rig.start(laneOf('hook', busy));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(5 * SECOND);
  await rig.clock.advance(SECOND);
  expect(hook.isClosed()).toBe(false);
  finish();
  await rig.clock.finish(stopped);
  expect(hook.taken).toEqual(['a']);
  expect(hook.isClosed()).toBe(true);
  expect(await rig.waiting('hook')).toEqual(['b']);
});

it('aborts what does not finish in time, keeps it, and does not hold it against the destination', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer('slow');
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook, { timeout: HOUR }));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(5 * SECOND);
  await rig.clock.advance(5 * SECOND);
  await rig.clock.finish(stopped);
  expect(hook.isClosed()).toBe(true);
  expect(hook.offenses).toEqual([]);
  expect(await rig.waiting('hook')).toEqual(['a']);
  expect(await rig.store.lane('hook')).toMatchObject({ failingSince: null, nextAttemptAt: null });
});

it('settles what an aborted attempt did deliver, and holds the rest against nobody', async () => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 2 });
  const half = {
    ...series,
    async deliver(_: unknown, signal: AbortSignal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return [accepted, deferred];
    },
  };
  await rig.enqueue(['a', 'b'], 'series');
  const dispatcher = rig.start(laneOf('series', half, { timeout: HOUR }));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(SECOND);
  await rig.clock.advance(SECOND);
  await rig.clock.finish(stopped);
  expect(await rig.waiting('series')).toEqual(['b']);
  expect(await rig.store.lane('series')).toMatchObject({ failingSince: null, nextAttemptAt: null });
});

it('does not blame a destination for throwing when the service stops', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const throwing = {
    ...hook,
    deliver: (_: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
  };
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', throwing));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(SECOND);
  await rig.clock.advance(SECOND);
  await rig.clock.finish(stopped);
  expect(rig.log).toEqual([]);
  expect(await rig.waiting('hook')).toEqual(['a']);
});

it('stops in time although a destination neither ends its attempt nor closes', async () => {
  const rig = dispatchRig();
  const deaf = scriptedDestination();
  deaf.otherwise('deaf');
  await rig.enqueue(['a'], 'deaf', 'fine');
  const fine = scriptedDestination();
  const dispatcher = rig.start(
    laneOf('deaf', { ...deaf, close: () => new Promise(() => {}) }),
    laneOf('fine', fine),
  );
  await rig.clock.advance(SECOND);
  let hasStopped = false;
  void dispatcher.stop(5 * SECOND).then(() => (hasStopped = true));
  await rig.clock.advance(9 * SECOND);
  expect(hasStopped).toBe(true);
  expect(fine.isClosed()).toBe(true);
  expect(await rig.waiting('deaf')).toEqual(['a']);
});

it('stops at once when nothing is under way, and only once', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred);
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(SECOND);
  await rig.clock.finish(Promise.all([dispatcher.stop(5 * SECOND), dispatcher.stop(5 * SECOND)]));
  expect(hook.isClosed()).toBe(true);
  expect(hook.offenses).toEqual([]);
  expect(rig.clock.sleeping).toBe(0);
});

it('goes on where an earlier run ended: same messages, same ids, same order', async () => {
  const rig = dispatchRig();
  const before = scriptedDestination();
  before.answer(accepted, deferred);
  await rig.enqueue(ids('a', 3), 'hook');
  const first = rig.start(laneOf('hook', before));
  await rig.clock.advance(SECOND);
  await rig.clock.finish(first.stop(0));
  const after = scriptedDestination();
  rig.start(laneOf('hook', after));
  await rig.clock.advance(10 * SECOND);
  expect([...before.taken, ...after.taken]).toEqual(ids('a', 3));
});

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
