/** Reads an instant as JSON carries it. */
import { isCalendarDay } from './calendar-day.ts';

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/;

/** .NET's "never" is in the year 1; no license definition is older than the product. */
const FIRST_YEAR = 1901;

/**
 * Epoch ms of an ISO 8601 instant, such as `2026-11-23T09:17:16.366Z`. Null when the text is anything else, has no
 * offset, or stands for "never".
 */
export function parseInstant(text: string): number | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < FIRST_YEAR || !isCalendarDay(year, month, day)) return null;
  const ms = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMinutes = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  const offsetMs = (match[8] === '-' ? -1 : 1) * offsetMinutes * 60_000;
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMs;
}
