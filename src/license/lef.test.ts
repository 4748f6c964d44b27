import { describe, expect, it } from 'vitest';
import { parseLef } from './lef.ts';

const dates = (lines: readonly { readonly to: { readonly kind: string } }[]) =>
  lines.map(({ to }) => ('date' in to ? to.date : to.kind));

describe('a LEF', () => {
  it.each(['\r\n', '\n', '\r'])('is read by columns, with %j between the lines', (lineEnd) => {
    const lef = parseLef(
      [
        '9999000000001234',
        'Example Ltd',
        'PRODUCTLEVEL;50;;2027-04-30',
        'TOKENS;100;;',
        'TIMELIMIT;;2026-05-01;2027-05-31',
        'ABCD-1234',
      ].join(lineEnd),
    );
    expect(lef.isRecognised).toBe(true);
    expect(dates(lef.timeLimits)).toEqual(['2027-05-31']);
    expect(dates(lef.starts)).toEqual(['2026-05-01']);
    expect(dates(lef.maintenanceEnds)).toEqual(['2027-04-30']);
    expect(lef.otherLines).toEqual(['9999000000001234', 'Example Ltd', 'ABCD-1234']);
  });

  it.each([
    ['TIMELIMIT;;;2027-04-30', ['2027-04-30'], 'the end is the fourth column'],
    ['timelimit ; ; ; 2027/04/30 ', ['2027-04-30'], 'blanks and capital letters make no difference'],
    ['TIMELIMIT;;;2027-04-30;', ['2027-04-30'], 'a semicolon at the end'],
    ['TIMELIMIT;2027-04-30;;', ['2027-04-30'], 'a value that looks like a date'],
    ['TIMELIMIT;2027-04-30', ['2027-04-30'], 'a value that looks like a date, and no further columns'],
    ['TIMELIMIT;2026-01-01;;2027-04-30', ['2027-04-30'], 'the fourth column goes first'],
    ['TIMELIMIT;VALUE;;', ['not-understood'], 'a limit of which we do not know the end'],
    ['TIMELIMIT;30;;', ['not-understood'], ''],
    ['TIMELIMIT;;;', ['not-understood'], ''],
    ['TIMELIMIT', ['not-understood'], ''],
    ['TIMELIMIT;VALUE;2027-04-30', ['not-understood'], 'the third column is a start'],
    ['TIMELIMIT;;;9999-12-31', ['none'], 'a sentinel'],
    ['TIMELIMIT;;;2027-04-30\nTIMELIMIT;;;2026-04-30', ['2027-04-30', '2026-04-30'], 'all are kept'],
    ['TIMELIMITS;;;2027-04-30', [], 'another attribute'],
    ['PRODUCTLEVEL;50;;2027-04-30', [], 'the end of maintenance is no expiry'],
  ])('with %j ends %j (%s)', (text, expected) => {
    const lef = parseLef(text);
    expect(dates(lef.timeLimits)).toEqual(expected);
    expect(lef.isRecognised).toBe(true);
  });

  it('keeps other lines without the blanks around them, and no empty ones', () => {
    const lef = parseLef('  Example Ltd \n\n   \nTOKENS;100;;\n');
    expect(lef.otherLines).toEqual(['Example Ltd']);
  });

  it('has a start and an end of maintenance only where one is written, in their own lines', () => {
    const lef = parseLef('TIMELIMIT;;;2027-05-31\nPRODUCTLEVEL;50;;\nTOKENS;100;;2027-01-01');
    expect(lef).toMatchObject({ starts: [], maintenanceEnds: [] });
  });

  it.each(['', 'free text', 'a;b', ';;;', '9999000000001234\r\nExample; Ltd'])(
    'is not recognised in %j',
    (text) => {
      expect(parseLef(text)).toMatchObject({ isRecognised: false, timeLimits: [] });
    },
  );
});
