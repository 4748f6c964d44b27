import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CronText, nextAt, parseSchedule, renderSchedule, type Schedule } from './schedule.ts';

function schedule(input: string | CronText, timeZone?: string): Schedule {
  const parsed = parseSchedule(input, timeZone);
  if (parsed.kind === 'problem') throw new Error(parsed.detail);
  return parsed;
}

const next = (input: string | CronText, after: string) =>
  nextAt(schedule(input), new Date(after))?.toISOString();

describe('reading a schedule', () => {
  it.each([
    ['every 6 hours', 21_600_000],
    ['Every 6 Hours', 21_600_000],
    ['  every   6 hours ', 21_600_000],
    ['6h', 21_600_000],
    ['every hour', 3_600_000],
    ['hourly', 3_600_000],
    ['every 90 minutes', 5_400_000],
    ['every 1 h 30 min', 5_400_000],
    ['every minute', 60_000],
    ['every second', 1000],
    ['every day', 86_400_000],
    ['daily', 86_400_000],
    ['every 24 hours', 86_400_000],
    ['weekly', 604_800_000],
  ])('reads "%s" as an interval', (text, everyMs) => {
    expect(parseSchedule(text)).toEqual({ kind: 'interval', everyMs });
  });

  it.each([
    ['at 06:00', '0 6 * * *'],
    ['every day at 06:00', '0 6 * * *'],
    ['at 06:00 every day', '0 6 * * *'],
    ['every weekday at 10:15 am', '15 10 * * 1-5'],
    ['at 10:15 am every weekday', '15 10 * * 1-5'],
    ['every monday at 5 pm', '0 17 * * 1'],
    ['every sunday at 12 am', '0 0 * * 0'],
    ['every day at noon', '0 12 * * *'],
    ['at midnight', '0 0 * * *'],
    ['0 6 * * *', '0 6 * * *'],
    ['*/10 * * * * *', '*/10 * * * * *'],
    ['0 6 * * MON-FRI', '0 6 * * MON-FRI'],
  ])('reads "%s" as instants of the wall clock', (text, cron) => {
    expect(parseSchedule(text)).toEqual({ kind: 'cron', cron, timeZone: 'UTC' });
  });

  it.each([
    'at 5:00 pm on the last day of the month',
    'every weekday',
    'at 9:00 am and 5:00 pm on mon and fri',
    'on the first day of the month',
    'at 10:15 am also at 5:15 pm except on sun',
    'every 5 minutes after 10:00',
  ])('reads "%s" as words', (text) => {
    expect(parseSchedule(text)).toMatchObject({ kind: 'later' });
  });

  it.each([
    'after 10:00 am',
    'before 8:00 am',
    'on the 15th day of the month before 10:00 am',
    'on the 2nd week of the year',
    'on the 30th day of feb',
  ])('refuses "%s", which means every second or what the library cannot count', (text) => {
    expect(parseSchedule(text)).toMatchObject({ kind: 'problem' });
  });

  it('refuses words that would silently be in another zone than the times around them', () => {
    expect(parseSchedule('at 5:00 pm on the last day of the month', 'Europe/Stockholm')).toMatchObject({
      kind: 'problem',
      detail: expect.stringContaining('counts in UTC'),
    });
  });

  it('says from where on it does not understand words', () => {
    expect(parseSchedule('at 10:15 am every wekday')).toMatchObject({
      kind: 'problem',
      detail: expect.stringContaining('not understood from "wekday" on'),
    });
  });

  it('counts times of day in the zone it is given, and a cron text in its own', () => {
    expect(parseSchedule('at 06:00', 'Europe/Stockholm')).toMatchObject({ timeZone: 'Europe/Stockholm' });
    expect(parseSchedule({ cron: '0 6 * * *', timeZone: 'Asia/Tokyo' }, 'Europe/Stockholm')).toMatchObject({
      timeZone: 'Asia/Tokyo',
    });
  });

  it.each([
    ['', 'empty'],
    ['every now and then', 'not a schedule: "every now and then"; write for example "every 6 hours"'],
    ['every 2 fortnights', 'not a schedule'],
    ['at 25:00', 'not a schedule'],
    ['at 13:00 pm', 'not a schedule'],
    ['at 6', 'not a schedule'],
    ['100 ms', 'the shortest interval between two checks is 1 s'],
    ['every 32 days', 'the longest interval between two checks is 31 days'],
    ['99 * * * *', 'Invalid value for minute: 99'],
    ['0 0 30 2 *', 'never comes due'],
    ['0 0 6 * * ?', 'holds a "?"; write * instead'],
    ['__proto__', 'not a schedule'],
    ['once a day', 'not a schedule: "once a day"; write for example'],
    ['on the 30th day of feb', 'not a schedule'],
    ['on the 1 through 999999999 day', 'not a schedule'],
    ['in 1969', 'not a schedule'],
    ['x'.repeat(300), 'too long'],
  ])('refuses "%s" and says why', (text, why) => {
    expect(parseSchedule(text)).toMatchObject({ kind: 'problem', detail: expect.stringContaining(why) });
  });

  it('refuses a time zone that does not exist', () => {
    expect(parseSchedule({ cron: '0 6 * * *', timeZone: 'Europe/Nowhere' })).toEqual({
      kind: 'problem',
      detail: 'not a time zone: "Europe/Nowhere"; write for example Europe/Stockholm or UTC',
    });
  });

  it('never throws, whatever the text, and what it accepts comes due', () => {
    const after = new Date('2026-11-24T10:00:00Z');
    const field = fc.constantFrom('*', '0', '5', '*/7', '1-5', '31', '99', 'L', 'x', '?', '1,2');
    const word = fc.constantFrom(
      ...'every at on the first last of month 2 31st 10:15 am weekday mon feb day week year and except after'.split(
        ' ',
      ),
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(field, { minLength: 4, maxLength: 7 }).map((f) => f.join(' ')),
      fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseSchedule(text);
        if (parsed.kind === 'problem') expect(parsed.detail).not.toBe('');
        // Words may name a year that is over.
        else if (parsed.kind === 'later') nextAt(parsed, after);
        else expect(nextAt(parsed, after)!.getTime()).toBeGreaterThan(after.getTime());
      }),
    );
  });
});

it.each<[string | CronText, string?]>([
  ['---\n{'],
  ['every\n\n100 days'],
  ['every\r1 ms'],
  ['every\n1 month', 'Europe/Berlin'],
  [{ cron: '0 6\n* * ?' }],
  [{ cron: '0 6 * * *', timeZone: 'Europe/\nBerlin' }],
])('what is wrong with %j is said in one line', (input, timeZone) => {
  const parsed = parseSchedule(input, timeZone);
  expect(parsed.kind).toBe('problem');
  expect(JSON.stringify(parsed)).not.toMatch(/\\[nr]/);
});

describe('when a schedule comes due', () => {
  it('counts an interval from the last start, not from the hour', () => {
    expect(next('every 24 hours', '2026-11-24T10:07:31Z')).toBe('2026-11-25T10:07:31.000Z');
  });

  it('counts words in UTC, from the instant after', () => {
    const text = 'at 5:00 pm on the last day of the month';
    expect(next(text, '2026-11-24T10:07:31.500Z')).toBe('2026-11-30T17:00:00.000Z');
    expect(next(text, '2026-11-30T17:00:00Z')).toBe('2026-12-31T17:00:00.000Z');
    expect(next('every weekday at 10:15 am also at 5:15 pm', '2026-11-24T10:15:00Z')).toBe(
      '2026-11-24T17:15:00.000Z',
    );
  });

  it.each([
    ['on the first day of the month', ['2026-12-01T00:00', '2027-01-01T00:00', '2027-02-01T00:00']],
    ['on the last day of the month', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00']],
    ['every weekday', ['2026-11-25T00:00', '2026-11-26T00:00', '2026-11-27T00:00', '2026-11-30T00:00']],
    ['every 24 hours except on thu', ['2026-11-25T00:00', '2026-11-27T00:00', '2026-11-28T00:00']],
    ['every 5 mins on the 15th hour', ['2026-11-24T15:00', '2026-11-24T15:05', '2026-11-24T15:10']],
    ['every 12 hours starting on the 6th hour', ['2026-11-24T18:00', '2026-11-25T06:00', '2026-11-25T18:00']],
    ['every 1 month', ['2026-12-01T00:00', '2027-01-01T00:00', '2027-02-01T00:00']],
    ['on the 30th minute', ['2026-11-24T10:30', '2026-11-24T11:30', '2026-11-24T12:30']],
  ])('checks once in each stretch of time that "%s" names, at its beginning', (text, instants) => {
    let after = '2026-11-24T10:07:31.500Z';
    for (const instant of instants) {
      const due = next(text, after);
      expect(due).toBe(`${instant}:00.000Z`);
      after = due!;
    }
  });

  it('does not miss a stretch of time that begins in the very next second', () => {
    expect(next('every weekday', '2026-11-24T23:59:59.500Z')).toBe('2026-11-25T00:00:00.000Z');
    expect(next('every weekday', '2026-11-25T00:00:00.500Z')).toBe('2026-11-26T00:00:00.000Z');
    expect(next('on the first day of the month', '2026-11-30T23:59:59Z')).toBe('2026-12-01T00:00:00.000Z');
  });

  it('gives the instant after, even from the instant itself', () => {
    expect(next('0 6 * * *', '2026-11-24T06:00:00Z')).toBe('2026-11-25T06:00:00.000Z');
    expect(next('0 6 * * *', '2026-11-24T05:59:59.999Z')).toBe('2026-11-24T06:00:00.000Z');
  });

  it('fires a time that the clock leaps over right after the gap, and a repeated one once', () => {
    const stockholm = { cron: '30 2 * * *', timeZone: 'Europe/Stockholm' };
    expect(next(stockholm, '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(next(stockholm, '2026-10-25T00:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(next(stockholm, '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });

  it('runs hourly in both of the two equal hours', () => {
    const hourly = { cron: '0 * * * *', timeZone: 'Europe/Stockholm' };
    expect(next(hourly, '2026-10-25T00:00:00Z')).toBe('2026-10-25T01:00:00.000Z');
    expect(next(hourly, '2026-10-25T01:00:00Z')).toBe('2026-10-25T02:00:00.000Z');
  });
});

it('says a schedule in words', () => {
  expect(renderSchedule(schedule('5400 s'))).toBe('every 1 h 30 min');
  expect(renderSchedule(schedule('at 06:00'))).toBe('cron 0 6 * * * (UTC)');
  expect(renderSchedule(schedule('On the  first day of the month'))).toBe(
    'on the first day of the month (UTC)',
  );
});
