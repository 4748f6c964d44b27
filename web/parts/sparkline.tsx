/** Days left over the last weeks, as a small line. The number it ends with stands in words beside it. */
import type { Trend } from '../../src/web/api.ts';

const WIDTH = 96;
const HEIGHT = 26;
const PADDING = 3;

type Known = readonly [number, number];

export function Sparkline({ trend }: { readonly trend: Trend }) {
  const known = trend.filter((point): point is Known => point[1] !== null);
  const last = known.at(-1);
  if (last === undefined) return null;
  const place = placing(trend, known);
  const [x, y] = place(last);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      {stretches(trend).map((stretch) => (
        <polyline key={stretch[0]![0]} points={stretch.map((point) => place(point).join(',')).join(' ')} />
      ))}
      <circle cx={x} cy={y} r="2.5" />
    </svg>
  );
}

/** Zero is always in sight, so that lines of different sites compare. */
function placing(trend: Trend, known: readonly Known[]) {
  const days = known.map(([, left]) => left);
  const [low, high] = [Math.min(0, ...days), Math.max(1, ...days)];
  const [start, end] = [trend[0]![0], trend.at(-1)![0]];
  return ([at, left]: Known): Known => [
    rounded(
      start === end ? WIDTH - PADDING : PADDING + ((at - start) / (end - start)) * (WIDTH - 2 * PADDING),
    ),
    rounded(HEIGHT - PADDING - ((left - low) / (high - low)) * (HEIGHT - 2 * PADDING)),
  ];
}

/** The line is broken where nothing was known. */
function stretches(trend: Trend): readonly (readonly Known[])[] {
  const result: Known[][] = [];
  let current: Known[] | undefined;
  for (const [at, left] of trend) {
    if (left === null) {
      current = undefined;
    } else {
      if (current === undefined) {
        current = [];
        result.push(current);
      }
      current.push([at, left]);
    }
  }
  return result;
}

const rounded = (value: number) => Math.round(value * 10) / 10;
