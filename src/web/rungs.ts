/** The ladder of a site as what is shown: which rung was announced when, and to whom. Pure. */
import type { Ladder } from '../alert/state.ts';
import { addDays } from '../license/calendar-day.ts';
import type { Receipt, SiteRecord } from '../store/store.ts';
import type { Rung, RungReceipt, SiteSummary } from './api.ts';
import { instantOf, isoOf } from './instants.ts';

/** @param receipts of the site, newest first, as far back as the first announcement */
export function rungsOf(
  record: SiteRecord | undefined,
  { endDate, daysLeft, state }: SiteSummary,
  thresholdDays: readonly number[],
  receipts: readonly Receipt[],
): readonly Rung[] {
  if (endDate === null || daysLeft === null) return [];
  const told = ladderRungs(record, endDate);
  // As the alert rules have it: what is wrong otherwise is told instead of the ladder.
  const isTold = state === 'expiring' || (state === 'expired' && daysLeft < 0);
  const unknown = (days: number) => (daysLeft > days ? 'ahead' : isTold ? 'due' : 'held');
  return thresholdDays.map((days) => {
    const known = told.find((rung) => rung.days === days);
    return {
      days,
      date: addDays(endDate, -days),
      announcedAt: instantOf(known?.at),
      how: known?.how ?? unknown(days),
      toldTo: known === undefined ? [] : toldTo(receipts, known.at),
    };
  });
}

/** The rungs of an end date that are known, in no order. */
export function ladderRungs(record: SiteRecord | undefined, endDate: string): Ladder['rungs'] {
  return record?.alertState.ladders.find((ladder) => ladder.endDate === endDate)?.rungs ?? [];
}

/** What became of the announcement that was made at that time: a rung is marked with the time of its notice. */
function toldTo(receipts: readonly Receipt[], at: number): readonly RungReceipt[] {
  const ofRung = receipts.filter(
    ({ message }) =>
      message.occurredAt === at &&
      !message.reminder &&
      (message.kind === 'expiring' || message.kind === 'expired'),
  );
  return ofRung.toReversed().map((receipt) => {
    const { destination, result, at: settledAt } = receipt;
    return {
      destination,
      result: result.kind === 'dead' ? 'dead' : 'delivered',
      settledAt: isoOf(settledAt),
    };
  });
}
