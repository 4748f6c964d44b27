/** Whether a service took up more and more while it ran. Pure. */

/** What it takes up at one moment, after collecting garbage. */
export interface Sample {
  /** By its own clock, since it was started. */
  readonly hours: number;
  readonly checks: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** Open sockets, servers and the like. */
  readonly handles: number;
  readonly timers: number;
  readonly descriptors: number;
  readonly fileBytes: number;
}

export interface Slope {
  readonly name: string;
  /** By which it grew over all samples that count. */
  readonly grown: number;
  readonly most: number;
  readonly unit: string;
}

/** Until everything was used once: caches, statement plans, connections. */
const WARM_UP_SHARE = 0.4;
const MB = 1024 * 1024;
/** What the history keeps of a check until it is thinned, and of an alert its receipt; a message left behind is more. */
const FILE_BYTES_PER_CHECK = 250;

/** @returns by how much each figure grew, and by how much it may */
export function slopesOf(samples: readonly Sample[]): readonly Slope[] {
  const counted = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const checks = (counted.at(-1)?.checks ?? 0) - (counted[0]?.checks ?? 0);
  const slope = (name: string, figureOf: (sample: Sample) => number, most: number, unit: string): Slope => ({
    name,
    grown: grownAlongLine(counted.map((sample) => [sample.hours, figureOf(sample)])),
    most,
    unit,
  });
  const count = (name: string, figureOf: (sample: Sample) => number, most: number): Slope => ({
    name,
    grown: grownAtLeast(counted.map(figureOf)),
    most,
    unit: '',
  });
  return [
    slope('heap', ({ heapBytes }) => heapBytes / MB, 3, 'MB'),
    slope('memory of the process', ({ rssBytes }) => rssBytes / MB, 40, 'MB'),
    count('handles', ({ handles }) => handles, 8),
    count('timers', ({ timers }) => timers, 40),
    count('file descriptors', ({ descriptors }) => descriptors, 8),
    slope('store file', ({ fileBytes }) => fileBytes / MB, 0.5 + (checks * FILE_BYTES_PER_CHECK) / MB, 'MB'),
  ];
}

/** The names of what grew too much. */
export function complaintsOf(slopes: readonly Slope[]): readonly string[] {
  return slopes.filter(({ grown, most }) => !(grown <= most)).map(({ name }) => name);
}

export function reportOf(samples: readonly Sample[]): string {
  const last = samples.at(-1);
  const lines = slopesOf(samples).map(
    ({ name, grown, most, unit }) =>
      `  ${name.padEnd(22)} grew by ${grown.toFixed(2).padStart(7)} of ${most.toFixed(2)} ${unit} allowed`,
  );
  return [
    `${last?.hours.toFixed(1)} hours, ${last?.checks} checks, ${samples.length} samples:`,
    ...lines,
    '',
  ].join('\n');
}

/**
 * The least of the last third over the least of the first one: how many are open at a moment depends on what is under way
 * then, but what leaks is there at every moment.
 */
function grownAtLeast(figures: readonly number[]): number {
  const third = Math.floor(figures.length / 3);
  return Math.min(...figures.slice(-third)) - Math.min(...figures.slice(0, third));
}

/** Along the straight line that fits best. */
function grownAlongLine(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const covariance = mean((point) => (point[0] - x) * (point[1] - y));
  const variance = mean((point) => (point[0] - x) ** 2);
  return (covariance / variance) * (points.at(-1)![0] - points[0]![0]);
}
