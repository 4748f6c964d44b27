import { expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { silentLogger } from '../platform/logger.ts';
import { untilItWorks } from './patience.ts';

/** A store that fails so many times before it answers. */
function rig(failures: number) {
  const clock = new FakeClock();
  const cut = new AbortController();
  const asked: number[] = [];
  const logged: unknown[][] = [];
  const error = new Error('disk full');
  const ask = async () => {
    asked.push(clock.monotonicMs());
    if (asked.length <= failures) throw error;
    return 'answer';
  };
  const logger = { ...silentLogger, error: (...line: unknown[]) => void logged.push(line) };
  const tools = { clock, random: () => 1, logger, destination: 'hook', cut: cut.signal };
  return { clock, cut, asked, logged, error, waiting: () => untilItWorks(ask, tools) };
}

it('asks once, and does not wait, when it works at once', async () => {
  const { clock, asked, logged, waiting } = rig(0);
  expect(await clock.finish(waiting())).toBe('answer');
  expect(asked).toEqual([0]);
  expect(logged).toEqual([]);
});

it('asks again after 5 s, 10 s, 20 s, 40 s, and then every minute, so that room on the disk is soon noticed', async () => {
  const { clock, asked, waiting } = rig(7);
  expect(await clock.finish(waiting(), 300_000)).toBe('answer');
  expect(asked).toEqual([0, 5_000, 15_000, 35_000, 75_000, 135_000, 195_000, 255_000]);
});

it('logs every failure, and which it is', async () => {
  const { clock, logged, error, waiting } = rig(2);
  await clock.finish(waiting(), 300_000);
  const words = 'the store failed; the lane waits for it';
  expect(logged).toEqual([
    [{ destination: 'hook', err: error, attempt: 1 }, words],
    [{ destination: 'hook', err: error, attempt: 2 }, words],
  ]);
});

it('gives up as soon as it is cut, while it waits or before', async () => {
  const { clock, cut, asked, waiting } = rig(100);
  const answer = waiting();
  await clock.advance(6_000);
  cut.abort();
  expect(await clock.finish(answer)).toBeUndefined();
  expect(asked).toEqual([0, 5_000]);
  expect(await clock.finish(waiting())).toBeUndefined();
  expect(asked).toEqual([0, 5_000, 6_000]);
  expect(clock.sleeping).toBe(0);
});
