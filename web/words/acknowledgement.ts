/** Acknowledgements in words. Pure. */
import type { ShownAcknowledgement, SiteDetail } from '../../src/web/api.ts';
import { MS_PER_DAY } from './instants.ts';

/** `Acknowledged by Anna until 2026-12-10: the renewal is ordered` */
export function acknowledgedInWords(acknowledgement: ShownAcknowledgement): string {
  const { by, why } = acknowledgement;
  return `Acknowledged by ${by} ${untilInWords(acknowledgement)}: ${why}`;
}

/** `until the next rung, on 2026-12-10` */
export function untilInWords({ until, speaksAgainOn }: ShownAcknowledgement): string {
  if (until !== 'next-rung') return `until ${until}`;
  return speaksAgainOn === null ? 'until the next rung' : `until the next rung, on ${speaksAgainOn}`;
}

/** What the next rung is; null where none can come, because the license is in trouble already. */
export function nextRungInWords({ state, ladder }: SiteDetail): string | null {
  if (state !== 'expiring') return null;
  const next = ladder.rungs.find(({ how }) => how === 'ahead');
  if (next === undefined) return 'no rung is left: until the license has ended';
  return `${next.days} ${next.days === 1 ? 'day' : 'days'} ahead, on ${next.date}`;
}

/** The calendar day, in the time zone of the site, so many days from now. */
export function dayFromNow(days: number, now: number, timeZone: string): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now);
  return new Date(Date.parse(today) + days * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Whether there is an alert that could be silenced. */
export function canBeAcknowledged({ state }: Pick<SiteDetail, 'state'>): boolean {
  return state !== null && state !== 'valid' && state !== 'perpetual';
}
