/** What a heartbeat may say: only progress is good news. */
import { expect, it } from 'vitest';
import type { Stall } from './liveness.ts';
import { type ChecksCondition, createPulse } from './pulse.ts';

function rig() {
  const now = {
    ms: 0,
    movedMs: 0,
    stalls: [] as Stall[],
    checks: { made: 0, isBehind: false, failing: [] } as ChecksCondition,
    isWritable: true,
  };
  const pulse = createPulse({
    liveness: { stalls: () => now.stalls, hasMovedSince: (sinceMs) => now.movedMs > sinceMs },
    checks: () => now.checks,
    isWritable: () => now.isWritable,
    monotonicMs: () => now.ms,
  });
  /** A minute later, in which so many checks were made. */
  const later = (
    made: number,
    { moves = true, ...rest }: Partial<ChecksCondition> & { moves?: boolean } = {},
  ) => {
    now.ms += 60_000;
    if (moves) now.movedMs = now.ms;
    now.checks = { isBehind: false, failing: [], ...rest, made: now.checks.made + made };
    return pulse();
  };
  return { now, later };
}

it('waits for the first check', () => {
  const { later } = rig();
  expect(later(0)).toEqual({ kind: 'waiting' });
  expect(later(2)).toEqual({ kind: 'well', line: 'all is well; checks made since the last call: 2' });
});

it('is well when no check was due, as long as everything moved', () => {
  const { later } = rig();
  later(1);
  expect(later(0)).toMatchObject({ kind: 'well' });
});

it('waits when a loop has not moved since it was last well, and when a check is due and none was made', () => {
  const { later } = rig();
  later(1);
  expect(later(0, { moves: false })).toEqual({ kind: 'waiting' });
  expect(later(0, { isBehind: true })).toEqual({ kind: 'waiting' });
  expect(later(1, { isBehind: true })).toMatchObject({ kind: 'well' });
});

it('is in trouble when something hangs or is not stored, even before the first check', () => {
  const { now, later } = rig();
  now.stalls = [{ kind: 'site', name: 'prod' }];
  now.isWritable = false;
  expect(later(0, { failing: ['test'] })).toEqual({
    kind: 'trouble',
    line: 'the check of prod does not end; the store did not take the last write; the last check of test could not be stored',
  });
  now.stalls = [];
  now.isWritable = true;
  expect(later(1)).toMatchObject({ kind: 'well' });
});
