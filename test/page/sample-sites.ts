/** Invented sites for looking at and testing the page: one for each situation, and as many as wanted. */
import type { Overview, SiteSummary, Trend } from '../../src/web/api.ts';

/** The time of everything invented. The page takes it from the `Date` of the answers. */
export const NOW = Date.parse('2026-11-24T10:00:00.000Z');

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ago = (ms: number): string => new Date(NOW - ms).toISOString();
export const ahead = (ms: number): string => ago(-ms);
/** The calendar day so many days from now. */
export const dayIn = (days: number): string => ahead(days * DAY).slice(0, 10);

/** A valid site that was just read; `changes` make it what a test is about. */
export function site(name: string, changes: Partial<SiteSummary> = {}): SiteSummary {
  const daysLeft = changes.daysLeft === undefined ? 240 : changes.daysLeft;
  const endDate = daysLeft === null ? null : dayIn(daysLeft);
  return {
    name,
    tags: { environment: 'production' },
    reachable: true,
    state: 'valid',
    endDate,
    daysLeft,
    severity: 'info',
    remarks: [],
    licenseNumber: '…4711',
    lastConfirmedAt: ago(2 * HOUR),
    lastCheckedAt: ago(2 * HOUR),
    nextCheckAt: ahead(4 * HOUR),
    failure: null,
    rung: null,
    title: `${name}: license ends in ${daysLeft} days, on ${endDate}`,
    version: { version: '14.254.6', releaseLabel: 'May 2026 Patch 2' },
    certificates: { client: ahead(410 * DAY), root: ahead(2_900 * DAY), server: ahead(410 * DAY) },
    acknowledgement: null,
    trend: daysLeft === null ? [] : falling(daysLeft),
    ...changes,
  };
}

/** A day fewer each day over the last 60 days. */
export const falling = (daysLeft: number): Trend => [
  [(NOW - 60 * DAY) / 1000, daysLeft + 60],
  [(NOW - 2 * HOUR) / 1000, daysLeft],
];

const renewed: Trend = [
  [(NOW - 60 * DAY) / 1000, 58],
  [(NOW - 21 * DAY) / 1000, 19],
  [(NOW - 20 * DAY) / 1000, 384],
  [(NOW - 2 * HOUR) / 1000, 364],
];
const withGap: Trend = [
  [(NOW - 60 * DAY) / 1000, 81],
  [(NOW - 40 * DAY) / 1000, 61],
  [(NOW - 39 * DAY) / 1000, null],
  [(NOW - 35 * DAY) / 1000, null],
  [(NOW - 34 * DAY) / 1000, 55],
  [(NOW - 3 * DAY) / 1000, 24],
  [(NOW - 2 * HOUR) / 1000, null],
];

/** Sorted as the service sorts them. */
export const sampleSites: readonly SiteSummary[] = [
  site('finance', { daysLeft: -3, state: 'expired', severity: 'critical', rung: 0 }),
  site('prod', {
    daysLeft: 5,
    state: 'expiring',
    severity: 'critical',
    rung: 7,
    remarks: ['several-end-dates'],
  }),
  site('sales-emea', {
    daysLeft: 21,
    state: 'expiring',
    severity: 'warning',
    rung: 30,
    reachable: false,
    lastConfirmedAt: ago(3 * DAY),
    trend: withGap,
    tags: { environment: 'production', region: 'emea' },
    failure: {
      reason: 'timeout',
      detail: 'sense-emea.example.com:4242 did not answer within 30 s. Is the repository service running?',
    },
  }),
  site('logistics', {
    daysLeft: 78,
    state: 'expiring',
    severity: 'warning',
    rung: 90,
    acknowledgement: {
      by: 'Anna',
      why: 'The renewal is ordered, PO 4711.',
      at: ago(3 * HOUR),
      until: 'next-rung',
      coversExpiredAndBlocked: false,
      speaksAgainOn: dayIn(18),
    },
  }),
  site('dev', {
    daysLeft: null,
    state: 'unreadable',
    severity: 'warning',
    tags: { environment: 'development' },
    version: { version: '14.212.13', releaseLabel: null },
  }),
  site('hr', { daysLeft: 143 }),
  site('marketing', { daysLeft: 201, tags: { environment: 'production', region: 'emea' } }),
  site('sales-apac', { daysLeft: 233, tags: { environment: 'production', region: 'apac' } }),
  site('controlling', { daysLeft: 364, trend: renewed }),
  site('test', { daysLeft: 402, tags: { environment: 'test' } }),
  site('archive', {
    daysLeft: null,
    state: 'perpetual',
    tags: { environment: 'archive' },
    version: { version: '13.102.5', releaseLabel: 'February 2020' },
  }),
  site('lab', {
    daysLeft: null,
    state: null,
    reachable: null,
    licenseNumber: null,
    lastConfirmedAt: null,
    lastCheckedAt: null,
    nextCheckAt: ahead(MINUTE),
    version: null,
    certificates: null,
    tags: {},
    title: 'lab: not checked yet',
  }),
];

export function manySites(count: number): readonly SiteSummary[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `site-${String(index).padStart(5, '0')}`;
    const region = ['emea', 'apac', 'americas'][index % 3]!;
    const severity = index < 20 ? 'critical' : index < 300 ? 'warning' : 'info';
    const state = severity === 'info' ? 'valid' : 'expiring';
    return site(name, { daysLeft: Math.floor(index / 5), state, severity, tags: { region } });
  });
}

export const overviewOf = (sites: readonly SiteSummary[]): Overview => ({
  generatedAt: ago(0),
  service: { version: '0.1.0', startedAt: ago(6 * DAY) },
  sites,
});
