/** What a reading means on a given day: the state of the license, and the days that are left. */
import { daysBetween, todayIn } from './calendar-day.ts';
import type { CalendarDate, LicenseReading, LicenseState, Remark, Verdict } from './reading.ts';

const MS_PER_DAY = 86_400_000;

export interface JudgeSettings {
  readonly now: Date;
  /** Decides which day it is, and with it the days left. */
  readonly timeZone: string;
  /** Days left from which on a license is `expiring`. */
  readonly widestRung: number;
  /** Age in days from which on a license definition is remarked as stale; null never to remark it. */
  readonly staleAfterDays: number | null;
}

/**
 * The verdict. The server's flags win over dates; where the two disagree, a remark says so.
 *
 * @throws RangeError for an unknown time zone, an invalid `now`, or a date in the reading that is none
 */
export function judgeLicense(reading: LicenseReading, settings: JudgeSettings): Verdict {
  const today = todayIn(settings.timeZone, settings.now);
  const endDate = endDateAt(today, reading, settings.widestRung);
  const daysLeft = endDate === null ? null : daysBetween(today, endDate);
  const remarks = new Set<Remark>(reading.remarks);
  if (flagDisagrees(reading.flags.expired, daysLeft)) remarks.add('flags-disagree');
  if (isStale(reading.definitionUpdatedAt, settings)) remarks.add('definition-stale');
  return {
    state: stateAt(today, reading, daysLeft, settings.widestRung),
    endDate,
    daysLeft,
    remarks: [...remarks],
  };
}

/**
 * Where the license's own end is not understood, the end of a part of it is an answer only once it is near: until
 * then "unreadable" is the louder word, and from then on a date to act by.
 */
function endDateAt(today: CalendarDate, reading: LicenseReading, widestRung: number): CalendarDate | null {
  if (!reading.present) return null;
  if (reading.end.kind === 'date') return reading.end.date;
  const [earliest] = reading.evidence.endDates;
  if (reading.end.kind === 'perpetual' || earliest === undefined) return null;
  return daysBetween(today, earliest) <= widestRung ? earliest : null;
}

/** The rows of the table of states, in its order: the first that fits wins. */
function stateAt(
  today: CalendarDate,
  reading: LicenseReading,
  daysLeft: number | null,
  widestRung: number,
): LicenseState {
  const { flags, startDate } = reading;
  if (flags.blacklisted === true || flags.invalid === true) return 'blocked';
  if (!reading.present) return 'missing';
  if (flags.expired === true || (daysLeft !== null && daysLeft < 0)) return 'expired';
  if (startDate !== null && startDate > today) return 'not-started';
  if (daysLeft !== null) return daysLeft <= widestRung ? 'expiring' : 'valid';
  return reading.end.kind === 'perpetual' ? 'perpetual' : 'unreadable';
}

function flagDisagrees(isExpired: boolean | null, daysLeft: number | null): boolean {
  return isExpired !== null && daysLeft !== null && isExpired !== daysLeft < 0;
}

function isStale(updatedAt: number | null, { now, staleAfterDays }: JudgeSettings): boolean {
  if (updatedAt === null || staleAfterDays === null) return false;
  return now.getTime() - updatedAt > staleAfterDays * MS_PER_DAY;
}
