/** The calendar: a day for each license that ends, and one for the next rung of its ladder. iCalendar, RFC 5545. Pure. */
import { addDays } from '../license/calendar-day.ts';
import type { CalendarDate } from '../license/reading.ts';
import type { SiteSummary } from './api.ts';

export interface DatedSite {
  readonly site: SiteSummary;
  readonly thresholdDays: readonly number[];
  /** Epoch ms at which the end date became what it is; null when that is not known. */
  readonly changedAt: number | null;
}

/** Sequence numbers count seconds from here, so that they grow with every change and fit 31 bits until 2088. */
const SEQUENCE_EPOCH_MS = Date.UTC(2020, 0, 1);

export function renderCalendar(sites: readonly DatedSite[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//License Sentinel//Qlik Sense licenses//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'X-WR-CALNAME:Qlik Sense licenses',
    'REFRESH-INTERVAL;VALUE=DURATION:PT6H',
    ...sites.flatMap(eventsOf),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function eventsOf({ site, thresholdDays, changedAt }: DatedSite): string[] {
  const { name, endDate, daysLeft, title } = site;
  if (endDate === null || daysLeft === null) return [];
  const at = changedAt ?? SEQUENCE_EPOCH_MS;
  const next = thresholdDays.filter((days) => days > 0 && days < daysLeft).sort((a, b) => b - a)[0];
  const end = eventOf(`${name}-end`, endDate, `${name}: Qlik Sense license ends`, title, at);
  if (next === undefined) return end;
  const words = `${name}: Qlik Sense license ends in ${next} days`;
  return [...end, ...eventOf(`${name}-rung`, addDays(endDate, -next), words, title, at)];
}

function eventOf(id: string, date: CalendarDate, summary: string, description: string, at: number): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(id)}@license-sentinel`,
    `DTSTAMP:${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`,
    `SEQUENCE:${Math.max(0, Math.floor((at - SEQUENCE_EPOCH_MS) / 1000))}`,
    `DTSTART;VALUE=DATE:${compact(date)}`,
    `DTEND;VALUE=DATE:${compact(addDays(date, 1))}`,
    `SUMMARY:${escaped(summary)}`,
    `DESCRIPTION:${escaped(description)}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

const compact = (date: CalendarDate) => date.replaceAll('-', '');

function escaped(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|[\r\n\u2028\u2029]/g, '\\n')
    .replace(/\p{Cc}/gu, '');
}

/** Lines of at most 75 octets; the ones that follow begin with a blank. No character is cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let [part, octets] = ['', 0];
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > 75) {
      parts.push(part);
      [part, octets] = ['', 1];
    }
    part += character;
    octets += length;
  }
  return [...parts, part].join('\r\n ');
}
