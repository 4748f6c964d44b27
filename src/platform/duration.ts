/** Durations as people write them: `90 s`, `5 minutes`, `6h`, `1 h 30 min`, `7 days`. Pure. */
import * as z from 'zod';

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** Ten years: longer than any setting makes sense, short enough for exact arithmetic. */
const LONGEST_MS = 3_653 * 86_400_000;

/** Milliseconds of a duration text, rounded; undefined when it is not one, is negative, or exceeds ten years. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed.length > 100 || !/^(?:\d+(?:\.\d+)? ?[a-z]+[ ,]*)+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+)/g)) {
    const factor = MS_PER_UNIT[unit!] ?? MS_PER_UNIT[unit!.replace(/s$/, '')];
    if (factor === undefined) return undefined;
    total += Number(amount) * factor;
  }
  return total <= LONGEST_MS ? Math.round(total) : undefined;
}

/** A duration in words, in its two largest units: `1 h 30 min`. */
export function renderDuration(ms: number): string {
  const parts: string[] = [];
  let left = Math.max(0, Math.round(ms));
  for (const [unit, name] of [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const) {
    const amount = Math.floor(left / unit);
    left -= amount * unit;
    if (amount > 0) parts.push(`${amount} ${name}`);
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(' ') : `${left} ms`;
}

/** A duration in a configuration file: text in, milliseconds out. */
export const Duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({
    code: 'custom',
    message: `not a duration: "${text}"; write for example 30 s, 5 min, 6 h or 7 days`,
  });
  return z.NEVER;
});
