import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = new Date('2026-11-24T10:00:00Z');

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5000],
  ['Tue, 24 Nov 2026 10:00:30 GMT', 30_000],
  ['Tuesday, 24-Nov-26 10:00:30 GMT', 30_000],
  ['Tue, 24 Nov 2026 09:59:00 GMT', 0],
  ['999999999999999999999', 86_400_000],
  ['Tue, 24 Nov 2099 10:00:00 GMT', 86_400_000],
])('%j is %i ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});

it.each([
  ['a number below zero', '-5'],
  ['a fraction', '1.5'],
  ['a number with a unit', '5 s'],
  ['a number after a word', 'in 5'],
  ['a word', 'soon'],
  ['a month that there is not', 'Tue, 24 Xyz 2026 10:00:30 GMT'],
  ['a date of another kind', '2026-11-24'],
  ['words before a date', 'not before Tue, 24 Nov 2026 10:00:30 GMT'],
  ['words after a date', 'Tue, 24 Nov 2026 10:00:30 GMT or later'],
  ['an empty text', ''],
  ['no header', undefined],
])('%s is not understood', (_, header) => {
  expect(retryAfterMs(header, now)).toBeUndefined();
});

it.each(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'])(
  'knows the month %s',
  (month) => {
    const header = `Fri, 13 ${month} 2026 10:00:30 GMT`;
    expect(retryAfterMs(header, new Date(Date.parse(header) - 30_000))).toBe(30_000);
  },
);

it('takes a year of two digits for one of this century', () => {
  expect(retryAfterMs('Thursday, 31-Dec-99 23:59:59 GMT', new Date('2099-12-31T23:59:49Z'))).toBe(10_000);
});
