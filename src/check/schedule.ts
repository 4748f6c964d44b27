/** When a site is checked: reads the texts that people write, and says when the next check is due. Pure. */
import { Cron } from 'croner';
import { parseDuration, renderDuration } from '../platform/duration.ts';
import { isTimeZone } from '../platform/time-zone.ts';
import { type LaterText, nextOfLaterText, parseLaterText } from './later-text.ts';

export type Schedule =
  /** So long after the start of the last check, whatever the clock on the wall says. */
  | { readonly kind: 'interval'; readonly everyMs: number }
  /** At instants of the wall clock in a time zone. */
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }
  /** At instants in UTC, told in words. */
  | LaterText;

export interface ScheduleProblem {
  readonly kind: 'problem';
  /** One or two sentences for people: what is wrong and what can be written instead. */
  readonly detail: string;
}

export interface CronText {
  readonly cron: string;
  readonly timeZone?: string | undefined;
}

/** Short enough for demonstrations and tests. */
const SHORTEST_INTERVAL_MS = 1000;
/** A site that is looked at less often can lose its license between two checks. */
const LONGEST_INTERVAL_MS = 31 * 86_400_000;

const FORMS =
  'write for example "every 6 hours", "90 min", "every day", "every day at 06:00", "every weekday at 10:15 am" or a cron text such as "0 6 * * *"';

const CRON_DAYS: Readonly<Record<string, string>> = {
  day: '*',
  weekday: '1-5',
  weekend: '0,6',
  sunday: '0',
  monday: '1',
  tuesday: '2',
  wednesday: '3',
  thursday: '4',
  friday: '5',
  saturday: '6',
};
const WORDS_FOR_INTERVALS: ReadonlyMap<string, string> = new Map([
  ['hourly', '1 hour'],
  ['daily', '1 day'],
  ['weekly', '1 week'],
]);

/**
 * Reads a schedule: an interval (`every 6 hours`, `6h`, `daily`), a time of day (`at 06:00`,
 * `every weekday at 10:15 am`), a cron text of five or six fields, or other words (`at 5:00 pm on the last day of the
 * month`).
 *
 * @param timeZone for times of day and cron texts that name no zone of their own
 */
export function parseSchedule(input: string | CronText, timeZone = 'UTC'): Schedule | ScheduleProblem {
  if (typeof input !== 'string') return cronSchedule(input.cron, input.timeZone ?? timeZone);
  const written = inOneLine(input);
  const text = written.toLowerCase();
  if (text === '') return problem(`the schedule is empty; ${FORMS}`);
  if (text.length > 200) return problem(`the schedule is too long; ${FORMS}`);

  const everyMs = intervalMs(text);
  if (everyMs !== undefined) return intervalSchedule(everyMs, written);
  const timeOfDay = cronOfTimeOfDay(text);
  if (timeOfDay !== undefined) return cronSchedule(timeOfDay, timeZone);
  if (looksLikeCron(text)) return cronSchedule(written, timeZone);
  return scheduleInWords(written, timeZone);
}

/** The next due instant after `after`; for an interval, `after` is the start of the last check. */
export function nextAt(schedule: Schedule, after: Date): Date | undefined {
  if (schedule.kind === 'interval') return new Date(after.getTime() + schedule.everyMs);
  if (schedule.kind === 'later') return nextOfLaterText(schedule.text, after);
  return cronOf(schedule.cron, schedule.timeZone).nextRun(after) ?? undefined;
}

/** A schedule in words: `every 6 h`, `cron 0 6 * * * (Europe/Stockholm)`. */
export function renderSchedule(schedule: Schedule): string {
  if (schedule.kind === 'later') return `${schedule.text} (UTC)`;
  return schedule.kind === 'interval'
    ? `every ${renderDuration(schedule.everyMs)}`
    : `cron ${schedule.cron} (${schedule.timeZone})`;
}

/** A line break is a blank like any other, also where the text is told to people. */
function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function problem(detail: string): ScheduleProblem {
  return { kind: 'problem', detail };
}

function intervalMs(text: string): number | undefined {
  const word = WORDS_FOR_INTERVALS.get(text);
  if (word !== undefined) return parseDuration(word);
  const amount = text.replace(/^every /, '');
  if (text.startsWith('every ') && /^[a-z]+$/.test(amount)) return parseDuration(`1 ${amount}`);
  return parseDuration(amount);
}

function intervalSchedule(everyMs: number, text: string): Schedule | ScheduleProblem {
  if (everyMs < SHORTEST_INTERVAL_MS) {
    return problem(`"${text}" is too short; the shortest interval between two checks is 1 s`);
  }
  if (everyMs > LONGEST_INTERVAL_MS) {
    return problem(`"${text}" is too long; the longest interval between two checks is 31 days`);
  }
  return { kind: 'interval', everyMs };
}

function cronOfTimeOfDay(text: string): string | undefined {
  const days = Object.keys(CRON_DAYS).join('|');
  const time = 'at (?<time>[0-9: apm.]+|noon|midnight)';
  const match =
    new RegExp(`^(?:every (?<days>${days}) )?${time}$`).exec(text) ??
    new RegExp(`^${time} every (?<days>${days})$`).exec(text);
  const minutes = minutesOfDay(match?.groups?.['time'] ?? '');
  if (minutes === undefined) return undefined;
  return `${minutes % 60} ${Math.floor(minutes / 60)} * * ${CRON_DAYS[match?.groups?.['days'] ?? 'day']}`;
}

function minutesOfDay(text: string): number | undefined {
  if (text === 'noon') return 12 * 60;
  if (text === 'midnight') return 0;
  const match = /^(\d{1,2})(?::(\d{2}))? ?([ap]m)?$/.exec(text);
  if (match === null) return undefined;
  const [, hourText, minuteText, half] = match;
  const hour = Number(hourText);
  const minute = Number(minuteText ?? 0);
  if (minute > 59) return undefined;
  if (half === undefined) return minuteText !== undefined && hour < 24 ? hour * 60 + minute : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return ((hour % 12) + (half === 'pm' ? 12 : 0)) * 60 + minute;
}

function scheduleInWords(input: string, timeZone: string): Schedule | ScheduleProblem {
  const read = parseLaterText(input);
  if (read.kind === 'not-later') {
    const place = read.rest === undefined ? '' : `; not understood from "${read.rest}" on`;
    return problem(`not a schedule: "${input}"; ${FORMS}${place}`);
  }
  if (timeZone === 'UTC') return read;
  return problem(
    `"${input}" counts in UTC, but the times here are in ${timeZone}; write a cron text instead`,
  );
}

function looksLikeCron(text: string): boolean {
  return /^[\d*?]/.test(text) && [5, 6].includes(text.split(' ').length);
}

function cronOf(cron: string, timeZone: string): Cron {
  // Without the name, the library does without the tables of time zones, which stay in memory once they are asked.
  const zone = timeZone === 'UTC' ? { utcOffset: 0 } : { timezone: timeZone };
  return new Cron(cron, { ...zone, mode: '5-or-6-parts', paused: true });
}

function cronSchedule(text: string, timeZone: string): Schedule | ScheduleProblem {
  const cron = inOneLine(text);
  if (!isTimeZone(timeZone)) {
    return problem(`not a time zone: "${inOneLine(timeZone)}"; write for example Europe/Stockholm or UTC`);
  }
  // The library reads it as the moment of the reading, which differs with every reading.
  if (cron.includes('?')) return problem(`the cron text "${cron}" holds a "?"; write * instead`);
  try {
    if (cronOf(cron, timeZone).nextRun(new Date(0)) === null) {
      return problem(`the cron text "${cron}" never comes due`);
    }
  } catch (error) {
    const reason = (error as Error).message.replace(/^Cron\w*: /, '');
    return problem(`not a cron text: "${cron}" (${reason}); ${FORMS}`);
  }
  return { kind: 'cron', cron, timeZone };
}
