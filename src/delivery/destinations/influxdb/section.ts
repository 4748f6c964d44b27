/** The section of an InfluxDB destination in the configuration file: one shape for each version of its API. */
import * as z from 'zod';
import { SecretText } from '../../../platform/secret-text.ts';
import { whenObject } from '../../../platform/when-object.ts';
import { commonSettings } from '../../common-section.ts';
import { HeaderSecret, HttpUrl, httpSettings } from '../../http-settings.ts';

const TagName = z
  .string()
  .min(1)
  .regex(/^(?!_)(?!time$)/, 'InfluxDB keeps the name "time" and names that begin with _ for itself');

const shared = {
  ...commonSettings,
  kind: z.literal('influxdb'),
  url: HttpUrl.refine((text) => !text.includes('@') && !text.includes('?'), {
    error:
      'write only the address of the server; user, password, token and database have settings of their own',
  }).describe(
    'Address of the server, as http://influx.example.com:8086. A path in front of the API is kept.',
  ),
  ...httpSettings,
  gzip: z.boolean().default(true).describe('Compress bodies above 1 KiB, as a backlog is.'),
  tags: z.record(TagName, z.string()).default({}).describe('Added to every point that has no such tag.'),
  measurementTags: z
    .record(z.string().min(1), z.record(TagName, z.string()))
    .default({})
    .describe('By the name of a measurement: tags for its points alone. They win over `tags`.'),
  siteTag: z
    .boolean()
    .default(true)
    .describe(
      'Tag points with the name of the site. Turn it off to go on with series that have no such tag, for one site only.',
    ),
};

const database = z.string().min(1).max(200);

/** InfluxQL, section "Durations"; `INF` is for ever. The server takes no less than an hour. */
const RetentionDuration = z
  .string()
  .regex(
    /^(?:(?:\d{1,9}(?:ns|u|µ|ms|s|m|h|d|w)){1,9}|INF)$/,
    'write a duration as InfluxQL has it: 10d, 12h, 1w3d, or INF for ever',
  );

const VersionOne = z
  .strictObject({
    ...shared,
    version: z.literal(1).describe('InfluxDB 1.x, and what speaks its API.'),
    database: database
      .regex(/^[^/\\]+$/, 'InfluxDB allows neither / nor \\ in the name of a database')
      .describe('Name of the database.'),
    retentionPolicy: z
      .string()
      .min(1)
      .optional()
      .describe("Write to this retention policy. Default: the database's own default."),
    defaultRetentionPolicy: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Name of the default of a database that is created here. Points go to the database's own default, whichever that is.",
      ),
    retentionDuration: RetentionDuration.optional().describe(
      'Create the retention policy when it is missing, to keep points for this long, as 10d.',
    ),
    createDatabase: z.boolean().default(true).describe('Create the database when it is missing.'),
    user: z.string().min(1).optional().describe('User that may write to the database.'),
    password: SecretText.optional().describe('Password of the user.'),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    error: 'set user and password, or neither',
    path: ['password'],
    ...whenObject,
  })
  .refine(
    ({ retentionDuration, retentionPolicy, defaultRetentionPolicy }) =>
      retentionDuration === undefined || (retentionPolicy ?? defaultRetentionPolicy) !== undefined,
    {
      error: 'needs retentionPolicy or defaultRetentionPolicy, the name of the policy to create',
      path: ['retentionDuration'],
      ...whenObject,
    },
  )
  .refine(
    (section) => section.defaultRetentionPolicy === undefined || section.retentionDuration !== undefined,
    {
      error: 'needs retentionDuration, how long the policy to create keeps points',
      path: ['defaultRetentionPolicy'],
      ...whenObject,
    },
  )
  .refine(
    (section) => section.defaultRetentionPolicy === undefined || section.retentionPolicy === undefined,
    {
      error: 'set retentionPolicy to write to that one, or defaultRetentionPolicy to write to the default',
      path: ['defaultRetentionPolicy'],
      ...whenObject,
    },
  )
  .refine((section) => section.retentionDuration === undefined || section.createDatabase, {
    error: 'has no effect with createDatabase: false, which creates nothing',
    path: ['retentionDuration'],
    ...whenObject,
  });

const VersionTwo = z.strictObject({
  ...shared,
  version: z.literal(2).describe('InfluxDB 2.x and Cloud.'),
  org: z.string().min(1).describe('Name or id of the organization.'),
  bucket: z.string().min(1).describe('Name or id of the bucket. It must exist.'),
  token: HeaderSecret.describe('API token that may write to the bucket.'),
});

const VersionThree = z.strictObject({
  ...shared,
  version: z.literal(3).describe('InfluxDB 3 Core and Enterprise.'),
  database: database.describe('Name of the database. The server creates it with the first write.'),
  token: HeaderSecret.optional().describe('Leave it out for a server that runs without authentication.'),
});

export const InfluxdbSection = z.discriminatedUnion('version', [VersionOne, VersionTwo, VersionThree]);
export type InfluxdbSection = z.output<typeof InfluxdbSection>;
