import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays, calendarDate, daysBetween, isCalendarDay, todayIn } from './calendar-day.ts';

describe('today', () => {
  it.each([
    ['UTC', '2026-11-24T00:00:00Z', '2026-11-24', 'the first moment'],
    ['UTC', '2026-11-24T23:59:59.999Z', '2026-11-24', 'the last moment'],
    ['America/New_York', '2026-11-24T04:00:00Z', '2026-11-23', 'still the evening before in the west'],
    ['Asia/Tokyo', '2026-11-24T20:00:00Z', '2026-11-25', 'already the next morning in the east'],
    [
      'Europe/Stockholm',
      '2026-03-29T22:00:00Z',
      '2026-03-30',
      'an hour earlier than in winter, because of summer time',
    ],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', '2027-01-01', '14 hours ahead'],
    ['Asia/Bangkok', '2026-11-24T10:00:00Z', '2026-11-24', 'the Gregorian year, whatever is usual there'],
  ])('in %s at %s is %s (%s)', (timeZone, now, expected) => {
    expect(todayIn(timeZone, new Date(now))).toBe(expected);
  });

  it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])('is the same on a machine in %s', (zone) => {
    vi.stubEnv('TZ', zone);
    const now = new Date('2026-11-24T23:59:59Z');
    expect([now.getDate(), todayIn('UTC', now), todayIn('Etc/UTC', now)]).toEqual([
      zone === 'Pacific/Kiritimati' ? 25 : 24,
      '2026-11-24',
      '2026-11-24',
    ]);
    vi.unstubAllEnvs();
  });

  it('refuses an unknown time zone and a time that is none', () => {
    expect(() => todayIn('Nowhere/Land', new Date(0))).toThrow(RangeError);
    for (const zone of ['UTC', 'Europe/Stockholm']) {
      expect(() => todayIn(zone, new Date(Number.NaN))).toThrow(RangeError);
    }
    expect(() => todayIn('UTC', new Date(Date.UTC(10_000, 0)))).toThrow(RangeError);
  });
});

describe('which days exist', () => {
  it.each([
    [2027, 2, 28, true, ''],
    [2027, 2, 29, false, 'no leap year'],
    [2028, 2, 29, true, 'a leap year'],
    [1900, 2, 29, false, 'full centuries are none'],
    [2000, 2, 29, true, 'but every fourth is'],
    [2027, 4, 31, false, 'April has 30 days'],
    [2027, 12, 31, true, ''],
    [2027, 13, 1, false, ''],
    [2027, 0, 1, false, ''],
    [2027, 1, 0, false, ''],
    [0, 1, 1, false, 'there is no year 0'],
    [1, 1, 1, true, 'the first day that .NET knows'],
    [9999, 12, 31, true, 'the last day that .NET knows'],
    [10_000, 1, 1, false, ''],
    [2027, 1.5, 1, false, ''],
    [Number.NaN, 1, 1, false, ''],
  ])('%d-%d-%d: %s %s', (year, month, day, expected) => {
    expect(isCalendarDay(year, month, day)).toBe(expected);
    if (!expected) expect(() => calendarDate(year, month, day)).toThrow(RangeError);
  });

  it('are written with leading zeros', () => {
    expect(calendarDate(1, 2, 3)).toBe('0001-02-03');
  });
});

describe('days between', () => {
  it.each([
    ['2026-11-24', '2026-11-24', 0, 'the same day'],
    ['2026-11-24', '2026-11-25', 1, ''],
    ['2026-11-24', '2026-11-23', -1, ''],
    ['2026-02-28', '2026-03-01', 1, ''],
    ['2028-02-28', '2028-03-01', 2, 'over a leap day'],
    ['2026-03-28', '2026-03-30', 2, 'the day on which summer time begins is a day like any other'],
    ['2026-01-01', '2027-01-01', 365, ''],
    ['0001-01-01', '9999-12-31', 3_652_058, 'as .NET counts them'],
  ])('%s and %s: %d %s', (from, to, expected) => {
    expect(daysBetween(from, to)).toBe(expected);
    expect(addDays(from, expected)).toBe(to);
    expect(addDays(to, -expected)).toBe(from);
  });

  it.each([
    '2027-02-29',
    '2027-2-1',
    '2027-13-01',
    '',
    'soon',
    '2027-02-01T00:00:00Z',
    '0000-01-01',
    ' 2027-02-01',
  ])('refuses %j', (text) => {
    expect(() => daysBetween(text, '2027-01-01')).toThrow(RangeError);
    expect(() => daysBetween('2027-01-01', text)).toThrow(RangeError);
    expect(() => addDays(text, 1)).toThrow(RangeError);
  });

  it('refuses to leave the calendar, and half days', () => {
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addDays('0001-01-01', -1)).toThrow(RangeError);
    expect(() => addDays('2027-01-01', 0.5)).toThrow(RangeError);
  });

  it('agrees with the calendar of the platform on every day', () => {
    const day = fc.integer({
      min: Date.UTC(1000, 0, 1) / 86_400_000,
      max: Date.UTC(9999, 11, 31) / 86_400_000,
    });
    const dateOf = (dayNumber: number) => new Date(dayNumber * 86_400_000).toISOString().slice(0, 10);
    fc.assert(
      fc.property(day, day, (from, to) => {
        expect(daysBetween(dateOf(from), dateOf(to))).toBe(to - from);
        expect(addDays(dateOf(from), to - from)).toBe(dateOf(to));
        for (const zone of ['UTC', 'Etc/UTC']) {
          expect(todayIn(zone, new Date(from * 86_400_000))).toBe(dateOf(from));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
