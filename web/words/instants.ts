/** Instants and spans in words. Pure: what time it is comes in. */

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
/** Swedish writes `2026-11-24 10:00`, which everybody reads the same way and which sorts. */
const local = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' });

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** From each size on, the unit that says it best. */
const steps = [
  [MS_PER_DAY * 730, 'year', MS_PER_DAY * 365.25],
  [MS_PER_DAY * 60, 'month', MS_PER_DAY * 30.44],
  [MS_PER_HOUR * 36, 'day', MS_PER_DAY],
  [MS_PER_MINUTE * 90, 'hour', MS_PER_HOUR],
  [0, 'minute', MS_PER_MINUTE],
] as const;

/** `now` comes from the service's `Date` header, which knows whole seconds only. */
const CLOCK_GRAIN_MS = 1_000;

/** `3 hours ago`, `in 2 days`. */
export function relativeTo(now: number, instant: string): string {
  const distance = Date.parse(instant) - now;
  if (Math.abs(distance) < MS_PER_MINUTE) return distance < CLOCK_GRAIN_MS ? 'just now' : 'in a moment';
  const [, unit, size] = steps.find(([from]) => Math.abs(distance) >= from)!;
  return relative.format(Math.round(distance / size), unit);
}

/** In the time zone of the reader: `2026-11-24 11:00`. */
export const inReadersZone = (instant: string): string => local.format(new Date(instant));

/** `2026-11-24 10:00:00 UTC` */
export const inUtc = (instant: string): string =>
  `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export function spanOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < MS_PER_MINUTE) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.round(ms / MS_PER_MINUTE)} min`;
}
