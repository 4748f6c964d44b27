/** Signatures as Standard Webhooks 1.0 defines them (https://www.standardwebhooks.com). Pure. */
import { createHmac } from 'node:crypto';
import type { Secret } from '../../../platform/secret.ts';

const PREFIX = 'whsec_';

interface SignedRequest {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/** The three headers: the time is the attempt's, and each secret gives one signature, so that secrets can rotate. */
export function signatureHeaders(
  { id, at, body }: SignedRequest,
  secrets: readonly Secret[],
): Readonly<Record<string, string>> {
  if (secrets.length === 0) return {};
  const timestamp = Math.floor(at.getTime() / 1000);
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret.reveal())).update(`${id}.${timestamp}.${body}`);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

/** True for a text that can sign: `whsec_` with base64 after it, or any other text, which is taken as it is. */
export function isSigningSecret(secret: string): boolean {
  if (!secret.startsWith(PREFIX)) return secret.length > 0;
  return /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret.slice(PREFIX.length));
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
