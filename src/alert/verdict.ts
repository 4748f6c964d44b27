/** What the last license seen means at a given time: the one number that everything shows. */
import { judgeLicense } from '../license/judge.ts';
import type { LicenseReading, LicenseState, Verdict } from '../license/reading.ts';
import type { AlertRules } from './said.ts';

/**
 * The verdict at `now` (epoch ms) on a reading that may be older. Null when there is no reading.
 *
 * The server's flags are as old as the reading: an end date that passes while the site cannot be read does not
 * disagree with a flag from before, so that remark is left out.
 */
export function verdictAt(
  confirmed: { readonly reading: LicenseReading; readonly at: number } | null,
  now: number,
  rules: AlertRules,
): Verdict | null {
  if (confirmed === null) return null;
  const verdict = judgeLicense(confirmed.reading, {
    now: new Date(now),
    timeZone: rules.timeZone,
    widestRung: Math.max(...rules.policy.thresholdDays),
    staleAfterDays: rules.policy.definitionStaleAfterDays,
  });
  if (confirmed.at === now || confirmed.reading.flags.expired === true) return verdict;
  return {
    ...verdict,
    remarks: verdict.remarks.filter((remark) => remark !== 'flags-disagree' && remark !== 'definition-stale'),
  };
}

/** States in which the site does not work, or nobody knows until when it will. */
export function isTrouble(state: LicenseState): boolean {
  switch (state) {
    case 'blocked':
    case 'missing':
    case 'expired':
    case 'not-started':
    case 'unreadable':
      return true;
    case 'expiring':
    case 'valid':
    case 'perpetual':
      return false;
  }
}
