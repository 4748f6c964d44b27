import { describe, expect, it } from 'vitest';
import { parseDateLine } from './valid-to.ts';

const day = (date: string, order: string | null = 'ymd') => ({ kind: 'day', date, order });
const either = (dmy: string, mdy: string) => ({ kind: 'either', dmy, mdy });
const none = { kind: 'none', order: null };
const notUnderstood = { kind: 'not-understood' };

describe('a date with the year first', () => {
  it.each([
    ['2027-05-06', 'a server of February 2024'],
    ['2027-05-06  12:00:00 AM', "Qlik's documentation of 2022"],
    ['2027-05-06 00:00:00', ''],
    ['2027-05-06T00:00:00Z', ''],
    ['2027-05-06T00:00:00.000+02:00', 'an offset does not move the day'],
    ['2027-05-06T23:59:59.9999999-11:30', ''],
    ['2027-05-06T00:00', ''],
    ['2027-05-06T00', ''],
    ['2027-05-06 00', ''],
    ['2027-05-06 00:00:00 +02:00', ''],
    ['2027-05-06 00:00:00 UTC', ''],
    ['2027-05-06, 0:00', ''],
    ['2027/05/06', ''],
    ['2027.05.06', ''],
    ['2027 05 06', ''],
    ['2027 05 06      12:00:00      AM', ''],
    ['2027-5-6', ''],
    ['2027. 05. 06. 0:00:00', 'Hungarian'],
    ['2027/5/6 上午 12:00:00', 'Chinese'],
    ['2027-05-06 오전 12:00:00', 'Korean'],
    ['\t2027-05-06\u00a012:00:00\u202fAM ', 'blanks that do not break'],
  ])('%j is read (%s)', (text) => {
    expect(parseDateLine(text)).toEqual({ text: text.trim(), from: null, to: day('2027-05-06') });
  });
});

describe('a date with the year last', () => {
  it.each([
    ['25/12/2026', day('2026-12-25', 'dmy')],
    ['12/25/2026', day('2026-12-25', 'mdy')],
    ['25.12.2026 0.00.00', day('2026-12-25', 'dmy')],
    ['25-12-2026 00:00', day('2026-12-25', 'dmy')],
    ['25. 12. 2026 0:00:00', day('2026-12-25', 'dmy')],
    ['25.12.2026. 0:00:00', day('2026-12-25', 'dmy')],
    ['12/25/2026 12:00:00 AM', day('2026-12-25', 'mdy')],
    ['25/12/2026 12:00:00 a. m.', day('2026-12-25', 'dmy')],
    ['25/12/2026 12:00:00 a.m.', day('2026-12-25', 'dmy')],
    ['25/12/2026 12:00:00 π.μ.', day('2026-12-25', 'dmy')],
    ['\u200f25\u200f/12\u200f/2026 12:00:00 ص', day('2026-12-25', 'dmy')],
    ['5/6/2027 12', either('2027-06-05', '2027-05-06')],
    ['05/06/2027', either('2027-06-05', '2027-05-06')],
    ['05.06.2027', either('2027-06-05', '2027-05-06')],
    ['05-06-2027', either('2027-06-05', '2027-05-06')],
    ['05/05/2027', day('2027-05-05', null)],
    ['29/02/2028', day('2028-02-29', 'dmy')],
  ])('%j', (text, expected) => {
    expect(parseDateLine(text).to).toEqual(expected);
  });
});

describe('a text that stands for no date', () => {
  it.each([
    ['', none],
    ['   ', none],
    ['.', none],
    ['0001-01-01', none],
    ['0001-01-01  12:00:00 AM', none],
    ['1/1/0001 12:00:00 AM', none],
    ['1/2/0001', none],
    ['1900-12-31', none],
    ['9000-01-01', none],
    ['9999-12-31', none],
    ['12/31/9999 11:59:59 PM', { kind: 'none', order: 'mdy' }],
    ['31.12.9999 23:59:59', { kind: 'none', order: 'dmy' }],
  ])('%j', (text, expected) => {
    expect(parseDateLine(text).to).toEqual(expected);
  });

  it('is not confused with its neighbors', () => {
    expect(parseDateLine('1901-01-01').to).toEqual(day('1901-01-01'));
    expect(parseDateLine('8999-12-31').to).toEqual(day('8999-12-31'));
  });
});

describe('a year of another calendar', () => {
  it.each([
    ['15/06/1448', 'Hijri, as a server in ar-SA writes it'],
    ['1448-06-15', ''],
    ['30/06/1447 12:00:00 ص', ''],
    ['1405/10/03', 'Persian'],
    ['24/12/2569', 'Buddhist, as a server in th-TH writes it'],
    ['2569-12-24', ''],
    ['1300-01-01', ''],
    ['1500-12-31', ''],
    ['2550-01-01', ''],
    ['2650-12-31', ''],
  ])('in %j is not understood, as it is neither no date nor far away', (text) => {
    expect(parseDateLine(text).to).toEqual(notUnderstood);
  });

  it('is not confused with its neighbors', () => {
    for (const text of ['1299-12-31', '1501-01-01', '1753-01-01'])
      expect(parseDateLine(text).to).toEqual(none);
    for (const date of ['2549-12-31', '2651-01-01', '2999-12-31']) {
      expect(parseDateLine(date).to).toEqual(day(date));
    }
  });
});

describe('an interval', () => {
  it.each([
    ['2026-05-06/2027-05-06', day('2026-05-06'), day('2027-05-06')],
    ['2026-05-06 / 2027-05-06', day('2026-05-06'), day('2027-05-06')],
    ['2026/05/06/2027/05/06', day('2026-05-06'), day('2027-05-06')],
    ['2026-05-06T00:00:00.000Z/2027-05-06T00:00:00.000Z', day('2026-05-06'), day('2027-05-06')],
    ['./2027-05-06', none, day('2027-05-06')],
    ['2026-05-06/.', day('2026-05-06'), none],
    ['2026-05-06/..', day('2026-05-06'), none],
    ['./.', none, none],
  ])('%j', (text, from, to) => {
    expect(parseDateLine(text)).toEqual({ text, from, to });
  });

  it.each(['2026-05-06/', '/2027-05-06', '2026-05-06/soon', '2026-05-06/2027-05-06/2028-05-06', '/'])(
    'is not seen in %j',
    (text) => {
      expect(parseDateLine(text)).toEqual({ text, from: null, to: notUnderstood });
    },
  );
});

describe('not understood', () => {
  it.each([
    ['soon', ''],
    ['06/05/27', 'a year of two digits could be a day'],
    ['27-05-06', ''],
    ['2027-02-29', 'no such day'],
    ['2027-13-01', ''],
    ['2027-25-12', 'no server writes the day in the middle'],
    ['31/31/2027', ''],
    ['32/01/2027', ''],
    ['02027-05-06', ''],
    ['20270506', ''],
    ['06/05/20277', ''],
    ['2027-05/06', 'two kinds of separator'],
    ['2027-05-06 or later', 'something is said that we do not understand'],
    ['2027-05-06 25:00:00', 'no such time'],
    ['2027-05-06 10:61', ''],
    ['2027-05-06 (extended)', ''],
    ['until 2027-05-06', ''],
    ['9999 0000 0000 1234', 'a serial'],
    [`2027-05-06${'0'.repeat(200)}`, 'too long for a date'],
    ['2027-05-06 12:00:00 AM 2028-05-06', ''],
  ])('%j (%s)', (text) => {
    expect(parseDateLine(text).to).toEqual(notUnderstood);
  });
});
