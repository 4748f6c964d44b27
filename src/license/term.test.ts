import { describe, expect, it } from 'vitest';
import { readTerm } from './term.ts';
import { parseDateLine } from './valid-to.ts';

const settings = { dateOrder: 'auto', today: '2026-11-24', isExpired: false } as const;

interface Texts {
  readonly own?: readonly string[];
  readonly others?: readonly string[];
  readonly starts?: readonly string[];
}

const termOf = ({ own = [], others = [], starts = [] }: Texts) =>
  readTerm(
    {
      ownEnds: own.map(parseDateLine),
      otherEnds: others.map(parseDateLine),
      starts: starts.map(parseDateLine),
      furtherDates: [],
    },
    settings,
  );

describe('the end of a term', () => {
  it.each<[string, Texts, string, string[], string]>([
    ['nothing', {}, 'none', [], ''],
    ['one line', { own: ['2027-05-06'] }, '2027-05-06', [], ''],
    ['equal lines', { own: ['2027-05-06'], others: ['2027-05-06 0:00'] }, '2027-05-06', [], ''],
    [
      'a part that ends sooner',
      { own: ['2027-05-06'], others: ['2027-01-01'] },
      '2027-01-01',
      ['several-end-dates'],
      '',
    ],
    [
      'a part that ends later',
      { own: ['2027-05-06'], others: ['2028-01-01'] },
      '2027-05-06',
      ['several-end-dates'],
      '',
    ],
    [
      'a part without an end',
      { own: ['2027-05-06'], others: ['9999-12-31', ''] },
      '2027-05-06',
      [],
      'ends with it',
    ],
    ['two ends of its own', { own: ['2027-05-06', '2027-01-01'] }, '2027-01-01', ['several-end-dates'], ''],
    ['only a part with an end', { others: ['2027-01-01'] }, '2027-01-01', [], ''],
    ['a sentinel', { own: ['9999-12-31'] }, 'none', [], ''],
    ['an empty line', { own: [''] }, 'none', [], ''],
    [
      'a sentinel, and a part with an end',
      { own: ['0001-01-01'], others: ['2027-01-01'] },
      '2027-01-01',
      ['several-end-dates'],
      '',
    ],
    ['a riddle', { own: ['soon'] }, 'not-understood', [], ''],
    [
      'a riddle, and a part with an end',
      { own: ['soon'], others: ['2028-01-01'] },
      'not-understood',
      ['several-end-dates'],
      'the license may end sooner than its part',
    ],
    [
      'a riddle in a part',
      { own: ['2027-05-06'], others: ['soon'] },
      '2027-05-06',
      ['several-end-dates'],
      '',
    ],
    ['a riddle in a part only', { others: ['soon'] }, 'not-understood', [], ''],
    [
      'a riddle in one part of a license without an end',
      { own: ['9999-12-31'], others: ['2028-01-01', 'soon'] },
      'not-understood',
      ['several-end-dates'],
      '',
    ],
  ])('with %s: %j is %s, remarks %j %s', (_, texts, expected, remarks) => {
    const { end, ...term } = termOf(texts);
    expect(end.kind === 'date' ? end.date : end.kind).toBe(expected);
    expect(term.remarks).toEqual(remarks);
  });

  it('keeps every date that it understood, sorted, once', () => {
    const term = termOf({ own: ['soon'], others: ['2028-01-01', '2027-01-01', '2028-01-01'] });
    expect(term.endDates).toEqual(['2027-01-01', '2028-01-01']);
    expect(term.endText).toBe('soon');
  });

  it('does not grow without limit', () => {
    const others = Array.from({ length: 5000 }, (_, index) => `${8999 - index}-01-01`);
    expect(termOf({ others }).endDates).toHaveLength(100);
    expect(termOf({ others }).endDates[0]).toBe('4000-01-01');
  });
});

describe('the order of all dates of a term', () => {
  it('is the same for the end, the start and the parts', () => {
    const term = termOf({ own: ['05/02/2027'], others: ['06/01/2027'], starts: ['04/03/2026'] });
    expect(term).toMatchObject({
      end: { kind: 'date', date: '2027-01-06' },
      endDates: ['2027-01-06', '2027-02-05'],
      startDate: '2026-03-04',
      dateOrder: 'dmy',
      remarks: ['several-end-dates', 'ambiguous-date'],
    });
  });

  it.each([
    ['2027-05-06', 'ymd'],
    ['25/12/2026', 'dmy'],
    ['12/25/2026', 'mdy'],
    ['05/05/2027', null],
    ['soon', null],
  ])('shows in %j as %j', (text, expected) => {
    expect(termOf({ own: [text] }).dateOrder).toBe(expected);
  });
});

describe('the start of a term', () => {
  it.each<[Texts, string | null, string[], string]>([
    [{ starts: ['2026-01-01'] }, '2026-01-01', [], ''],
    [{ starts: ['2026-01-01', '2027-01-01'] }, '2026-01-01', [], 'the first'],
    [{ starts: ['0001-01-01'] }, null, [], 'a sentinel'],
    [{ starts: ['soon'] }, null, [], ''],
    [{ own: ['2026-05-06/2027-05-06'] }, '2026-05-06', [], 'the start of the interval'],
    [{ own: ['2026-05-06/2027-05-06'], starts: ['2026-01-01'] }, '2026-01-01', [], 'said by itself'],
    [{ others: ['2026-05-06/2027-05-06'] }, null, [], 'the start of a part is not the start of the license'],
    [
      { own: ['2027-05-06'], starts: ['01/02/2026'] },
      '2026-01-02',
      [],
      'past either way: nothing to look at',
    ],
    [
      { own: ['2027-05-06'], starts: ['12/11/2026'] },
      '2026-11-12',
      ['ambiguous-date'],
      'or 11 December, not yet begun',
    ],
  ])('of %j is %j, remarks %j (%s)', (texts, expected, remarks) => {
    const term = termOf(texts);
    expect(term.startDate).toBe(expected);
    expect(term.remarks).toEqual(remarks);
  });
});

describe('the text that is shown as the end of a term', () => {
  it.each<[string, Texts, string | null]>([
    ['that of the earliest end', { own: ['2027-05-06'], others: ['2028-01-01', '2027-01-01'] }, '2027-01-01'],
    ['that of the riddle', { own: ['9999-12-31'], others: ['2028-01-01', 'soon'] }, 'soon'],
    ['that of the license, where none is an end', { own: ['9999-12-31'], others: [''] }, '9999-12-31'],
    ['none, where there is none', {}, null],
  ])('is %s', (_, texts, expected) => {
    expect(termOf(texts).endText).toBe(expected);
  });
});
