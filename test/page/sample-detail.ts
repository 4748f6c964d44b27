/** Invented details of a site: its ladder, checks and alerts. */
import type { AlertRow, CheckRow, Page, Rung, SiteDetail, SiteSummary } from '../../src/web/api.ts';
import { ago, DAY, dayIn, HOUR, sampleSites } from './sample-sites.ts';

const thresholdDays = [90, 60, 30, 14, 7, 3, 1, 0];

export function detailOf(summary: SiteSummary): SiteDetail {
  const { daysLeft, endDate } = summary;
  return {
    ...summary,
    timeZone: 'Europe/Berlin',
    ladder: {
      thresholdDays,
      rungs: daysLeft === null ? [] : thresholdDays.map((days) => rung(days, daysLeft)),
    },
    endDateHistory: [
      { at: ago(420 * DAY), endDate: dayIn((daysLeft ?? 0) - 365) },
      { at: ago(380 * DAY), endDate },
    ],
    checks: pageOf(checksOf(summary, 0, 10), '10'),
    alerts: pageOf(alertsOf(summary), null),
    evidence: {
      source: 'key-details',
      endText: endDate === null ? null : `${endDate}  12:00:00 AM`,
      dateOrder: 'ymd',
      endDates: endDate === null ? [] : [endDate],
    },
  };
}

/** Sixty days ahead nobody could look, so the next one names it. */
function rung(days: number, daysLeft: number): Rung {
  const isReached = daysLeft <= days;
  const how = !isReached ? 'ahead' : days === 60 ? 'skipped' : 'spoken';
  return {
    days,
    date: dayIn(daysLeft - days),
    how,
    announcedAt: isReached ? ago((days - daysLeft) * DAY) : null,
    toldTo: how === 'ahead' ? [] : receiptsAt(ago((days - daysLeft) * DAY), days),
  };
}

/** As `alertsOf` has it. */
const receiptsAt = (settledAt: string, days: number): Rung['toldTo'] => [
  { destination: 'broker', result: 'delivered', settledAt },
  { destination: 'oncall', result: days === 14 ? 'dead' : 'delivered', settledAt },
];

/** @param from the newest are 0 */
export function checksOf(summary: SiteSummary, from: number, count: number): readonly CheckRow[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const failed = number === 3 || (number === 0 && summary.failure !== null);
    const base = { at: ago((2 + 6 * number) * HOUR), host: `${summary.name}.example.com` };
    const daysLeft = summary.daysLeft === null ? null : summary.daysLeft + Math.floor(number / 4);
    return failed
      ? {
          ...base,
          durationMs: 30_004,
          outcome: 'failed',
          state: null,
          endDate: null,
          daysLeft: null,
          remarks: [],
          failure: {
            reason: 'timeout',
            detail: `${summary.name}.example.com:4242 did not answer within 30 s. Is the repository service running?`,
          },
        }
      : {
          ...base,
          durationMs: 84 + ((number * 37) % 60),
          outcome: 'reading',
          state: summary.state,
          endDate: summary.endDate,
          daysLeft,
          remarks: summary.remarks,
          failure: null,
        };
  });
}

export function alertsOf({ name, daysLeft, endDate, severity }: SiteSummary): readonly AlertRow[] {
  return [7, 14, 30]
    .filter((days) => daysLeft !== null && daysLeft <= days)
    .flatMap((days) =>
      ['broker', 'oncall'].map((destination) => ({
        id: `${name}-${days}`,
        occurredAt: ago((days - daysLeft!) * DAY),
        kind: 'expiring' as const,
        severity: days <= 7 ? severity : 'warning',
        site: name,
        reminder: false,
        title: `${name}: Qlik Sense license ends in ${days} days, on ${endDate}`,
        text: `The server license ends in ${days} days, on ${endDate}. When the license ends, the site is disabled and nobody can work. License number …4711.`,
        destination,
        result: destination === 'oncall' && days === 14 ? ('dead' as const) : ('delivered' as const),
        settledAt: ago((days - daysLeft!) * DAY - 2_000),
        failure:
          destination === 'oncall' && days === 14
            ? { reason: 'refused', detail: 'hooks.example.com answered 400 Bad Request.' }
            : null,
      })),
    );
}

export const pageOf = <Row>(items: readonly Row[], next: string | null): Page<Row> => ({ items, next });

export const sampleDetails: ReadonlyMap<string, SiteDetail> = new Map(
  sampleSites.map((summary) => [
    summary.name,
    summary.reachable === null
      ? {
          ...detailOf(summary),
          endDateHistory: [],
          checks: pageOf([], null),
          alerts: pageOf([], null),
          evidence: null,
        }
      : detailOf(summary),
  ]),
);
