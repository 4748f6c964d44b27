import { expect, it } from 'vitest';
import { DAY, dispatchRig, HOUR, ids, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { accepted, deferred, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
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
  expect(dispatcher.hanging()).toEqual(['deaf']);
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
  expect(dispatcher.hanging()).toEqual([]);
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
  hook.otherwise('throwing');
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
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
  const words = 'the store failed; the lane waits for it';
  expect(rig.log.map(({ message }) => message)).toEqual(Array(13).fill(words));
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
