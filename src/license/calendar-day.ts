/** Arithmetic on calendar days. Pure, and without `Date` reading a text: years count as written, also before 100. */
import type { CalendarDate } from './reading.ts';

const LAST_YEAR = 9999;
const DAYS_IN_400_YEARS = 146_097;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/** Making a format takes far longer than using it; there are only as many as there are time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The days told last, by time zone and minute, because using a format still takes longer than all else here. Days begin
 * on whole minutes: since 1972 no zone is off by seconds.
 */
const daysTold = new Map<string, Map<number, CalendarDate>>();
const MOST_DAYS_TOLD = 64;
const MS_PER_MINUTE = 60_000;
const WHOLE_MINUTES_SINCE = Date.UTC(1973, 0) / MS_PER_MINUTE;

/**
 * The calendar day that it is in `timeZone` at `now`.
 *
 * @param timeZone an IANA name, such as `Europe/Stockholm`, or `UTC`
 * @throws RangeError for an unknown time zone or an invalid `now`
 */
export function todayIn(timeZone: string, now: Date): CalendarDate {
  // The tables of time zones stay in memory, some 10 MiB, once they are asked.
  if (timeZone === 'UTC') return calendarDate(now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate());
  const minute = Math.floor(now.getTime() / MS_PER_MINUTE);
  const told = daysTold.get(timeZone);
  const known = told?.get(minute);
  if (known !== undefined) return known;
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const day = calendarDate(parts.get('year') ?? 0, parts.get('month') ?? 0, parts.get('day') ?? 0);
  if (minute >= WHOLE_MINUTES_SINCE) remember(timeZone, minute, day);
  return day;
}

function remember(timeZone: string, minute: number, day: CalendarDate): void {
  const told = daysTold.get(timeZone) ?? new Map<number, CalendarDate>();
  if (told.size >= MOST_DAYS_TOLD) told.clear();
  daysTold.set(timeZone, told.set(minute, day));
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** Whether the day exists, in the Gregorian calendar and in the years 1 to 9999. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (!Number.isInteger(year) || !Number.isInteger(month) || !Number.isInteger(day)) return false;
  if (year < 1 || year > LAST_YEAR || month < 1 || month > 12) return false;
  return day >= 1 && day <= daysInMonth(year, month);
}

/** The day as `YYYY-MM-DD`. @throws RangeError when there is no such day */
export function calendarDate(year: number, month: number, day: number): CalendarDate {
  if (!isCalendarDay(year, month, day)) throw new RangeError(`no such day: ${year}-${month}-${day}`);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/**
 * Whole days from one day to another: 0 for the same day, negative when `to` is the earlier one.
 *
 * @throws RangeError when one of them is not a real `YYYY-MM-DD`
 */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** The day `days` later, or earlier when negative. @throws RangeError when there is no such day */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  if (!Number.isInteger(days)) throw new RangeError(`not a whole number of days: ${days}`);
  const target = dayNumber(date) + days;
  // By the average length of a year: since leap days come late in their four years, at most one year too early.
  let year = Math.floor((target * 400) / DAYS_IN_400_YEARS) + 1;
  if (daysBeforeYear(year + 1) <= target) year += 1;
  let month = 12;
  while (daysBeforeMonth(year, month) > target - daysBeforeYear(year)) month -= 1;
  return calendarDate(year, month, target - daysBeforeYear(year) - daysBeforeMonth(year, month) + 1);
}

/** Days since 0001-01-01. */
function dayNumber(date: CalendarDate): number {
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !isCalendarDay(year, month, day)) {
    throw new RangeError(`not a calendar date (YYYY-MM-DD): ${JSON.stringify(date)}`);
  }
  return daysBeforeYear(year) + daysBeforeMonth(year, month) + day - 1;
}

function daysBeforeYear(year: number): number {
  const before = year - 1;
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
}

function daysBeforeMonth(year: number, month: number): number {
  return (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 && isLeapYear(year) ? 1 : 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const padded = (value: number, length: number) => String(value).padStart(length, '0');
