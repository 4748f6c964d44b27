/** The `kind: mqtt` section of the configuration file. */
import * as z from 'zod';
import { Duration } from '../../../platform/duration.ts';
import { SecretText } from '../../../platform/secret-text.ts';
import { whenObject } from '../../../platform/when-object.ts';
import { commonSettings } from '../../common-section.ts';
import { AvailabilityTopic, isSendable, NOT_SENDABLE, TopicTemplate } from './topics.ts';

const BrokerUrl = z
  .url({
    protocol: /^(?:mqtts?|wss?)$/,
    hostname: /./,
    error: 'write it like mqtts://broker.example.com:8883 (mqtt, mqtts, ws or wss)',
  })
  .refine((url) => !hasUserInfo(url), 'put user and password into their own settings, not into the url');

const ClientCertificate = z.strictObject({
  cert: z.string().min(1).describe('PEM file of the certificate.'),
  key: z.string().min(1).describe('PEM file of its private key.'),
  passphrase: SecretText.optional().describe('Passphrase of the key file.'),
});

const Topics = z.strictObject({
  status: TopicTemplate.default('license-sentinel/{site}/status').describe('Topic of the status of a site.'),
  alert: TopicTemplate.default('license-sentinel/{site}/alert').describe('Topic of the alerts of a site.'),
  expiry: TopicTemplate.optional().describe(
    'Topic of one line of plain text for each alert that a license expires or has expired. Default: JSON on `alert`.',
  ),
  availability: AvailabilityTopic.default('license-sentinel/availability').describe(
    'Topic that says `online` or `offline`, without a placeholder.',
  ),
});

/** The protocol carries the keep-alive in 16 bits of seconds (OASIS MQTT 5.0, 3.1.2.10). */
const LONGEST_KEEP_ALIVE_MS = 65_535_000;

export const MqttSection = z
  .strictObject({
    kind: z.literal('mqtt'),
    ...commonSettings,
    url: BrokerUrl.describe('The broker. Ports, where none is given: mqtt 1883, mqtts 8883, ws 80, wss 443.'),
    version: z
      .literal([5, '3.1.1', 'auto'])
      .default('auto')
      .describe('MQTT version. auto: 5, or 3.1.1 where the broker refuses 5.'),
    user: z.string().min(1).refine(isSendable, NOT_SENDABLE).optional().describe('User name.'),
    password: SecretText.optional().describe('Password.'),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the authorities to trust instead of the usual ones.'),
    clientCertificate: ClientCertificate.optional().describe('For brokers that want a client certificate.'),
    serverName: z
      .string()
      .min(1)
      .optional()
      .describe('Name that the broker certificate must carry, where it is not the host of the url.'),
    verify: z.boolean().default(true).describe('Check the certificate of the broker.'),
    clientId: z
      .string()
      .min(1)
      .max(200)
      .refine(isSendable, NOT_SENDABLE)
      .optional()
      .describe('Client id. Default: license-sentinel-<name>-<hash of the host name>.'),
    keepAlive: Duration.refine(
      (ms) => ms >= 5_000 && ms <= LONGEST_KEEP_ALIVE_MS,
      'must lie between 5 s and 18 h',
    )
      .default(30_000)
      .describe('After how long a silence the two ends ask whether the other is still there.'),
    qos: z
      .literal([1, 2])
      .default(1)
      .describe('1: at least once; 2: exactly once on this hop. 0 is not offered: it loses messages.'),
    topics: Topics.prefault({}).describe('Where messages go. `{site}` stands for the name of the site.'),
    retainStatus: z
      .boolean()
      .default(true)
      .describe('Let the broker keep the last status of each site for those who subscribe later.'),
    will: z
      .boolean()
      .default(true)
      .describe(
        'Say `online` and `offline` on the availability topic. Turn it off where the broker takes no last will or retains nothing.',
      ),
    confirm: z
      .boolean()
      .default(false)
      .describe('Subscribe to the own topics, and count a message as delivered only once it has come back.'),
  })
  .superRefine((section, context) => {
    const complain = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (typeof section.url === 'string' && !/^(?:mqtts|wss):/i.test(section.url)) {
      for (const setting of ['ca', 'clientCertificate', 'serverName'] as const) {
        if (section[setting] !== undefined) complain(setting, 'needs a url with mqtts:// or wss://');
      }
    }
    if (section.password !== undefined && section.user === undefined) {
      complain('user', 'a password needs a user');
    }
    const topics = Object.values(section.topics ?? {});
    if (topics.filter((topic) => topic === section.topics?.availability).length > 1) {
      complain('topics', 'availability must have a topic of its own');
    }
  }, whenObject);
export type MqttSection = z.output<typeof MqttSection>;

function hasUserInfo(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.username + parsed.password !== '';
}
