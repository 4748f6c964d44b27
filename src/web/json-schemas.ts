/**
 * JSON Schemas of what the API answers. Fastify writes answers by them, so what is not listed here never leaves; the
 * OpenAPI description shows the same objects.
 */
import { serviceNoticeKinds, severities, siteNoticeKinds } from '../alert/notice.ts';
import { checkFailureReasons } from '../license/observation.ts';
import { licenseStates, remarks } from '../license/reading.ts';
import { deadLetterRow, laneRow, messageDetail, waitingRow } from './outbox-schemas.ts';
import {
  day,
  flag,
  instant,
  listOf,
  nullable,
  object,
  oneOf,
  type Schema,
  text,
  whole,
} from './schema-parts.ts';

const checkFailure = object({ reason: oneOf(checkFailureReasons), detail: text });
const noticeKinds = [...siteNoticeKinds, ...serviceNoticeKinds];
const severity = oneOf(severities);
const state = nullable(oneOf(licenseStates));
const remarkList = listOf(oneOf(remarks));

const acknowledgement = object({
  by: text,
  why: text,
  at: instant,
  until: { ...text, description: 'A day (YYYY-MM-DD), or next-rung.' },
  coversExpiredAndBlocked: flag,
  speaksAgainOn: nullable(day),
});

const summaryProperties = {
  name: text,
  tags: { type: 'object', additionalProperties: text },
  reachable: nullable(flag),
  state,
  endDate: nullable(day),
  daysLeft: nullable(whole),
  severity,
  remarks: remarkList,
  licenseNumber: nullable(text),
  lastConfirmedAt: nullable(instant),
  lastCheckedAt: nullable(instant),
  nextCheckAt: nullable(instant),
  failure: nullable(checkFailure),
  rung: nullable(whole),
  title: text,
  version: nullable(object({ version: nullable(text), releaseLabel: nullable(text) })),
  certificates: nullable(
    object({ client: nullable(instant), root: nullable(instant), server: nullable(instant) }),
  ),
  acknowledgement: nullable(acknowledgement),
  trend: listOf({ type: 'array', items: nullable(whole), minItems: 2, maxItems: 2 }),
};
const summary = object(summaryProperties);

const checkRow = object({
  at: instant,
  durationMs: { type: 'number' },
  host: nullable(text),
  outcome: oneOf(['reading', 'failed']),
  state,
  endDate: nullable(day),
  daysLeft: nullable(whole),
  remarks: remarkList,
  failure: nullable(checkFailure),
});

const deliveryResult = oneOf(['delivered', 'dead']);

const alertRow = object({
  id: text,
  occurredAt: instant,
  kind: oneOf(noticeKinds),
  severity,
  site: nullable(text),
  reminder: flag,
  title: text,
  text,
  destination: text,
  result: deliveryResult,
  settledAt: instant,
  failure: nullable(object({ reason: text, detail: text })),
});

const pageOf = (row: Schema) => object({ items: listOf(row), next: nullable(text) });

export const schemas = {
  SiteSummary: summary,
  Overview: object({
    generatedAt: instant,
    service: object({ version: text, startedAt: instant }),
    sites: listOf(summary),
  }),
  SiteList: object({ generatedAt: instant, sites: listOf(summary) }),
  SiteDetail: object({
    ...summaryProperties,
    timeZone: text,
    ladder: object({
      thresholdDays: listOf(whole),
      rungs: listOf(
        object({
          days: whole,
          date: day,
          announcedAt: nullable(instant),
          how: oneOf(['spoken', 'skipped', 'silenced', 'held', 'due', 'ahead']),
          toldTo: listOf(object({ destination: text, result: deliveryResult, settledAt: instant })),
        }),
      ),
    }),
    endDateHistory: listOf(object({ at: instant, endDate: nullable(day) })),
    checks: pageOf(checkRow),
    alerts: pageOf(alertRow),
    evidence: nullable(
      object({
        source: oneOf(['key-details', 'lef', 'configuration', 'none']),
        endText: nullable(text),
        dateOrder: nullable(oneOf(['ymd', 'dmy', 'mdy'])),
        endDates: listOf(day),
      }),
    ),
  }),
  Checks: pageOf(checkRow),
  Alerts: pageOf(alertRow),
  Deliveries: object({
    generatedAt: instant,
    lanes: listOf(laneRow),
    deadLetters: listOf(deadLetterRow),
    recent: listOf(alertRow),
    recentNext: nullable(text),
  }),
  Acknowledged: object({ acknowledgement }),
  Me: object({ name: nullable(text), role: oneOf(['read', 'act']) }),
  DeadLetters: pageOf(deadLetterRow),
  Waiting: pageOf(waitingRow),
  Message: messageDetail,
  Done: object({ done: { type: 'boolean', const: true } }),
  Service: object({ version: text, startedAt: instant, pid: whole }),
  Health: object({ ok: flag, reasons: listOf(text) }),
  ApiError: object({ error: object({ code: text, message: text }) }),
} satisfies Readonly<Record<string, Schema>>;
