/** When an acknowledgement ends by itself. In doubt it ends: saying something twice is better than not at all. Pure. */
import { addDays, todayIn } from '../license/calendar-day.ts';
import type { CalendarDate, LicenseState, Verdict } from '../license/reading.ts';
import { CLOCK_TOLERANCE_MS } from './ladder.ts';
import type { AlertRules, Said, StepContext } from './said.ts';
import type { Acknowledgement, AlertState } from './state.ts';
import { isTrouble } from './verdict.ts';

/** Ends it before anything is said of the countdown, so that this check already says what was silenced. */
export function endAcknowledgement(said: Said, { verdict, rules, now }: StepContext): Said {
  const { acknowledgement } = said.state;
  if (acknowledgement === undefined) return said;
  const isAnother = said.notices.some(
    ({ kind }) => kind === 'renewed' || kind === 'shortened' || kind === 'replaced',
  );
  if (!isAnother && holds(acknowledgement, verdict, rules, now)) return said;
  const { acknowledgement: _ended, ...state } = said.state;
  return { ...said, state };
}

/** The acknowledgement that holds at `now`, as far as that can be told without a check. Epoch ms. */
export function acknowledgementAt(
  { acknowledgement }: Pick<AlertState, 'acknowledgement'>,
  verdict: Verdict | null,
  rules: AlertRules,
  now: number,
): Acknowledgement | null {
  if (acknowledgement === undefined || !holds(acknowledgement, verdict, rules, now)) return null;
  return acknowledgement;
}

/**
 * The first day on which alerts about the license speak again, should nothing else happen; null when that is not known.
 * With `next-rung` and no rung left, that is the day after the end.
 */
export function speaksAgainOn(
  { until, about, coversExpiredAndBlocked }: Acknowledgement,
  { policy }: AlertRules,
): CalendarDate | null {
  const { endDate, daysLeft, state } = about;
  const isBeforeEnd = state === 'expiring' && endDate !== null;
  const days: CalendarDate[] = [];
  if (until.kind === 'date') days.push(until.date);
  else if (isBeforeEnd) days.push(addDays(endDate, -(nextRung(daysLeft, policy.thresholdDays) ?? -1)));
  if (isBeforeEnd && !coversExpiredAndBlocked) days.push(addDays(endDate, 1));
  return days.sort()[0] ?? null;
}

/** The widest rung that is not reached yet with so many days left. */
export function nextRung(daysLeft: number | null, thresholdDays: readonly number[]): number | null {
  const tighter = thresholdDays.filter((days) => daysLeft !== null && days < daysLeft);
  return tighter.length === 0 ? null : Math.max(...tighter);
}

function holds(
  acknowledgement: Acknowledgement,
  verdict: Verdict | null,
  rules: AlertRules,
  now: number,
): boolean {
  const { until, about, at } = acknowledgement;
  // A clock that is set back this far was wrong when somebody reckoned by it.
  if (verdict === null || now < at - CLOCK_TOLERANCE_MS) return false;
  if (verdict.endDate !== about.endDate || !isAbout(acknowledgement, verdict.state)) return false;
  if (until.kind === 'date') return todayIn(rules.timeZone, new Date(now)) < until.date;
  const next = nextRung(about.daysLeft, rules.policy.thresholdDays) ?? -1;
  return verdict.daysLeft === null || verdict.daysLeft > next;
}

/** Other trouble than what was acknowledged is news; `expired` and `blocked` are, unless they were asked for. */
function isAbout({ about, coversExpiredAndBlocked }: Acknowledgement, state: LicenseState): boolean {
  if (state === 'expired' || state === 'blocked') return coversExpiredAndBlocked;
  if (isTrouble(about.state)) return state === about.state;
  return !isTrouble(state);
}
