/** The `web` section of the configuration file: the page, the API and the metrics, and who may see them. */
import { isIP } from 'node:net';
import * as z from 'zod';
import { SecretText } from '../platform/secret-text.ts';
import { whenObject } from '../platform/when-object.ts';

const Name = z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/, 'use letters, digits, dots, dashes and underscores');
const Role = z
  .enum(['read', 'act'])
  .default('read')
  .describe('act may also acknowledge alerts, and retry and drop dead letters.');

const SHORTEST_TOKEN_CHARS = 16;

const Token = z
  .strictObject({
    name: Name.describe('Whose token it is.'),
    secret: SecretText.refine(
      (secret) => secret.reveal().length >= SHORTEST_TOKEN_CHARS,
      `must have at least ${SHORTEST_TOKEN_CHARS} characters`,
    )
      .optional()
      .describe(`The token itself, at least ${SHORTEST_TOKEN_CHARS} characters.`),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'not a SHA-256: 64 hex digits')
      .transform((hex) => hex.toLowerCase())
      .optional()
      .describe('SHA-256 of the token, instead of the token itself.'),
    role: Role,
  })
  .superRefine((token, context) => {
    if ((token.secret === undefined) === (token.sha256 === undefined)) {
      context.addIssue({ code: 'custom', path: ['secret'], message: 'give either secret or sha256' });
    }
  }, whenObject);

const User = z.strictObject({
  name: Name.describe('The name to log in with.'),
  password: SecretText.refine(
    (hash) => parsePasswordHash(hash.reveal()) !== undefined,
    'must be scrypt:<N>:<r>:<p>:<salt in base64>:<hash in base64>; docs/api.md says how to make one',
  ).describe('The scrypt hash of the password, as docs/api.md makes it.'),
  role: Role,
});

const Auth = z
  .strictObject({
    tokens: z.array(Token).max(100).default([]).describe('Bearer tokens, for Prometheus and scripts.'),
    users: z.array(User).max(100).default([]).describe('Logins for people.'),
  })
  // Either may be anything here; what is no list is told already.
  .refine(({ tokens, users }) => [tokens, users].some((list) => !Array.isArray(list) || list.length > 0), {
    message: 'name at least one token or user',
    ...whenObject,
  });

const Section = z.strictObject({
  enabled: z.boolean().default(true).describe('False serves nothing, as does `web: false`.'),
  listen: z
    .string()
    .regex(/^(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.*-]+):\d{1,5}$/, 'write host:port, for example 127.0.0.1:8080')
    .refine((text) => Number(/\d+$/.exec(text)?.[0]) <= 65_535, 'a port is at most 65535')
    .default('127.0.0.1:8080')
    .describe('Address and port. `*` is every address of this machine.'),
  auth: z
    .union([z.literal('none'), Auth])
    .optional()
    .describe('Who may look. Needed on any address but loopback; `none` lets everybody look there.'),
  tls: z
    .strictObject({
      cert: z.string().min(1).describe('The certificate with its chain, PEM.'),
      key: z.string().min(1).describe('Its private key, PEM.'),
    })
    .optional()
    .describe('Serves HTTPS instead of HTTP.'),
  basePath: z
    .string()
    .transform((text) => text.replace(/\/+$/, ''))
    .refine((text) => /^(?:\/[\w.~-]+)*$/.test(text), 'write a path such as /licenses')
    .default('')
    .describe('The path under which a reverse proxy shows it.'),
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'write an address such as https://licenses.example.com' })
    .refine((text) => !/[?#@]/.test(text), 'without a user, a query or a fragment')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe(
      'Where people open the page, with the path below which it is shown. Each alert has a `link` then, to the site it is about.',
    ),
  hosts: z
    .array(z.string().regex(/^[A-Za-z0-9.-]+$/, 'write the name only, without a port'))
    .max(100)
    .default([])
    .describe('Further names by which browsers may ask for it.'),
  trustedProxies: z
    .array(
      z.string().refine((text) => isIP(text.replace(/\/\d{1,3}$/, '')) !== 0, 'not an address or network'),
    )
    .max(100)
    .default([])
    .describe('Reverse proxies whose X-Forwarded-For is believed.'),
});

export const WebSection = z
  .union([
    z.boolean().transform((enabled): z.output<typeof Section> => ({ ...Section.parse({}), enabled })),
    Section.superRefine(({ enabled, listen, auth }, context) => {
      if (!enabled || typeof listen !== 'string' || auth !== undefined || isLoopback(listenHost(listen)))
        return;
      const message =
        'anybody who reaches this address could look: say who may in web.auth, or write `auth: none` to let everybody';
      context.addIssue({ code: 'custom', path: ['auth'], message });
    }, whenObject),
  ])
  .describe('The page, the API, metrics and health. False for none of it.');
export type WebSection = z.output<typeof WebSection>;

/** The host of `host:port`, without brackets. */
export function listenHost(listen: string): string {
  return listen.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

export interface PasswordHash {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Undefined when it is not one, or would take too much memory. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, n, r, p, salt, hash] =
    /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([A-Za-z0-9+/]{8,128}={0,2}):([A-Za-z0-9+/]{20,128}={0,2})$/.exec(
      text,
    ) ?? [];
  const [cost, blockSize, parallelization] = [Number(n), Number(r), Number(p)];
  const isPossible =
    cost >= 2 && Number.isInteger(Math.log2(cost)) && 128 * cost * blockSize <= 64 * 1024 * 1024;
  if (salt === undefined || hash === undefined || !isPossible || blockSize * parallelization === 0)
    return undefined;
  return {
    cost,
    blockSize,
    parallelization,
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}
