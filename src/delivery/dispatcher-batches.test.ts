import { expect, it } from 'vitest';
import { dispatchRig, ids, laneOf, MINUTE } from '../../test/fakes/dispatch-rig.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { accepted, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
import type { Store } from '../store/store.ts';

it('reads the next batch while one is under way, and keeps order all the same', async () => {
  const store = memoryStore();
  const reads: unknown[] = [];
  const watching: Store = {
    ...store,
    nextRows(name, limit, afterSeq) {
      reads.push(afterSeq ?? 'start');
      return store.nextRows(name, limit, afterSeq);
    },
  };
  const rig = dispatchRig(watching);
  const series = scriptedDestination({ maxBatch: 2 });
  series.answer(accepted, 'slow');
  await rig.enqueue(ids('a', 6), 'series');
  rig.start(laneOf('series', series));
  await rig.clock.advance(0);
  expect(reads).toEqual(['start', 2, 4]);
  expect(series.calls).toEqual([
    ['a-1', 'a-2'],
    ['a-3', 'a-4'],
  ]);
  await rig.clock.advance(MINUTE);
  expect(series.calls.slice(2)).toEqual([
    ['a-3', 'a-4'],
    ['a-5', 'a-6'],
  ]);
});

it('does not read ahead when nothing more waited', async () => {
  const store = memoryStore();
  let reads = 0;
  const rig = dispatchRig({
    ...store,
    nextRows(...args) {
      reads += 1;
      return store.nextRows(...args);
    },
  });
  await rig.enqueue(ids('a', 3), 'series');
  rig.start(laneOf('series', scriptedDestination({ maxBatch: 10 })));
  await rig.clock.advance(0);
  expect(reads).toBe(2);
});

it('never takes more than ten thousand at once, whatever a destination says it can take', async () => {
  const limits: number[] = [];
  const store = memoryStore();
  const rig = dispatchRig({
    ...store,
    nextRows: (name, limit, afterSeq) => {
      limits.push(limit);
      return store.nextRows(name, limit, afterSeq);
    },
  });
  rig.start(
    laneOf('series', scriptedDestination({ maxBatch: 1_000_000 })),
    laneOf('none', scriptedDestination({ maxBatch: 0 })),
  );
  await rig.clock.advance(0);
  expect(limits).toEqual([10_000, 1]);
});
