/** The line of days left over the last 60 days. Pure. */
import type { CheckRecord } from '../store/store.ts';
import type { Trend } from './api.ts';

const MS_PER_DAY = 86_400_000;
export const TREND_DAYS = 60;

type TrendPoint = Trend[number];

/** The points with one more: the last of each UTC day, of the last 60 days. Checks have to come in order. */
export function withCheck(
  points: readonly TrendPoint[],
  { at, outcome }: CheckRecord,
): readonly TrendPoint[] {
  const point: TrendPoint = [
    Math.floor(at / 1000),
    outcome.kind === 'reading' ? outcome.verdict.daysLeft : null,
  ];
  const others =
    points.at(-1) !== undefined && dayOf(points.at(-1)!) === dayOf(point) ? points.slice(0, -1) : points;
  return [...others.slice(1 - TREND_DAYS), point];
}

/** Without the points that a straight line between their neighbours shows as well. */
export function lineOf(points: readonly TrendPoint[]): Trend {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    return before === undefined || after === undefined || !isBetween(before, point, after);
  });
}

/** Days are counted at midnight and looked at in between, so less than a whole day off is still the same line. */
function isBetween([t0, d0]: TrendPoint, [t1, d1]: TrendPoint, [t2, d2]: TrendPoint): boolean {
  if (d0 === null || d1 === null || d2 === null) return d0 === d1 && d1 === d2;
  const onLine = d0 + ((d2 - d0) * (t1 - t0)) / (t2 - t0);
  return Math.abs(onLine - d1) < 1;
}

const dayOf = ([seconds]: TrendPoint) => Math.floor((seconds * 1000) / MS_PER_DAY);
