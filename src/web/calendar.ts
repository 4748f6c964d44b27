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
  const { name, endDate, daysLeft } = site;
  if (endDate === null || daysLeft === null) return [];
  const at = changedAt ?? SEQUENCE_EPOCH_MS;
  const ahead = thresholdDays.filter((days) => days > 0 && days < daysLeft);
  const sequence = Math.max(0, Math.floor((at - SEQUENCE_EPOCH_MS) / 1000));
  const shared = { at, description: describe(site) };
  const end = eventOf(`${name}-end`, endDate, `${name}: Qlik Sense license ends`, { ...shared, sequence });
  if (ahead.length === 0) return end;
  const next = Math.max(...ahead);
  // Each rung that is reached moves it to another day.
  const reached = thresholdDays.length - ahead.length;
  const words = `${name}: Qlik Sense license ends in ${next} days`;
  return [
    ...end,
    ...eventOf(`${name}-rung`, addDays(endDate, -next), words, { ...shared, sequence: sequence + reached }),
  ];
}

function describe({ title, acknowledgement }: SiteSummary): string {
  if (acknowledgement === null) return title;
  const { by, why, until } = acknowledgement;
  return `${title}\nAcknowledged by ${by} until ${until === 'next-rung' ? 'the next rung' : until}: ${why}`;
}

interface Particulars {
  /** Epoch ms. */
  readonly at: number;
  readonly sequence: number;
  readonly description: string;
}

function eventOf(
  id: string,
  date: CalendarDate,
  summary: string,
  { at, sequence, description }: Particulars,
): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(id)}@license-sentinel`,
    `DTSTAMP:${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`,
    `SEQUENCE:${sequence}`,
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
