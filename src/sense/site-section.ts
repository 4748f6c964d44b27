/** One entry of the `sites` section of the configuration file. */
import { isIP, isIPv6 } from 'node:net';
import * as z from 'zod';
import { Duration } from '../platform/duration.ts';
import { SecretText } from '../platform/secret-text.ts';
import { isTimeZone } from '../platform/time-zone.ts';
import { whenObject } from '../platform/when-object.ts';

const Host = z
  .string()
  .max(253)
  .refine(isHost, 'write the name or address of the machine only, without https:// and without a port')
  .transform((text) => text.replace(/^\[|\]$/g, ''));

const Port = z.int().min(1).max(65_535);

const TimeZone = z
  .string()
  .refine(isTimeZone, 'not a known time zone; write for example UTC or Europe/Stockholm');

const path = z.string().min(1);

const CertificateFiles = z.strictObject({
  cert: path.optional().describe('The client certificate, PEM.'),
  key: path.optional().describe('The private key of the client certificate, PEM.'),
  ca: path.describe('The root certificate of the site, PEM. Only servers that it vouches for are trusted.'),
  passphrase: SecretText.optional().describe('Opens the private key, where the export was given a password.'),
});
export type CertificateFiles = z.output<typeof CertificateFiles>;

const Fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .refine(
    (hex) => /^[0-9a-f]{64}$/.test(hex),
    'not a SHA-256 fingerprint: 64 hex digits, with or without colons',
  );

const Tls = z.strictObject({
  serverName: z
    .string()
    .min(1)
    .max(253)
    .refine((name) => isIP(name) === 0, 'must be a name; an address is checked as it stands in host')
    .optional()
    .describe('The name in the server certificate, where `host` is an address or an alias.'),
  sha256: z
    .union([Fingerprint.transform((pin) => [pin]), z.array(Fingerprint).min(1)])
    .optional()
    .describe(
      'SHA-256 fingerprint of the server certificate, one or several. Exactly that certificate is accepted then, whatever its name, issuer, purpose and dates.',
    ),
  verify: z
    .boolean()
    .default(true)
    .describe('False accepts any server, so that anybody on the way can pretend to be it. Prefer sha256.'),
  minVersion: z
    .enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
    .optional()
    .describe('The oldest TLS version to accept. Below TLSv1.2, weak ciphers are accepted too.'),
});

const ProxyAccess = z.strictObject({
  jwt: SecretText.refine(
    (jwt) => /^[\x21-\x7e]+$/.test(jwt.reveal()),
    'must be one line without blanks, as a JWT is',
  ).describe('The token for a virtual proxy with JWT authentication.'),
  prefix: z
    .string()
    .transform((text) => text.replace(/^\/+|\/+$/g, ''))
    .refine((text) => /^[\w.~/-]*$/.test(text), 'use letters, digits, dots, dashes and underscores')
    .default('')
    .describe('The prefix of the virtual proxy; empty for the one without a prefix.'),
  port: Port.default(443).describe('The HTTPS port of the proxy.'),
});

const TagName = z
  .string()
  .min(1)
  .regex(/^(?!_)(?!time$)/, 'InfluxDB keeps the name "time" and names that begin with _ for itself');

const rung = z.int().min(0).max(3650);

const Schedule = z.union([
  z.string().min(1),
  z.strictObject({
    cron: z.string().min(1).describe('A cron expression.'),
    timeZone: TimeZone.optional().describe('The zone of the cron expression. Default: that of the site.'),
  }),
]);

const Version = z.strictObject({
  enabled: z.boolean().default(true).describe('False asks for no version.'),
  check: Schedule.default('every 24 hours').describe('When to ask, written as the `check` of the site.'),
  host: Host.optional().describe("The machine of the About service, where it is none of the site's hosts."),
  verify: z
    .boolean()
    .optional()
    .describe('Instead of tls.verify, for the About service only. False accepts any server.'),
});

const Site = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'use letters, digits, dots, dashes and underscores, at most 64',
    )
    .describe('Your name for the site: tag, label, part of topics.'),
  host: Host.optional().describe('The machine of the repository service.'),
  hosts: z
    .array(Host)
    .min(1)
    .max(20)
    .optional()
    .describe('Several machines of the same site, in order of preference, instead of `host`.'),
  port: Port.default(4242).describe('Port of the repository service.'),
  versionPort: Port.default(9032).describe('Port of the About service, which tells the product version.'),
  certificates: z
    .union([path, CertificateFiles])
    .optional()
    .describe(
      'The folder with client.pem, client_key.pem and root.pem as exported from the QMC, or the single files. With `proxy`, only the root certificate is used; without it, the CAs of the system.',
    ),
  user: z
    .string()
    .regex(/^[\x20-\x7e\xa0-\xff]+$/, 'must be one line of Western characters')
    .default('UserDirectory=INTERNAL; UserId=sa_repository')
    .describe('Who asks, as X-Qlik-User. A user with the AuditAdmin role is enough.'),
  tls: Tls.prefault({}).describe('How the server has to identify itself.'),
  proxy: ProxyAccess.optional().describe(
    'The other way in: through a virtual proxy, with a JWT, without a client certificate.',
  ),
  timeout: Duration.refine((ms) => ms >= 1 && ms <= 600_000, 'must be between 1 ms and 10 min')
    .prefault('10 s')
    .describe('How long one host may take to answer, from connecting to the last byte.'),
  check: Schedule.default('every 6 hours').describe(
    'When to look: a text such as every 6 hours, a duration, or cron with a time zone.',
  ),
  version: Version.prefault({}).describe('The product version of the site: whether and when to ask for it.'),
  timeZone: TimeZone.default('UTC').describe('The zone in which days are counted.'),
  dateOrder: z
    .enum(['auto', 'ymd', 'dmy', 'mdy'])
    .default('auto')
    .describe('The order of day, month and year in dates such as 05/02/2027 that this site sends.'),
  manualEndDate: z.iso
    .date('not a date; write YYYY-MM-DD')
    .optional()
    .describe('Overrides the end date that the site reports.'),
  perpetual: z.boolean().default(false).describe('The license never ends, whatever the site reports.'),
  tags: z.record(TagName, z.string()).default({}).describe('Your own tags, sent with everything.'),
  thresholdDays: z
    .union([rung.transform((days) => [days]), z.array(rung).min(1).max(50)])
    .transform((days) => [...new Set(days)].sort((a, b) => b - a))
    .optional()
    .describe('The ladder of this site, instead of alerts.thresholdDays.'),
});

/** Told together with every other problem, so parts of the site may still be broken here. */
export const SiteSection = Site.superRefine((site, context) => {
  const complain = (message: string, ...at: string[]) =>
    context.addIssue({ code: 'custom', path: at, message });
  if (!site.host && !site.hosts) complain('say which machine to ask: host, or hosts', 'host');
  if (site.host && site.hosts) complain('give either host or hosts, not both', 'hosts');
  if (site.perpetual && site.manualEndDate) complain('a perpetual license has no end date', 'manualEndDate');
  if (site.proxy) return;
  if (!site.certificates) {
    complain('give the folder with client.pem, client_key.pem and root.pem', 'certificates');
  } else if (typeof site.certificates !== 'string') {
    if (!site.certificates.cert) complain('is needed to connect without a proxy', 'certificates', 'cert');
    if (!site.certificates.key) complain('is needed to connect without a proxy', 'certificates', 'key');
  }
}, whenObject).transform(({ host, hosts, ...site }) => ({ ...site, hosts: hosts ?? (host ? [host] : []) }));
export type SiteSection = z.output<typeof SiteSection>;

function isHost(text: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u.test(text) || isIPv6(text.replace(/^\[(.*)\]$/, '$1'));
}
