import { expect, it } from 'vitest';
import { nextDelayMs } from './retry-schedule.ts';

const unlucky = () => 1; // the top of the jitter range
const lucky = () => 0;

it('doubles from five seconds up to one hour', () => {
  expect([1, 2, 3, 10, 11, 5000].map((attempt) => nextDelayMs(attempt, undefined, unlucky))).toEqual([
    5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000,
  ]);
});

it('spreads over the whole range, but never comes back at once', () => {
  expect([0, 0.5, 0.9].map((drawn) => nextDelayMs(4, undefined, () => drawn))).toEqual([
    1_000, 20_000, 36_000,
  ]);
});

it('never comes back sooner than the far end asked', () => {
  expect(nextDelayMs(1, 90_000, lucky)).toBe(90_000);
  expect(nextDelayMs(11, 90_000, unlucky)).toBe(3_600_000);
});

it('is not silenced for longer than a day by a far end that asks for more', () => {
  expect(nextDelayMs(1, Number.MAX_SAFE_INTEGER, lucky)).toBe(86_400_000);
  expect(nextDelayMs(1, Number.POSITIVE_INFINITY, unlucky)).toBe(86_400_000);
});
