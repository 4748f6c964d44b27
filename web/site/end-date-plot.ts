/** The step chart of the end date over time. Loaded only where it is shown. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { SiteDetail } from '../../src/web/api.ts';

const HEIGHT_PX = 200;
const SECONDS_PER_DAY = 86_400;
const AXIS_PX = 84;
/** Less would blow up a change of one day to the height of the chart. */
const LEAST_SPAN_SECONDS = 60 * SECONDS_PER_DAY;

/** Draws into `place`, follows its width and the theme; returns how to take it away. */
export function drawEndDates(
  place: HTMLElement,
  history: SiteDetail['endDateHistory'],
  until: string,
): () => void {
  let plot = create();
  function create(): uPlot {
    const ends = history.flatMap(({ endDate }) => (endDate === null ? [] : [Date.parse(endDate) / 1000]));
    return new uPlot(optionsFor(place, ends), pointsOf(history, until), place);
  }
  const redraw = () => {
    plot.destroy();
    plot = create();
  };
  const sizes = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT_PX }));
  const darkness = matchMedia('(prefers-color-scheme: dark)');
  sizes.observe(place);
  addEventListener('themechange', redraw);
  darkness.addEventListener('change', redraw);
  return () => {
    sizes.disconnect();
    removeEventListener('themechange', redraw);
    darkness.removeEventListener('change', redraw);
    plot.destroy();
  };
}

/** Both axes in epoch seconds. */
function pointsOf(history: SiteDetail['endDateHistory'], until: string): uPlot.AlignedData {
  const points = [...history, { at: until, endDate: history.at(-1)!.endDate }];
  return [
    points.map(({ at }) => Date.parse(at) / 1000),
    points.map(({ endDate }) => (endDate === null ? null : Date.parse(endDate) / 1000)),
  ];
}

function optionsFor(place: HTMLElement, ends: readonly number[]): uPlot.Options {
  const colours = getComputedStyle(place);
  const ink = colours.color;
  const line = colours.getPropertyValue('border-top-color');
  const accent = colours.getPropertyValue('outline-color');
  const axis: uPlot.Axis = {
    stroke: ink,
    font: `12px ${colours.fontFamily}`,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    values: (_, splits) => splits.map(dayOf),
  };
  return {
    width: place.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: (_, low, high) => spread(low, high) },
      y: { range: (_, low, high) => spread(low, high) },
    },
    axes: [
      { ...axis, space: 100 },
      // Few dates ever were an end date, so these are the ticks.
      { ...axis, size: AXIS_PX, splits: (_, __, low, high) => apart(ends, (high - low) / 6) },
    ],
    series: [
      {},
      {
        stroke: accent,
        width: 2,
        spanGaps: false,
        points: { show: false },
        ...(uPlot.paths.stepped === undefined ? {} : { paths: uPlot.paths.stepped({ align: 1 }) }),
      },
    ],
  };
}

const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

function spread(low: number, high: number): [number, number] {
  const missing = Math.max(0, LEAST_SPAN_SECONDS - (high - low));
  const margin = missing / 2 + (high - low) * 0.08;
  return [low - margin, high + margin];
}

/** The values from the latest down, without those too near to the one before. */
function apart(values: readonly number[], distance: number): number[] {
  const kept: number[] = [];
  for (const value of values.toSorted((a, b) => b - a)) {
    if (kept.length === 0 || kept.at(-1)! - value >= distance) kept.push(value);
  }
  return kept.reverse();
}
