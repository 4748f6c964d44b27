/** Webhook: one request for each message, as JSON or, as GET, in a query. */
import type * as z from 'zod';
import { Secret } from '../../../platform/secret.ts';
import type { Message } from '../../../store/message.ts';
import { defineDestination } from '../../destination.ts';
import { authorizationInUrl, basicAuthorization, secretsInUrl } from '../../http-secrets.ts';
import { oneByOne } from '../../one-by-one.ts';
import { payloadOf } from '../../payload.ts';
import { WebhookSection } from './section.ts';
import { signatureHeaders } from './signature.ts';

export const webhook = defineDestination({
  section: WebhookSection,
  keepsEveryStatus: false,
  async open(config, { clock }) {
    const { openHttpClient } = await import('../../http.ts');
    const url = new URL(config.url);
    const authorization = authorizationOf(config, url);
    const signingSecrets = config.signingSecrets ?? [];
    const client = openHttpClient(config, [...secretsInUrl(url), ...secretsIn(config)], clock);
    const fixedHeaders = {
      'user-agent': 'license-sentinel',
      ...Object.fromEntries(
        Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]),
      ),
      ...(authorization !== undefined && { authorization }),
    };

    const requestOf = (message: Message) => {
      const body = config.method === 'GET' ? '' : JSON.stringify(payloadOf(message));
      return {
        method: config.method,
        url: config.method === 'GET' ? withQuery(url, message) : url,
        headers: {
          ...fixedHeaders,
          ...(config.method !== 'GET' && { 'content-type': 'application/json' }),
          'idempotency-key': message.id,
          ...signatureHeaders({ id: message.id, at: clock.now(), body }, signingSecrets),
        },
        ...(body !== '' && { body }),
      };
    };

    return {
      maxBatch: 1,
      deliver: (batch, signal) =>
        oneByOne(batch, async (message) => (await client.send(requestOf(message), signal)).outcome),
      close: () => client.close(),
    };
  },
});

type Config = z.output<typeof WebhookSection>;

function authorizationOf({ bearerToken, basic }: Config, url: URL): string | undefined {
  if (bearerToken !== undefined) return `Bearer ${bearerToken.reveal()}`;
  if (basic !== undefined) return basicAuthorization(basic.user, basic.password.reveal());
  return authorizationInUrl(url);
}

function secretsIn({ headers, bearerToken, basic, signingSecrets }: Config): readonly Secret[] {
  return [
    ...Object.values(headers),
    ...(bearerToken ? [bearerToken] : []),
    ...(basic ? [basic.password, new Secret(`${basic.user}:${basic.password.reveal()}`)] : []),
    ...(signingSecrets ?? []),
  ];
}

/** The query of Butler's GET webhooks and nothing else, after whatever query the address has. */
function withQuery(url: URL, message: Message): URL {
  const { event, licenseExpired, expiryDateStr, daysUntilExpiry } = payloadOf(message);
  const query = new URLSearchParams({
    event,
    licenseExpired: String(licenseExpired),
    expiryDateStr: String(expiryDateStr),
    daysUntilExpiry: String(daysUntilExpiry),
  }).toString();
  const extended = new URL(url);
  extended.search = extended.search === '' ? query : `${extended.search}&${query}`;
  return extended;
}
