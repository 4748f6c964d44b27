/** The section of a webhook in the configuration file. */
import * as z from 'zod';
import { SecretText } from '../../../platform/secret-text.ts';
import { whenObject } from '../../../platform/when-object.ts';
import { commonSettings } from '../../common-section.ts';
import { ClientCertificate, HeaderSecret, HttpUrl, httpSettings } from '../../http-settings.ts';
import { isSigningSecret } from './signature.ts';

/** Set by the service itself, or by HTTP. */
const RESERVED =
  /^(?:authorization|connection|content-length|content-type|expect|host|idempotency-key|keep-alive|te|trailer|transfer-encoding|upgrade|webhook-(?:id|timestamp|signature))$/i;

const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'not a name of an HTTP header')
  .refine((name) => !RESERVED.test(name), {
    error: 'this header is set by the service; for Authorization use bearerToken or basic',
  });

export const WebhookSection = z
  .strictObject({
    ...commonSettings,
    kind: z.literal('webhook'),
    url: HttpUrl.describe('Where to send. Only scheme, host and port of it are ever shown.'),
    method: z.enum(['POST', 'PUT', 'GET']).default('POST').describe('GET sends a query instead of JSON.'),
    headers: z.record(HeaderName, HeaderSecret).default({}).describe('Further headers; values are secret.'),
    bearerToken: HeaderSecret.optional().describe('Sent as `Authorization: Bearer …`.'),
    basic: z
      .strictObject({
        user: z.string().min(1).describe('User name.'),
        password: SecretText.describe('Password.'),
      })
      .optional()
      .describe('User and password of HTTP basic authentication.'),
    signingSecrets: z
      .array(
        SecretText.refine((secret) => isSigningSecret(secret.reveal()), {
          error: 'after whsec_ comes base64; a text without that prefix is used as it is',
        }),
      )
      .min(1)
      .max(2)
      .optional()
      .describe('Signs each request as Standard Webhooks says. Two while one replaces the other.'),
    clientCertificate: ClientCertificate.optional().describe('For receivers that ask for one.'),
    ...httpSettings,
  })
  .refine((section) => section.bearerToken === undefined || section.basic === undefined, {
    error: 'set bearerToken or basic, not both',
    path: ['basic'],
    ...whenObject,
  });
