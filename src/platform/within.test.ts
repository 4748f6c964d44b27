import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { within } from './within.ts';

const never = new Promise<never>(() => {});

it('gives what arrives in time, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  expect(await within(Promise.resolve('here'), 1000, { clock })).toBe('here');
  expect(clock.sleeping).toBe(0);
});

it('passes on a failure', async () => {
  const work = Promise.reject(new Error('broken'));
  await expect(within(work, 1000, { clock: new FakeClock() })).rejects.toThrow('broken');
});

it('waits no longer than it was told', async () => {
  const clock = new FakeClock();
  let result: unknown = 'waiting';
  void within(never, 1000, { clock }).then((value) => (result = value));
  await clock.advance(999);
  expect(result).toBe('waiting');
  await clock.advance(1);
  expect(result).toBeUndefined();
});

it('waits no longer than until it is cut, even when that was before', async () => {
  const clock = new FakeClock();
  const cut = new AbortController();
  const waiting = within(never, 1000, { clock, cut: cut.signal });
  cut.abort();
  expect(await clock.finish(waiting)).toBeUndefined();
  expect(await clock.finish(within(never, 1000, { clock, cut: cut.signal }))).toBeUndefined();
  expect(clock.sleeping).toBe(0);
});

it('leaves nothing behind that listens for the cut', async () => {
  const cut = new AbortController();
  const clock = new FakeClock();
  await clock.finish(within(Promise.resolve('here'), 1000, { clock, cut: cut.signal }));
  expect(getEventListeners(cut.signal, 'abort')).toEqual([]);
});
