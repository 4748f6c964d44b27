import { expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';

const { signal } = new AbortController();

it('gives what is done in time, and says what is not', async () => {
  const clock = new FakeClock();
  const work = async () => {
    await clock.sleep(1_000, signal);
    return 'done';
  };
  expect(await clock.finish(work(), 1_000)).toBe('done');
  await expect(clock.finish(work(), 999)).rejects.toThrow('not done within 999 ms');
  await expect(clock.finish(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('fails when someone sleeps again and again while no time passes', async () => {
  const clock = new FakeClock();
  const sleepless = async () => {
    for (;;) await clock.sleep(0, signal);
  };
  void sleepless();
  await expect(clock.advance(1_000)).rejects.toThrow('someone sleeps without end');
});

it('fails when someone goes on to sleep with a signal that has aborted', async () => {
  const clock = new FakeClock();
  const deaf = async () => {
    for (;;) await clock.sleep(1_000, AbortSignal.abort()).catch(() => undefined);
  };
  void deaf();
  await expect(clock.advance(0)).rejects.toThrow('someone goes on to sleep');
});
