/** JSON Schemas of lanes and of what waits or is dead in them. */
import { severities } from '../alert/notice.ts';
import { licenseStates, remarks } from '../license/reading.ts';
import { day, flag, instant, listOf, nullable, object, oneOf, text, whole } from './schema-parts.ts';

const severity = oneOf(severities);
const topic = oneOf(['status', 'alert']);

export const laneRow = object({
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

const messageInShort = {
  destination: text,
  seq: whole,
  id: text,
  topic,
  kind: text,
  severity,
  site: nullable(text),
  title: text,
  occurredAt: instant,
};

export const deadLetterRow = object({ ...messageInShort, at: instant, reason: text, detail: text });
export const waitingRow = object({ ...messageInShort, enqueuedAt: instant });

/** As webhooks and MQTT carry it; docs/messages.md lists the keys. */
const payload = object({
  event: text,
  licenseExpired: nullable(flag),
  expiryDateStr: nullable(day),
  daysUntilExpiry: nullable(whole),
  schema: text,
  id: text,
  topic,
  kind: text,
  severity,
  site: nullable(text),
  occurredAt: instant,
  lastConfirmedAt: nullable(instant),
  reachable: flag,
  state: nullable(oneOf(licenseStates)),
  licenseNumber: nullable(text),
  remarks: listOf(oneOf(remarks)),
  version: nullable(text),
  releaseLabel: nullable(text),
  acknowledgement: nullable(
    object({ by: text, why: text, at: instant, until: text, coversExpiredAndBlocked: flag }),
  ),
  rung: nullable(whole),
  skippedRungs: listOf(whole),
  reminder: flag,
  title: text,
  text,
  link: nullable(text),
  tags: { type: 'object', additionalProperties: text },
});

const point = object({
  measurement: text,
  tags: { type: 'object', additionalProperties: text },
  fields: { type: 'object', additionalProperties: { type: ['number', 'string', 'boolean'] } },
  at: instant,
});

export const messageDetail = object({
  destination: text,
  seq: whole,
  fate: oneOf(['waiting', 'dead']),
  enqueuedAt: nullable(instant),
  failure: nullable(object({ at: instant, reason: text, detail: text })),
  lane: laneRow,
  payload,
  points: listOf(point),
});
