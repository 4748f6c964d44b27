import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { silentLogger } from '../platform/logger.ts';
import type { StoreIncident } from '../store/store.ts';
import { tryStoreAgain } from './try-store-again.ts';
import { type WatchedStore, watchStore } from './watch-store.ts';

let clock: FakeClock;
let watched: WatchedStore;
let isBroken: boolean;
let touches: number;
let wells: number;
let tell: (kind: StoreIncident['kind']) => void;

beforeEach(() => {
  [isBroken, touches, wells] = [false, 0, 0];
  clock = new FakeClock();
  const memory = memoryStore();
  const write = async () => {
    if (isBroken) throw new Error('the disk is gone');
  };
  const listeners: ((incident: StoreIncident) => void)[] = [];
  tell = (kind) => {
    for (const listener of listeners) listener({ kind, detail: '' });
  };
  watched = watchStore(
    {
      ...memory,
      onIncident: (listener) => void listeners.push(listener),
      enqueue: write,
      touch: () => {
        touches += 1;
        return write();
      },
    },
    silentLogger,
  );
  const trial = tryStoreAgain({ watched, clock, logger: silentLogger, onWell: () => (wells += 1) });
  onTestFinished(() => trial.stop());
});

const write = () => watched.store.enqueue([], 1).catch(() => undefined);

it('leaves a store alone that works', async () => {
  await write();
  await clock.advance(3_600_000);
  expect([touches, wells, watched.isWritable()]).toEqual([0, 0, true]);
});

it('finds within seconds that a store works again, though nobody writes', async () => {
  isBroken = true;
  await write();
  await clock.advance(3_600_000);
  expect([watched.isWritable(), wells]).toEqual([false, 0]);
  expect(touches).toBeLessThanOrEqual(360);

  isBroken = false;
  await clock.advance(10_000);
  expect([watched.isWritable(), wells]).toEqual([true, 1]);
  touches = 0;
  await clock.advance(3_600_000);
  expect([touches, wells]).toEqual([0, 1]);
});

it('says that it is well again also when somebody else wrote first, because others may have failed', async () => {
  isBroken = true;
  await write();
  isBroken = false;
  await write();
  expect(watched.isWritable()).toBe(true);
  await clock.advance(10_000);
  expect(wells).toBe(1);
});

it('does not take a full disk for well until it has room again', async () => {
  tell('disk-full');
  await clock.advance(60_000);
  expect([touches, wells]).toEqual([6, 0]);
  tell('disk-recovered');
  await clock.advance(10_000);
  expect(wells).toBe(1);
});

it('goes on trying after the next failure', async () => {
  for (const round of [1, 2]) {
    isBroken = true;
    await write();
    await clock.advance(20_000);
    isBroken = false;
    await clock.advance(10_000);
    expect(wells).toBe(round);
  }
});
