/**
 * A message as the JSON that webhooks and MQTT carry. Pure.
 *
 * The first four keys are those of Butler 16, with its names, order and types, so that its receivers keep working.
 */
import type { Message } from '../store/message.ts';

/** The `event` of each kind of message. The first three are Butler's texts. A page of the documentation lists them. */
export const eventNames = {
  status: 'server license status',
  version: 'qlik sense version',
  expiring: 'server license about to expire alert',
  expired: 'server license has expired alert',
  renewed: 'server license renewed',
  shortened: 'server license shortened',
  replaced: 'server license replaced',
  blocked: 'server license blocked',
  missing: 'server license missing',
  unreadable: 'server license unreadable',
  'not-started': 'server license not started',
  recovered: 'server license recovered',
  remark: 'server license remark',
  unreachable: 'qlik sense site unreachable',
  reachable: 'qlik sense site reachable',
  'certificate-expiring': 'qlik sense client certificate about to expire',
  'version-changed': 'qlik sense version changed',
  acknowledged: 'server license alert acknowledged',
  'acknowledgement-withdrawn': 'server license alert acknowledgement withdrawn',
  'destination-failing': 'license sentinel destination failing',
  'destination-recovered': 'license sentinel destination recovered',
  'dead-letter': 'license sentinel dead letter',
  'store-replaced': 'license sentinel store replaced',
  'store-gone': 'license sentinel store gone',
  'store-full': 'license sentinel store full',
  'store-unsafe': 'license sentinel store unsafe',
  'store-recovered': 'license sentinel store recovered',
  test: 'license sentinel test',
} as const satisfies Readonly<Record<Message['kind'], string>>;

/** What is not known is null, never false or 0. Instants are ISO 8601 in UTC, in whole seconds. */
export function payloadOf(message: Message) {
  const { license } = message;
  return {
    event: eventNames[message.kind],
    licenseExpired: license?.expired ?? null,
    expiryDateStr: license?.endDate ?? null,
    daysUntilExpiry: license?.daysLeft ?? null,
    schema: 'license-sentinel.message.v1',
    id: message.id,
    topic: message.topic,
    kind: message.kind,
    severity: message.severity,
    site: message.site,
    occurredAt: isoSeconds(message.occurredAt),
    lastConfirmedAt: message.lastConfirmedAt === null ? null : isoSeconds(message.lastConfirmedAt),
    reachable: message.reachable,
    state: license?.state ?? null,
    licenseNumber: license?.licenseNumber ?? null,
    remarks: license?.remarks ?? [],
    // A message that an earlier version left in the outbox has no product.
    version: message.product?.version ?? null,
    releaseLabel: message.product?.releaseLabel ?? null,
    // Likewise no word of an acknowledgement.
    acknowledgement: acknowledgementOf(message),
    rung: message.rung,
    skippedRungs: message.skippedRungs,
    reminder: message.reminder,
    title: message.title,
    text: message.text,
    link: message.link ?? null,
    tags: message.tags,
  };
}

function acknowledgementOf({ acknowledgement }: Message) {
  if (acknowledgement === null || acknowledgement === undefined) return null;
  const { by, why, at, until, coversExpiredAndBlocked } = acknowledgement;
  return { by, why, at: isoSeconds(at), until, coversExpiredAndBlocked };
}

/** @param atMs epoch ms */
function isoSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
