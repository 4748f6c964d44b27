/**
 * JSON Schemas of what the API answers. Fastify writes answers by them, so what is not listed here never leaves; the
 * OpenAPI description shows the same objects.
 */
import { serviceNoticeKinds, severities, siteNoticeKinds } from '../alert/notice.ts';
import { checkFailureReasons } from '../license/observation.ts';
import { licenseStates, remarks } from '../license/reading.ts';

export type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const flag = { type: 'boolean' };
const whole = { type: 'integer' };
const instant = { type: 'string', format: 'date-time' };
const day = { type: 'string', format: 'date' };
const oneOf = (values: readonly string[]) => ({ type: 'string', enum: [...values] });
const listOf = (items: Schema) => ({ type: 'array', items });

/** Every property is required: what is not known is null. */
function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function nullable(schema: Schema): Schema {
  const { enum: values } = schema as { enum?: readonly string[] };
  return {
    ...schema,
    type: [schema['type'], 'null'],
    ...(values !== undefined && { enum: [...values, null] }),
  };
}

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
  result: oneOf(['delivered', 'dead']),
  settledAt: instant,
  failure: nullable(object({ reason: text, detail: text })),
});

const pageOf = (row: Schema) => object({ items: listOf(row), next: nullable(text) });

const laneRow = object({
  name: text,
  kind: nullable(text),
  sendRecurring: nullable(flag),
  sendAlert: nullable(flag),
  minimumSeverity: nullable(severity),
  state: oneOf(['working', 'failing', 'idle']),
  failingSince: nullable(instant),
  waiting: whole,
  oldest: nullable(instant),
  nextAttemptAt: nullable(instant),
  lastFailure: nullable(object({ at: instant, reason: text, detail: text })),
  lastAcceptedAt: nullable(instant),
  deadLetters: whole,
});

const deadLetterRow = object({
  destination: text,
  seq: whole,
  id: text,
  topic: oneOf(['status', 'alert']),
  kind: text,
  severity,
  site: nullable(text),
  title: text,
  occurredAt: instant,
  at: instant,
  reason: text,
  detail: text,
});

export const schemas = {
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
          how: oneOf(['spoken', 'skipped', 'silenced', 'due', 'ahead']),
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
  }),
  Acknowledged: object({ acknowledgement }),
  Me: object({ name: nullable(text), role: oneOf(['read', 'act']) }),
  Done: object({ done: { type: 'boolean', const: true } }),
  Health: object({ ok: flag, reasons: listOf(text) }),
  ApiError: object({ error: object({ code: text, message: text }) }),
} satisfies Readonly<Record<string, Schema>>;
