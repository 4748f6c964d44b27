/** Invented destinations: one that works, one that fails, one that is new, and one that is gone. */
import type { DeadLetterRow, Deliveries, LaneRow } from '../../src/web/api.ts';
import { alertsOf } from './sample-detail.ts';
import { ago, ahead, DAY, HOUR, MINUTE, sampleSites } from './sample-sites.ts';

const working: LaneRow = {
  name: 'metrics',
  kind: 'influxdb',
  sendRecurring: true,
  sendAlert: true,
  minimumSeverity: 'info',
  state: 'working',
  failingSince: null,
  waiting: 0,
  oldest: null,
  nextAttemptAt: null,
  lastFailure: null,
  lastAcceptedAt: ago(4 * MINUTE),
  deadLetters: 0,
};

const lanes: readonly LaneRow[] = [
  {
    ...working,
    name: 'oncall',
    kind: 'webhook',
    sendRecurring: false,
    minimumSeverity: 'warning',
    state: 'failing',
    failingSince: ago(5 * HOUR),
    waiting: 3,
    oldest: ago(5 * HOUR),
    nextAttemptAt: ahead(12 * MINUTE),
    lastFailure: {
      at: ago(20 * MINUTE),
      reason: 'server-error',
      detail: 'hooks.example.com answered 503 Service Unavailable.',
    },
    lastAcceptedAt: ago(2 * DAY),
    deadLetters: 2,
  },
  working,
  { ...working, name: 'broker', kind: 'mqtt', waiting: 1, oldest: ago(2_000) },
  {
    ...working,
    name: 'new-hook',
    kind: 'webhook',
    sendRecurring: false,
    state: 'idle',
    lastAcceptedAt: null,
  },
  {
    ...working,
    name: 'old-hook',
    kind: null,
    sendRecurring: null,
    sendAlert: null,
    minimumSeverity: null,
    state: 'idle',
    lastAcceptedAt: ago(40 * DAY),
    deadLetters: 1,
  },
];

const letter = (seq: number, destination: string, days: number): DeadLetterRow => ({
  destination,
  seq,
  id: `prod-${days}`,
  topic: 'alert',
  kind: 'expiring',
  severity: 'warning',
  site: 'prod',
  title: `prod: Qlik Sense license ends in ${days} days, on 2026-11-29`,
  occurredAt: ago((days - 5) * DAY),
  at: ago((days - 5) * DAY - MINUTE),
  reason: 'refused',
  detail: 'hooks.example.com answered 400 Bad Request.',
});

export const sampleDeliveries: Deliveries = {
  generatedAt: ago(0),
  lanes,
  deadLetters: [letter(41, 'oncall', 14), letter(17, 'oncall', 30), letter(9, 'old-hook', 60)],
  recent: alertsOf(sampleSites.find(({ name }) => name === 'prod')!),
  recentNext: null,
};
