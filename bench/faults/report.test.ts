/** Runs that are played later, alone, take their places among those that are kept. */
import { describe, expect, it } from 'vitest';
import { concerns, faults } from './faults.ts';
import { mergedReport, pageOf, type Report, type RowKey } from './report.ts';

const row = (fault: string, program: string): RowKey => ({ fault, length: 'brief', program });
const order = ['none', 'hangs'].flatMap((fault) => ['A', 'B'].map((program) => row(fault, program)));
const reportOf = (at: string, rows: readonly RowKey[]): Report => ({
  at,
  machine: `machine of ${at}`,
  life: { conditions: ['30'], eachMs: 5_000, recoveryMs: 20_000 },
  patienceMs: 45_000,
  programs: ['A', 'B'].map((name) => ({ name, setting: `set ${at}`, version: at })),
  results: rows.map((key) => ({
    ...key,
    score: {
      conditions: 1,
      lost: [],
      toldWhenOver: [],
      repeated: 0,
      late: [],
      falselyOver: [],
      longestDelayMs: null,
      requests: Number(at),
    },
  })),
});
const rowsOf = ({ results }: Report) =>
  results.map(({ fault, program, score }) => `${fault} ${program} ${score.requests}`);

describe('what is kept', () => {
  it('is all of a whole run', () => {
    const whole = reportOf('2', order.toReversed());
    const merged = mergedReport(reportOf('1', order), whole, order);
    expect(rowsOf(merged)).toEqual(['none A 2', 'none B 2', 'hangs A 2', 'hangs B 2']);
    expect(merged).toMatchObject({ at: '2', programs: whole.programs });
    expect(mergedReport(undefined, whole, order)).toEqual(merged);
  });

  it('keeps what was not played now, and says which program was played apart', () => {
    const merged = mergedReport(reportOf('1', order), reportOf('2', [row('hangs', 'B')]), order);
    expect(rowsOf(merged)).toEqual(['none A 1', 'none B 1', 'hangs A 1', 'hangs B 2']);
    expect(merged).toMatchObject({
      at: '1',
      machine: 'machine of 1',
      programs: [
        { name: 'A', version: '1' },
        { name: 'B', version: '2', playedApart: '2, machine of 2' },
      ],
    });
    expect(pageOf(merged)).toContain('- **B** (2): set 2. Played apart: 2, machine of 2.');
    expect(pageOf(merged)).toContain('- **A** (1): set 1.\n');
  });

  it('forgets faults and programs that there are no longer', () => {
    const before = reportOf('1', [...order, row('gone', 'A'), row('none', 'C')]);
    expect(rowsOf(mergedReport(before, reportOf('2', [row('none', 'A')]), order))).toHaveLength(4);
  });
});

it('asks of a broker only what a broker can do', () => {
  const ofBroker = new Set(faults.filter((fault) => concerns(fault, 'broker')).map(({ name }) => name));
  expect([...ofBroker]).toEqual(expect.arrayContaining(['none', 'receiver down', 'hangs', 'answer lost']));
  expect([...ofBroker].filter((name) => /^answers \d|source|database/.test(name))).toEqual([]);
  expect(faults.every((fault) => concerns(fault, 'webhook'))).toBe(true);
});
