/** Tables and paragraphs that fit a terminal. Pure. */
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;
export type Cell = string | { readonly text: string; readonly style: Style };

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Cut short where the table would be too wide. */
  readonly isFlexible?: boolean;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Paragraphs below it, indented. */
  readonly notes?: readonly string[];
}

/** Paints on a terminal that takes colors, and nowhere else. */
export function paintFor({
  isTty,
  env,
}: {
  readonly isTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Paint {
  const isPlain = !isTty || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return isPlain
    ? (_style, text) => text
    : (style, text) => styleText(style, text, { validateStream: false });
}

const GAP = 2;
const INDENT = '    ';
const NARROWEST = 40;

/** How many columns there are: of the terminal, as `COLUMNS` says, or 80. */
export function columnsOf(io: {
  readonly columns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}): number {
  const said = Number(io.env['COLUMNS']);
  return Math.max(NARROWEST, io.columns ?? (Number.isInteger(said) && said > 0 ? said : 80));
}

/** The width that a table takes when nothing is cut. */
export function naturalWidth(columns: readonly Column[], rows: readonly Row[]): number {
  return widthsOf(columns, rows).reduce((sum, width) => sum + width + GAP, -GAP);
}

/** Lines that are not wider than `width`, as long as that can be had by cutting the flexible columns. */
export function textTable(
  columns: readonly Column[],
  rows: readonly Row[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const widths = widthsOf(columns, rows);
  for (const [index, column] of columns.entries()) {
    const surplus = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
    if (column.isFlexible === true && surplus > 0) {
      widths[index] = Math.max(column.title.length, widths[index]! - surplus);
    }
  }
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, index) => {
        const isLast = index === cells.length - 1;
        const text = cut(textOf(cell), widths[index]!);
        const padding = ' '.repeat(widths[index]! - text.length);
        const painted = typeof cell === 'string' ? text : paint(cell.style, text);
        if (columns[index]!.align === 'right') return padding + painted;
        return isLast ? painted : painted + padding;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = columns.map(({ title }): Cell => ({ text: title, style: 'dim' }));
  return [
    line(head),
    ...rows.flatMap(({ cells, notes = [] }) => [
      line(cells),
      ...notes.map((note) => paragraph(note, width, INDENT)),
    ]),
  ].join('\n');
}

/** Text in lines that are not wider than `width`, each with the indent; a longer word is left whole. */
export function paragraph(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  for (const word of plain(text)
    .split(/\s+/)
    .filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines.join('\n');
}

function widthsOf(columns: readonly Column[], rows: readonly Row[]): number[] {
  return columns.map(({ title }, index) =>
    rows.reduce((widest, { cells }) => Math.max(widest, textOf(cells[index]!).length), title.length),
  );
}

const textOf = (cell: Cell) => plain(typeof cell === 'string' ? cell : cell.text);
const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

/** What far ends said must not steer the terminal. */
const plain = (text: string) => text.replace(/\p{Cc}+/gu, ' ');
