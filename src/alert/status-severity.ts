/** How urgent a site's plain status is, by the same rules as its alerts. Pure. */
import type { Verdict } from '../license/reading.ts';
import type { Severity } from './notice.ts';
import type { AlertPolicy } from './policy.ts';
import { isTrouble } from './verdict.ts';

/** @param verdict null when the site was never read */
export function statusSeverity(verdict: Verdict | null, isReachable: boolean, policy: AlertPolicy): Severity {
  const unseen: Severity = isReachable ? 'info' : 'warning';
  if (verdict === null) return unseen;
  if (isTrouble(verdict.state)) return verdict.state === 'unreadable' ? 'warning' : 'critical';
  if (verdict.state !== 'expiring') return unseen;
  return verdict.daysLeft !== null && verdict.daysLeft <= policy.criticalFromDays ? 'critical' : 'warning';
}
