/**
 * Reads the date texts of a license, which a server renders the way its Windows account is set up. Never hands a
 * text to `Date`, which guesses: it takes the year 1 for 2001 and every day-first date for a month-first one.
 */
import { calendarDate, isCalendarDay } from './calendar-day.ts';
import type { CalendarDate } from './reading.ts';

/** An order in which the year stands last. */
export type DayOrder = 'dmy' | 'mdy';

/** What a date text says. `order` is what the text shows of the order of day and month; null when nothing. */
export type DateText =
  /** Empty, unbounded (`.`), or a year that stands for "no date": 1900 and before, 9000 and after, but those of other calendars. */
  | { readonly kind: 'none'; readonly order: DayOrder | null }
  | { readonly kind: 'day'; readonly date: CalendarDate; readonly order: DayOrder | 'ymd' | null }
  /** Day and month cannot be told apart, and it makes a difference. */
  | { readonly kind: 'either'; readonly dmy: CalendarDate; readonly mdy: CalendarDate }
  | { readonly kind: 'not-understood' };

/** A date text, read. `from` is null unless the text is an interval, `from/to`. */
export interface DateLine {
  readonly text: string;
  readonly from: DateText | null;
  readonly to: DateText;
}

/** .NET's "no date" is 0001-01-01; other systems count from 1899 or 1900. */
const LAST_YEAR_OF_NO_DATE = 1900;
/** Far sentinels are 9999-12-31 and its neighbors in time zones to the west. */
const FIRST_YEAR_OF_NO_END = 9000;
/**
 * What .NET writes for the years around now under other regional settings: Persian and Hijri (fa-IR, ar-SA), and Buddhist
 * (th-TH). Taken for years of ours, the one would be no date at all and the other five centuries away.
 */
const YEARS_OF_OTHER_CALENDARS = [
  [1300, 1500],
  [2550, 2650],
] as const;

/** Two full timestamps and a slash are shorter. It also bounds what the expressions below ever see. */
const LONGEST_TEXT = 120;

const YEAR_FIRST = /(?<y>\d{4})(?<s> ?[-/.] ?| )(?<a>\d{1,2})\k<s>(?<b>\d{1,2})\.?(?!\d)/y;
const YEAR_LAST = /(?<a>\d{1,2})(?<s> ?[-/.] ?| )(?<b>\d{1,2})\k<s>(?<y>\d{4})\.?(?!\d)/y;

/** AM and PM: `a. m.`, `PM`, or a word in another script, before or after the clock. */
const HALF = String.raw`(?:[ap](?:\.? ?m\.?)?|(?!\p{Script=Latin})\p{L}[\p{L}.]{0,4})`;
const CLOCK = String.raw`(?:2[0-4]|[01]?\d)(?:(?<c>[.:])[0-5]\d(?:\k<c>(?:[0-5]\d|60)(?:[.,]\d{1,9})?)?)?`;
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT))?(?: ?[+-]\d{1,2}(?::?\d{2})?)?`;
const TIME = new RegExp(`(?:T|,? )(?:${HALF} ?)?${CLOCK}(?: ?${HALF})?${ZONE}`, 'iuy');

const UNBOUNDED = / ?\.{1,2}/y;
const SLASH = / ?\/ ?/y;

const notUnderstood: DateText = { kind: 'not-understood' };
const noDate: DateText = { kind: 'none', order: null };

/**
 * Reads one date text: `2027-05-06`, `06.05.2027 0.00.00`, `5/6/2027 12:00:00 a. m.`, `2027-05-06T00:00:00Z` and
 * the like, or the interval `2026-05-06/2027-05-06` with `.` for an open end. Only the date counts: a time or an
 * offset never moves it. A year of two digits, or of another calendar, is not understood.
 *
 * Source: Qlik's API documentation and a server of February 2024 show two renderings; the others are what .NET
 * writes under other regional settings. `./.` is Qlik Cloud's way to write an unbounded interval.
 */
export function parseDateLine(text: string): DateLine {
  const written = text.trim();
  const plain = written.replace(/[\u200e\u200f\u202a-\u202e]+/g, '').replace(/\s+/g, ' ');
  if (plain === '') return { text: written, from: null, to: noDate };
  if (plain.length > LONGEST_TEXT) return { text: written, from: null, to: notUnderstood };

  const first = dateAt(plain, 0);
  if (first !== null && first.end === plain.length) return { text: written, from: null, to: first.date };
  const slash = first === null ? null : endOfMatch(SLASH, plain, first.end);
  const second = slash === null ? null : dateAt(plain, slash);
  if (first === null || second === null || second.end !== plain.length) {
    return { text: written, from: null, to: notUnderstood };
  }
  return { text: written, from: first.date, to: second.date };
}

/** The date, or dot, that starts at `start`, and where it ends; null when there is none. */
function dateAt(text: string, start: number): { readonly date: DateText; readonly end: number } | null {
  const dot = endOfMatch(UNBOUNDED, text, start);
  if (dot !== null) return { date: noDate, end: dot };
  const yearFirst = matchAt(YEAR_FIRST, text, start);
  const match = yearFirst ?? matchAt(YEAR_LAST, text, start);
  if (match === null) return null;
  const endOfDate = start + match[0].length;
  const [year, a, b] = ['y', 'a', 'b'].map((name) => Number(match.groups?.[name])) as [
    number,
    number,
    number,
  ];
  return {
    date: yearFirst === null ? yearLast(year, a, b) : dayOf(year, a, b, 'ymd'),
    end: endOfMatch(TIME, text, endOfDate) ?? endOfDate,
  };
}

function yearLast(year: number, a: number, b: number): DateText {
  const dmy = dayOf(year, b, a, 'dmy');
  const mdy = dayOf(year, a, b, 'mdy');
  if (dmy.kind === 'not-understood') return mdy;
  if (mdy.kind === 'not-understood') return dmy;
  if (dmy.kind !== 'day' || mdy.kind !== 'day') return noDate;
  if (dmy.date === mdy.date) return { kind: 'day', date: dmy.date, order: null };
  return { kind: 'either', dmy: dmy.date, mdy: mdy.date };
}

function dayOf(year: number, month: number, day: number, order: DayOrder | 'ymd'): DateText {
  if (!isCalendarDay(year, month, day) || isOfAnotherCalendar(year)) return notUnderstood;
  if (year <= LAST_YEAR_OF_NO_DATE || year >= FIRST_YEAR_OF_NO_END) {
    return { kind: 'none', order: order === 'ymd' ? null : order };
  }
  return { kind: 'day', date: calendarDate(year, month, day), order };
}

function isOfAnotherCalendar(year: number): boolean {
  return YEARS_OF_OTHER_CALENDARS.some(([first, last]) => first <= year && year <= last);
}

function matchAt(expression: RegExp, text: string, start: number): RegExpExecArray | null {
  expression.lastIndex = start;
  return expression.exec(text);
}

function endOfMatch(expression: RegExp, text: string, start: number): number | null {
  const match = matchAt(expression, text, start);
  return match === null ? null : start + match[0].length;
}
