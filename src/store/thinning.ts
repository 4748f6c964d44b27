/** Which checks of the past still tell something. Pure; every store thins its history by this rule. */
import type { CheckRecord } from './store.ts';

export const MS_PER_DAY = 86_400_000;

/**
 * True when an old check may go: it says what the one before said, and a later one of the same UTC day stays.
 * The first check of all stays, because nothing before it says the same.
 */
export function isThinnable(
  previous: Pick<CheckRecord, 'outcome'> | undefined,
  check: Pick<CheckRecord, 'at' | 'outcome'>,
  next: Pick<CheckRecord, 'at'> | undefined,
): boolean {
  if (previous === undefined || next === undefined) return false;
  return utcDay(next.at) === utcDay(check.at) && isSameOutcome(previous.outcome, check.outcome);
}

function utcDay(at: number): number {
  return Math.floor(at / MS_PER_DAY);
}

/**
 * Leaves out what changes by itself: the days left, the last refresh of the license definition, and the words
 * about a failure.
 */
function isSameOutcome(one: CheckRecord['outcome'], other: CheckRecord['outcome']): boolean {
  return one === other || gist(one) === gist(other);
}

function gist(outcome: CheckRecord['outcome']): string {
  if (outcome.kind === 'failed') return outcome.reason;
  const { state, endDate, remarks } = outcome.verdict;
  const { licenseNumber, fingerprint, flags } = outcome.reading;
  return JSON.stringify([
    state,
    endDate,
    [...remarks].sort(),
    licenseNumber,
    fingerprint,
    flags.expired,
    flags.blacklisted,
    flags.invalid,
  ]);
}
