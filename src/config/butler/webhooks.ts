/** The outgoing webhooks of a Butler file: one destination for each, for status or for alerts. Pure. */
import { from, needed } from './draft.ts';
import type { ButlerSettings, WebhookList } from './schema.ts';
import { monitorOf } from './site.ts';

/** What Butler takes where a list has no limit. */
const RATE_LIMIT_S = 300;
/** A year. More is taken for it: to Butler it means never again. */
const LONGEST_LIMIT_S = 31_536_000;
const LONGEST_NAME = 40;

const lists = [
  { key: 'qlikSenseServerLicenseMonitor', purpose: 'status', by: 'sendRecurring' },
  { key: 'qlikSenseServerLicenseExpiryAlert', purpose: 'alert', by: 'sendAlert' },
] as const;

/** Lists that are switched off give nothing. */
export function webhooksOf(butler: ButlerSettings): unknown[] {
  const { webhookNotification } = butler;
  const settings = monitorOf(butler).destination?.webhook;
  if (webhookNotification?.enable !== true || settings?.enable !== true) return [];
  const taken = new Set<string>();
  return lists.flatMap(({ key, purpose, by }) => {
    if (settings[by]?.enable === false) return [];
    return webhooksIn(webhookNotification[key], key, purpose, taken);
  });
}

function webhooksIn(
  list: WebhookList,
  key: (typeof lists)[number]['key'],
  purpose: 'status' | 'alert',
  taken: Set<string>,
): unknown[] {
  const rateLimit = Math.min(list?.rateLimit ?? RATE_LIMIT_S, LONGEST_LIMIT_S);
  return (list?.webhooks ?? []).map(({ description = '', webhookURL, httpMethod, cert }, index) => {
    const at = `webhookNotification.${key}.webhooks.${index}`;
    const hasOwnCa = cert?.enable === true;
    return from(at, {
      name: nameOf(description, purpose, taken),
      kind: 'webhook',
      url: needed(`${at}.webhookURL`, webhookURL),
      method: from(`${at}.httpMethod`, httpMethod),
      ca: hasOwnCa ? from(`${at}.cert.certCA`, cert.certCA) : undefined,
      verify:
        hasOwnCa && cert.rejectUnauthorized === false
          ? from(`${at}.cert.rejectUnauthorized`, false)
          : undefined,
      repeatsAtMostEvery:
        rateLimit === 0 ? undefined : from(`webhookNotification.${key}.rateLimit`, `${rateLimit} s`),
      sendRecurring: purpose === 'status',
      sendAlert: purpose === 'alert',
    });
  });
}

/** The description as a name that no other destination has: `Pager-of-the-night-shift`, or else `license-alert-1`. */
function nameOf(description: string, purpose: 'status' | 'alert', taken: Set<string>): string {
  const words = description
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-+|-+$/g, '');
  const base = words === '' || ['influxdb', 'mqtt'].includes(words) ? `license-${purpose}` : words;
  const candidates = [base, `${base}-${purpose}`];
  let name = candidates.find((one) => !taken.has(one));
  for (let number = 2; name === undefined; number += 1) {
    if (!taken.has(`${base}-${purpose}-${number}`)) name = `${base}-${purpose}-${number}`;
  }
  taken.add(name);
  return name;
}
