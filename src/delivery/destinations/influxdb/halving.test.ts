import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Outcome } from '../../destination.ts';
import { writeHalving } from './halving.ts';

const accepted: Outcome = { kind: 'accepted' };
const rejected: Outcome = { kind: 'rejected', reason: 'refused', detail: 'no' };
const deferred: Outcome = { kind: 'deferred', reason: 'timeout', detail: 'later' };

it('finds exactly the offending items, and writes all others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 64 }), async (good) => {
      const written = new Set<number>();
      const items = good.map((isGood, n) => ({ isGood, n }));
      const outcomes = await writeHalving(items, async (part) => {
        if (!part.every(({ isGood }) => isGood)) return { outcome: rejected, worthHalving: true };
        for (const { n } of part) written.add(n);
        return { outcome: accepted, worthHalving: false };
      });
      expect(outcomes).toEqual(good.map((isGood) => (isGood ? accepted : rejected)));
      expect(written.size).toBe(good.filter(Boolean).length);
    }),
  );
});

it('needs few requests for one offender among many', async () => {
  let requests = 0;
  const items = Array.from({ length: 4096 }, (_, n) => n);
  const outcomes = await writeHalving(items, async (part) => {
    requests += 1;
    const outcome = part.includes(1234) ? rejected : accepted;
    return { outcome, worthHalving: outcome === rejected };
  });
  expect(outcomes.indexOf(rejected)).toBe(1234);
  expect(requests).toBe(25);
});

it('keeps what it has found when the deadline passes, and leaves the rest for later', async () => {
  let requests = 0;
  const outcomes = await writeHalving([0, 1, 2, 3], async (part) => {
    requests += 1;
    if (requests > 4) return { outcome: deferred, worthHalving: false };
    return part.includes(0) || part.length > 2
      ? { outcome: rejected, worthHalving: true }
      : { outcome: accepted, worthHalving: false };
  });
  expect(outcomes).toEqual([rejected, accepted, deferred, deferred]);
  expect(requests).toBe(5);
});

it('does not search where every part would fare the same', async () => {
  let requests = 0;
  const outcomes = await writeHalving([1, 2, 3], async () => {
    requests += 1;
    return { outcome: rejected, worthHalving: false };
  });
  expect(outcomes).toEqual([rejected, rejected, rejected]);
  expect(requests).toBe(1);
});

it('tries nothing of the second half once the first half has to wait, so that order is kept', async () => {
  const parts: number[][] = [];
  const outcomes = await writeHalving([1, 2, 3, 4], async (part) => {
    parts.push([...part]);
    return part.length > 2
      ? { outcome: rejected, worthHalving: true }
      : { outcome: deferred, worthHalving: false };
  });
  expect(outcomes).toEqual([deferred, deferred, deferred, deferred]);
  expect(parts).toEqual([
    [1, 2, 3, 4],
    [1, 2],
  ]);
});

it.each([accepted, deferred])('does not search in a batch that was $kind', async (outcome) => {
  let requests = 0;
  const outcomes = await writeHalving([1, 2], async () => {
    requests += 1;
    return { outcome, worthHalving: true };
  });
  expect(outcomes).toEqual([outcome, outcome]);
  expect(requests).toBe(1);
});
