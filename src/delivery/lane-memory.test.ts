/** What a lane keeps in step with the store and with the clocks, seen from outside. */
import { expect, it } from 'vitest';
import { DAY, dispatchRig, HOUR, ids, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { accepted, deferred, rejected, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
import { type LaneSummary, type Store, StoreError } from '../store/store.ts';
import type { Outcome } from './destination.ts';

const full = async () => {
  throw new StoreError('STORE_FULL', 'The disk is full.');
};
const comeBackAfter = (retryAfterMs: number): Outcome => ({ ...deferred, retryAfterMs }) as Outcome;

it.each([
  ['a step of a second, and keeps its wait', 1_000, 5_000],
  ['a step back of a second, and keeps its wait', -1_000, 5_000],
  ['drift of less than a second, and lets its wait end sooner', 999, 4_001],
])('takes for %s', async (_, jumpMs, waitMs) => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred);
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(0);
  rig.clock.jump(jumpMs);
  dispatcher.wake();
  await rig.clock.advance(waitMs - 1);
  expect(hook.calls).toHaveLength(1);
  await rig.clock.advance(1);
  expect(hook.calls).toHaveLength(2);
});

it.each([
  ['counts nothing', async (): Promise<readonly LaneSummary[]> => []],
  ['cannot count', full],
])(
  'tells that a lane fails without saying how many messages wait when the store %s',
  async (_, laneSummaries) => {
    for (const answer of [deferred, comeBackAfter(HOUR)]) {
      const rig = dispatchRig({ ...memoryStore(), laneSummaries });
      const hook = scriptedDestination();
      const other = scriptedDestination();
      hook.otherwise(answer);
      await rig.enqueue(['a'], 'hook');
      rig.start(laneOf('hook', hook), laneOf('other', other));
      await rig.clock.advance(HOUR);
      expect(other.messages.map(({ kind }) => kind)).toEqual(['destination-failing']);
      expect(other.messages[0]!.text).not.toContain('wait');
      expect(other.messages[0]!.text).toContain('for 1 h. Nothing is lost');
    }
  },
);

it('counts only the messages of the lane that fails, and not those that are settled in the same step', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  const other = scriptedDestination();
  const quiet = scriptedDestination();
  hook.otherwise(comeBackAfter(HOUR));
  quiet.otherwise(comeBackAfter(DAY));
  await rig.enqueue(['old'], 'hook');
  await rig.clock.advance(8 * DAY);
  await rig.enqueue(ids('a', 2), 'hook');
  await rig.enqueue(ids('b', 5), 'early');
  rig.start(
    laneOf('early', quiet, { sendAlert: false }),
    laneOf('hook', hook, { sendAlert: false }),
    laneOf('other', other),
  );
  await rig.clock.advance(HOUR);
  expect(await rig.deadLetters('hook')).toEqual([{ id: 'old', reason: 'gave-up' }]);
  const told = other.messages.filter(({ title }) => title.startsWith('Destination hook fails'));
  expect(told).toHaveLength(1);
  expect(told[0]!.text).toContain('for 1 h. 2 messages wait.');
});

it('does not count what waits when there is nothing to tell of it', async () => {
  const inner = memoryStore();
  let counts = 0;
  const rig = dispatchRig({
    ...inner,
    laneSummaries: () => {
      counts += 1;
      return inner.laneSummaries();
    },
  });
  const hook = scriptedDestination();
  hook.answer(deferred, rejected, accepted);
  await rig.enqueue(ids('a', 2), 'hook');
  rig.start(laneOf('hook', hook), laneOf('other', scriptedDestination()));
  await rig.clock.advance(MINUTE);
  expect(counts).toBe(0);
});

/** A store that remembers what is settled, in words of who and how much, and that can be full. */
function watchedStore() {
  const inner = memoryStore();
  const settled: string[] = [];
  let isFull = false;
  const store: Store = {
    ...inner,
    async settle(commit) {
      if (isFull) await full();
      settled.push(`${commit.destination}: ${commit.settlements.length}`);
      return inner.settle(commit);
    },
  };
  return { store, settled, fill: () => (isFull = true) };
}

it('writes nothing while it only waits for its turn', async () => {
  const { store, settled } = watchedStore();
  const rig = dispatchRig(store);
  await rig.enqueue(ids('a', 2), 'hook');
  rig.start(laneOf('hook', scriptedDestination(), { rateLimit: 10 * MINUTE }));
  await rig.clock.advance(10 * MINUTE - 1);
  expect(settled).toEqual(['hook: 1']);
});

it('settles nothing when it only tells that it fails', async () => {
  const { store, settled } = watchedStore();
  const rig = dispatchRig(store);
  const hook = scriptedDestination();
  hook.otherwise(comeBackAfter(DAY));
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook), laneOf('other', scriptedDestination()));
  await rig.clock.advance(HOUR);
  expect(settled).toEqual(['hook: 0', 'hook: 0', 'other: 1']);
});

it('neither counts nor tells what the store did not take before the service stopped', async () => {
  const { store, fill } = watchedStore();
  const rig = dispatchRig(store);
  const hook = scriptedDestination();
  const other = scriptedDestination();
  hook.otherwise(comeBackAfter(HOUR));
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook), laneOf('other', other));
  await rig.clock.advance(HOUR - 1);
  fill();
  await rig.clock.advance(1);
  await rig.clock.finish(dispatcher.stop(SECOND), SECOND);
  expect(dispatcher.counts()['hook']).toEqual({ accepted: 0, deferred: { unreachable: 1 }, rejected: {} });
  expect(rig.log.map(({ message }) => message)).toEqual([
    'not delivered; will be tried again',
    'not delivered; will be tried again',
    'the store failed; the lane waits for it',
  ]);
});

it('stops although the store never said where an earlier run ended', async () => {
  const rig = dispatchRig({ ...memoryStore(), lane: full });
  const hook = scriptedDestination();
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(SECOND);
  await rig.clock.finish(dispatcher.stop(SECOND));
  expect(hook.calls).toEqual([]);
  expect(hook.isClosed()).toBe(true);
  expect(rig.log.map(({ message }) => message)).toEqual(['the store failed; the lane waits for it']);
});
