/**
 * What of a Butler file is read, and with which types. Everything may be left out; what must be there is told where it
 * is used.
 *
 * Source: the reference page of Butler 16, "Config file", and its template.
 */
import * as z from 'zod';
import {
  frequency,
  host,
  interval,
  milliseconds,
  onOff,
  option,
  others,
  port,
  seconds,
  yesNo,
} from './values.ts';

const tags = z
  .strictObject({
    static: z
      .array(
        z.strictObject({
          name: option,
          // Butler takes texts only, but a year or a number without quotes is no reason to refuse a file.
          value: z.union([z.string(), z.number(), z.boolean()]).optional(),
        }),
      )
      .optional(),
  })
  .optional();
export type Tags = z.output<typeof tags>;

const threshold = z.int().min(0).max(3650);

const licenseMonitor = z
  .strictObject({
    enable: yesNo,
    frequency,
    alert: z
      .strictObject({ thresholdDays: z.union([threshold, z.array(threshold).min(1).max(50)]).optional() })
      .optional(),
    destination: z
      .strictObject({
        influxDb: z
          .strictObject({ enable: yesNo, sendRecurring: onOff, sendAlert: onOff, tag: tags })
          .optional(),
        mqtt: z.strictObject({ enable: yesNo, sendRecurring: onOff, sendAlert: onOff }).optional(),
        webhook: z.strictObject({ enable: yesNo, sendRecurring: onOff, sendAlert: onOff }).optional(),
      })
      .optional(),
  })
  .optional();

const versionMonitor = z
  .strictObject({
    enable: yesNo,
    frequency,
    host: host.optional(),
    rejectUnauthorized: yesNo,
    destination: z
      .strictObject({ influxDb: z.strictObject({ enable: yesNo, tag: tags }).optional() })
      .optional(),
  })
  .optional();

const login = z.strictObject({ enable: yesNo, username: option, password: option }).optional();
const retention = z
  .strictObject({
    name: option.describe('Name of the retention policy of a new database.'),
    duration: option.describe('How long the retention policy keeps points, as 10d.'),
  })
  .optional();

const influxDb = z
  .strictObject({
    enable: yesNo,
    hostIP: host.optional().describe('Name or address of the InfluxDB server.'),
    hostPort: port,
    version: z.literal([1, 2, 3]).optional(),
    v1Config: z.strictObject({ auth: login, dbName: option, retentionPolicy: retention }).optional(),
    v2Config: z
      .strictObject({
        org: option.describe('Name of the organization.'),
        bucket: option.describe('Name of the bucket.'),
        token: option.describe('Token that may write to the bucket.'),
        ...others('description', 'retentionDuration'),
      })
      .optional(),
    v3Config: z
      .strictObject({
        database: option.describe('Name of the database.'),
        token: option,
        writeTimeout: milliseconds,
        ...others('description', 'retentionDuration', 'queryTimeout'),
      })
      .optional(),
    tag: tags,
    // Where files from before version 2 and 3 were possible keep the settings of version 1.
    auth: login,
    dbName: option,
    retentionPolicy: retention,
    ...others('reloadTaskFailure', 'reloadTaskSuccess', 'userSyncTaskSuccess', 'userSyncTaskFailure'),
    ...others('externalProgramTaskSuccess', 'externalProgramTaskFailure'),
    ...others('distributeTaskSuccess', 'distributeTaskFailure', 'preloadTaskSuccess', 'preloadTaskFailure'),
  })
  .optional();

const mqttConfig = z
  .strictObject({
    enable: yesNo,
    brokerHost: host.optional().describe('Name or address of the MQTT broker.'),
    brokerPort: port,
    azureEventGrid: z
      .strictObject({
        enable: yesNo,
        clientId: option.describe('The client id; also the name to log in with.'),
        clientCertFile: option.describe('File with the client certificate.'),
        clientKeyFile: option.describe('File with its private key.'),
      })
      .optional(),
    qlikSenseServerLicenseTopic: option,
    qlikSenseServerLicenseExpireTopic: option,
    ...others('taskFailureSendFull', 'taskAbortedSendFull', 'subscriptionRootTopic', 'taskStartTopic'),
    ...others('taskFailureTopic', 'taskFailureFullTopic', 'taskFailureServerStatusTopic'),
    ...others('taskAbortedTopic', 'taskAbortedFullTopic', 'serviceRunningTopic', 'serviceStoppedTopic'),
    ...others('serviceStatusTopic', 'qlikSenseCloud'),
  })
  .optional();

const webhook = z.strictObject({
  description: z.string().optional(),
  webhookURL: option.describe('Where to send.'),
  httpMethod: z
    .string()
    .transform((method) => method.trim().toUpperCase())
    .pipe(z.enum(['GET', 'POST', 'PUT']))
    .optional(),
  cert: z.strictObject({ enable: yesNo, rejectUnauthorized: yesNo, certCA: option }).optional(),
});
const webhooks = z
  .strictObject({ rateLimit: seconds, webhooks: z.array(webhook).max(400).optional() })
  .optional();
export type WebhookList = z.output<typeof webhooks>;

const headers = z
  .strictObject({
    static: z.array(z.strictObject({ name: option, value: z.string().optional() })).optional(),
  })
  .optional();

/** The part of a Butler file below `Butler` that is read, and in use. */
export const ButlerSettings = z.strictObject({
  logLevel: z
    .string()
    .transform((level) => level.trim().toLowerCase())
    .pipe(z.enum(['error', 'warn', 'info', 'verbose', 'debug', 'silly']))
    .optional(),
  heartbeat: z
    .strictObject({
      enable: yesNo,
      remoteURL: option.describe('The address to call.'),
      frequency: interval,
    })
    .optional(),
  dockerHealthCheck: z.strictObject({ enable: yesNo, port }).optional(),
  qlikSenseLicense: z
    .strictObject({ serverLicenseMonitor: licenseMonitor, ...others('licenseMonitor', 'licenseRelease') })
    .optional(),
  qlikSenseVersion: z.strictObject({ versionMonitor }).optional(),
  influxDb,
  mqttConfig,
  webhookNotification: z
    .strictObject({
      enable: yesNo,
      qlikSenseServerLicenseMonitor: webhooks,
      qlikSenseServerLicenseExpiryAlert: webhooks,
      ...others('reloadTaskFailure', 'reloadTaskAborted', 'serviceMonitor'),
    })
    .optional(),
  cert: z
    .strictObject({
      clientCert: option.describe('File with the client certificate.'),
      clientCertKey: option.describe('File with its private key.'),
      clientCertCA: option.describe('File with the root certificate of the site.'),
    })
    .optional(),
  configQRS: z
    .strictObject({
      authentication: z.literal('certificates', 'only certificates are possible here').optional(),
      host: host.optional().describe('Name or address of the machine with the repository service.'),
      port,
      useSSL: z.literal(true, 'the repository service is only asked over TLS').optional(),
      rejectUnauthorized: yesNo,
      headers,
    })
    .optional(),
});
export type ButlerSettings = z.output<typeof ButlerSettings>;
