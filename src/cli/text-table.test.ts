import { describe, expect, it } from 'vitest';
import { type Column, columnsOf, naturalWidth, paintFor, paragraph, textTable } from './text-table.ts';

const columns: readonly Column[] = [
  { title: 'N', align: 'right' },
  { title: 'WHAT', isFlexible: true },
  { title: 'END' },
];
const row = (what: string) => ({ cells: ['12', what, 'x'] });
const plain = { paint: (_style: unknown, text: string) => text };

describe('a table', () => {
  it('is as wide as its cells, right or left', () => {
    const rows = [{ cells: ['1', 'abcdef', ''] }, row('abc')];
    expect(textTable(columns, rows, { ...plain, width: 80 })).toBe(
      ' N  WHAT    END\n 1  abcdef\n12  abc     x',
    );
    expect(naturalWidth(columns, rows)).toBe(15);
  });

  it('cuts the flexible column where it would be too wide, never below its title', () => {
    const lines = (width: number) =>
      textTable(columns, [row('a long text about nothing')], { ...plain, width }).split('\n');
    expect(lines(20)).toEqual([' N  WHAT         END', '12  a long tex…  x']);
    expect(lines(20).every((line) => line.length <= 20)).toBe(true);
    expect(lines(5)[1]).toBe('12  a l…  x');
  });

  it('pads before it paints, and lets nobody steer the terminal', () => {
    const paint = paintFor({ isTty: true, env: {} });
    const cells = ['1', { text: 'red', style: 'red' as const }, 'a\u001B[2Jb'];
    const [, line] = textTable(columns, [{ cells }], { paint, width: 80 }).split('\n');
    expect(line).toBe('1  \u001B[31mred\u001B[39m   a [2Jb');
  });
});

it('a paragraph breaks between words and keeps longer words whole', () => {
  expect(paragraph('one two  three\nfour', 9, '  ')).toBe('  one two\n  three\n  four');
  expect(paragraph('a https://a.very.long/address b', 10)).toBe('a\nhttps://a.very.long/address\nb');
});

it('paints on a terminal only, and not where colors are unwanted', () => {
  const red = (isTty: boolean, env: Record<string, string>) => paintFor({ isTty, env })('red', 'x');
  expect(red(true, {})).toBe('\u001B[31mx\u001B[39m');
  expect(red(true, { NO_COLOR: '' })).toBe('\u001B[31mx\u001B[39m');
  expect([red(false, {}), red(true, { NO_COLOR: '1' }), red(true, { TERM: 'dumb' })]).toEqual([
    'x',
    'x',
    'x',
  ]);
});

it('fits the terminal, else what COLUMNS says, else 80 columns', () => {
  const width = (columns: number | undefined, COLUMNS?: string) =>
    columnsOf({ columns, env: COLUMNS === undefined ? {} : { COLUMNS } });
  expect([
    width(120, '90'),
    width(undefined, '90'),
    width(undefined),
    width(undefined, 'x'),
    width(3),
  ]).toEqual([120, 90, 80, 80, 40]);
});
