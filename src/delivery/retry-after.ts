/** The `Retry-After` header in both of its forms (RFC 9110, section 10.2.3). Pure. */

/** No far end can make an alert wait longer than this, by mistake or on purpose. */
const LONGEST_MS = 86_400_000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The two date forms still sent (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT` and RFC 850's. */
const HTTP_DATE =
  /^[A-Z][a-z]{2,8}, (?<day>\d{2})[ -](?<month>[A-Z][a-z]{2})[ -](?<year>\d{4}|\d{2}) (?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2}) GMT$/;

/**
 * Milliseconds to wait, from 0 (a date in the past) to one day; undefined when the header is missing or not
 * understood.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : msUntil(text, now);
  return ms === undefined ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS);
}

function msUntil(httpDate: string, now: Date): number | undefined {
  const parts = HTTP_DATE.exec(httpDate)?.groups;
  const month = MONTHS.indexOf(parts?.['month'] ?? '');
  if (parts === undefined || month < 0) return undefined;
  const [day, year, hour, minute, second] = ['day', 'year', 'hour', 'minute', 'second'].map((part) =>
    Number(parts[part]),
  ) as [number, number, number, number, number];
  return Date.UTC(year < 100 ? 2000 + year : year, month, day, hour, minute, second) - now.getTime();
}
