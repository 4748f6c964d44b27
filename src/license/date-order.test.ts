import { describe, expect, it } from 'vitest';
import { dateIn, type OrderSettings, type SettledOrder, settleOrder } from './date-order.ts';
import { parseDateLine } from './valid-to.ts';

const settings = { dateOrder: 'auto', today: '2027-03-01', isExpired: null } as const;
const date = (text: string) => parseDateLine(text).to;

interface Dates {
  readonly ends: readonly string[];
  readonly more?: readonly string[];
}

describe('the order of day and month', () => {
  it.each<[string, Dates, Partial<OrderSettings>, SettledOrder, string]>([
    [
      'dmy',
      { ends: ['05/02/2027'] },
      { dateOrder: 'dmy' },
      { order: 'dmy', isKnown: true },
      'the configuration',
    ],
    [
      'mdy',
      { ends: ['05/02/2027'] },
      { dateOrder: 'mdy' },
      { order: 'mdy', isKnown: true },
      'the configuration',
    ],
    [
      'ymd',
      { ends: ['05/02/2027'] },
      { dateOrder: 'ymd' },
      { order: 'dmy', isKnown: false },
      'says nothing here',
    ],
    [
      'start',
      { ends: ['05/02/2027'], more: ['25/01/2026'] },
      {},
      { order: 'dmy', isKnown: true },
      'another date',
    ],
    [
      'start',
      { ends: ['05/02/2027'], more: ['01/25/2026'] },
      {},
      { order: 'mdy', isKnown: true },
      'another date',
    ],
    [
      'far end',
      { ends: ['05/02/2027', '12/31/9999'] },
      {},
      { order: 'mdy', isKnown: true },
      'also a sentinel',
    ],
    [
      'iso',
      { ends: ['05/02/2027'], more: ['2026-01-25'] },
      {},
      { order: 'dmy', isKnown: false },
      'settles nothing',
    ],
    [
      'both',
      { ends: ['05/02/2027'], more: ['25/01/2026', '01/25/2026'] },
      {},
      { order: 'dmy', isKnown: false },
      'a text that contradicts itself',
    ],
    [
      'later',
      { ends: ['02/05/2027'] },
      {},
      { order: 'mdy', isKnown: false },
      'nothing tells: 5 February is earlier',
    ],
    [
      'flag',
      { ends: ['05/02/2027'] },
      { isExpired: false },
      { order: 'mdy', isKnown: true },
      'February is past',
    ],
    [
      'flag',
      { ends: ['02/05/2027'] },
      { isExpired: true },
      { order: 'mdy', isKnown: true },
      'May is not past',
    ],
    [
      'flag',
      { ends: ['05/06/2027'] },
      { isExpired: false },
      { order: 'mdy', isKnown: false },
      'both are ahead',
    ],
    ['flag', { ends: ['05/06/2027'] }, { isExpired: true }, { order: 'mdy', isKnown: false }, 'neither fits'],
    [
      'flag',
      { ends: ['01/03/2027'] },
      { isExpired: false },
      { order: 'dmy', isKnown: true },
      'today is not past',
    ],
    [
      'flag',
      { ends: ['01/03/2027'] },
      { isExpired: true },
      { order: 'mdy', isKnown: true },
      'today is not past',
    ],
    [
      'flag',
      { ends: ['05/02/2027', '2026-12-31'] },
      { isExpired: false },
      { order: 'mdy', isKnown: true },
      'the flag speaks of the license, not of a part that has ended',
    ],
    [
      'flag',
      { ends: ['05/06/2027', '02/05/2027'] },
      { isExpired: false },
      { order: 'dmy', isKnown: true },
      'no end is past, where that is possible',
    ],
    [
      'only start',
      { ends: ['2028-01-01'], more: ['02/01/2027'] },
      {},
      { order: 'dmy', isKnown: false },
      'the earlier',
    ],
    [
      'only start',
      { ends: ['2028-01-01'], more: ['01/02/2027'] },
      {},
      { order: 'mdy', isKnown: false },
      'the earlier',
    ],
  ])('%s of %j under %j is %j (%s)', (_, dates, changes, expected) => {
    const ends = dates.ends.map(date);
    const all = [...ends, ...(dates.more ?? []).map(date)];
    expect(settleOrder(ends, all, { ...settings, ...changes })).toEqual(expected);
  });

  it('never turns a date into an impossible one', () => {
    expect(dateIn(date('25/12/2026'), 'mdy')).toBe('2026-12-25');
    expect(dateIn(date('12/25/2026'), 'dmy')).toBe('2026-12-25');
  });
});
