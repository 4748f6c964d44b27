import { expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { createNap } from './nap.ts';

it('sleeps for its time when nobody rings', async () => {
  const clock = new FakeClock();
  let isAwake = false;
  void createNap(clock)
    .sleep(1000)
    .then(() => (isAwake = true));
  await clock.advance(999);
  expect(isAwake).toBe(false);
  await clock.advance(1);
  expect(isAwake).toBe(true);
});

it('ends as soon as somebody rings, and leaves no sleeper behind', async () => {
  const clock = new FakeClock();
  const nap = createNap(clock);
  const sleep = nap.sleep(1000);
  nap.ring();
  await clock.finish(sleep);
  expect(clock.sleeping).toBe(0);
});

it('does not begin when somebody rang since it was armed, but forgets what rang before', async () => {
  const clock = new FakeClock();
  const nap = createNap(clock);
  nap.arm();
  nap.ring();
  await clock.finish(nap.sleep(1000));
  nap.arm();
  await expect(clock.finish(nap.sleep(1000), 999)).rejects.toThrow('not done within 999 ms');
});
