/** What a benchmark says, and how it is shown. Pure. */
import { ratiosOf, type Sample, sampleOf } from './statistics.ts';

export interface Result {
  readonly benchmark: string;
  readonly what: string;
  readonly unit: string;
  readonly figure: Sample;
  /** What was measured beside it, in the same rounds; null for a figure that stands alone. */
  readonly peer: { readonly name: string; readonly figure: Sample } | null;
  /** Figure divided by peer, round by round. */
  readonly ratio: Sample | null;
  /** For people; empty where there is none. */
  readonly aim: string;
  readonly isMet: boolean | null;
}

export interface Measured {
  readonly what: string;
  readonly unit: string;
  readonly figures: readonly number[];
  readonly peer?: { readonly name: string; readonly figures: readonly number[] };
  readonly aim?: Aim;
}

/** What the median of the figure, or of the ratio, has to come to. */
export type Aim =
  | { readonly of: 'figure' | 'ratio'; readonly atMost: number }
  | { readonly of: 'figure' | 'ratio'; readonly atLeast: number };

export interface BenchmarkOptions {
  /** Fewer and shorter rounds: to see that it works, not to be quoted. */
  readonly isQuick: boolean;
  /** A folder of its own, which is deleted afterwards. */
  readonly folder: string;
  progress(text: string): void;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(options: BenchmarkOptions): Promise<readonly Measured[]>;
}

export function resultOf(benchmark: string, { what, unit, figures, peer, aim }: Measured): Result {
  const figure = sampleOf(figures);
  const ratio = peer === undefined ? null : sampleOf(ratiosOf(figures, peer.figures));
  return {
    benchmark,
    what,
    unit,
    figure,
    peer: peer === undefined ? null : { name: peer.name, figure: sampleOf(peer.figures) },
    ratio,
    aim: aim === undefined ? '' : aimInWords(aim, unit),
    isMet: aim === undefined ? null : isMet(aim, figure, ratio),
  };
}

function aimInWords(aim: Aim, unit: string): string {
  const bound = 'atMost' in aim ? `at most ${round(aim.atMost)}` : `at least ${round(aim.atLeast)}`;
  return aim.of === 'ratio' ? `ratio ${bound}` : `${bound} ${unit}`;
}

function isMet(aim: Aim, figure: Sample, ratio: Sample | null): boolean | null {
  const sample = aim.of === 'ratio' ? ratio : figure;
  if (sample === null) return null;
  return 'atMost' in aim ? sample.median <= aim.atMost : sample.median >= aim.atLeast;
}

const HEAD = ['benchmark', 'what', 'figure', 'peer', 'ratio', 'aim', 'met'] as const;

export function renderTable(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function renderMarkdown(results: readonly Result[], heading: string): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    heading,
    '',
    row(HEAD),
    row(HEAD.map(() => '---')),
    ...results.map((one) => row(cellsOf(one))),
    '',
  ].join('\n');
}

function cellsOf({ benchmark, what, unit, figure, peer, ratio, aim, isMet: met }: Result): readonly string[] {
  return [
    benchmark,
    what,
    `${sampleInWords(figure)} ${unit}`,
    peer === null ? '' : `${peer.name}: ${sampleInWords(peer.figure)}`,
    ratio === null ? '' : sampleInWords(ratio),
    aim,
    met === null ? '' : met ? 'yes' : 'NO',
  ];
}

function sampleInWords({ median, least, most, count }: Sample): string {
  return count === 1 ? round(median) : `${round(median)} (${round(least)} to ${round(most)})`;
}

/** Three significant digits, whole numbers from 100 on. */
function round(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
