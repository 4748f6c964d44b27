/** What differs between the write APIs of InfluxDB 1, 2 and 3. Pure. */
import { Secret } from '../../../platform/secret.ts';
import type { InfluxdbSection } from './section.ts';

export interface WriteApi {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly secrets: readonly Secret[];
  /** How to create what is missing; a request that is undefined is one that the operator has to make. */
  readonly create: {
    readonly database: CreateRequest | undefined;
    readonly retentionPolicy: CreateRequest | undefined;
  };
}

export interface CreateRequest {
  /** For people: what is missing. */
  readonly what: string;
  readonly url: URL;
  readonly body: string;
}

const createsNothing: WriteApi['create'] = { database: undefined, retentionPolicy: undefined };

/**
 * Version 1: https://docs.influxdata.com/influxdb/v1/tools/api/#write-http-endpoint
 * Version 2: https://docs.influxdata.com/influxdb/v2/api/#operation/PostWrite
 * Version 3: https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/
 */
export function writeApiOf(config: InfluxdbSection): WriteApi {
  switch (config.version) {
    case 1: {
      const { database, retentionPolicy, user, password } = config;
      const login = user === undefined || password === undefined ? undefined : `${user}:${password.reveal()}`;
      return {
        url: endpoint(config.url, 'write', {
          db: database,
          precision: 'ms',
          ...(retentionPolicy !== undefined && { rp: retentionPolicy }),
        }),
        authorization: login && `Basic ${Buffer.from(login).toString('base64')}`,
        secrets: login && password ? [password, new Secret(login)] : [],
        create: config.createDatabase ? createStatements(config) : createsNothing,
      };
    }
    case 2:
      return {
        url: endpoint(config.url, 'api/v2/write', {
          org: config.org,
          bucket: config.bucket,
          precision: 'ms',
        }),
        authorization: `Token ${config.token.reveal()}`,
        secrets: [config.token],
        create: createsNothing,
      };
    case 3:
      return {
        url: endpoint(config.url, 'api/v3/write_lp', { db: config.database, precision: 'millisecond' }),
        authorization: config.token && `Bearer ${config.token.reveal()}`,
        secrets: config.token ? [config.token] : [],
        create: createsNothing,
      };
  }
}

/**
 * The policy becomes the default of a database that is created with it, as readers who name no policy expect. In a
 * database that was there before it does not: that would hide what others have written, and shorten how long it is kept.
 * Only a database that has no default at all gets `defaultRetentionPolicy` for one.
 */
function createStatements(config: Extract<InfluxdbSection, { version: 1 }>): WriteApi['create'] {
  const { url, retentionPolicy, defaultRetentionPolicy, retentionDuration } = config;
  const database = quotedIdentifier(config.database);
  const request = (what: string, q: string): CreateRequest => ({
    what,
    url: endpoint(url, 'query', {}),
    body: new URLSearchParams({ q }).toString(),
  });
  const createDatabase = `CREATE DATABASE ${database}`;
  const name = retentionPolicy ?? defaultRetentionPolicy;
  if (name === undefined || retentionDuration === undefined) {
    return { database: request('database', createDatabase), retentionPolicy: undefined };
  }
  const policy = quotedIdentifier(name);
  const createPolicy = `CREATE RETENTION POLICY ${policy} ON ${database} DURATION ${retentionDuration} REPLICATION 1`;
  const createDefault = `${createPolicy} DEFAULT`;
  return {
    database: request('database', `${createDatabase}; ${createDefault}`),
    retentionPolicy: request(
      'retention policy',
      retentionPolicy === undefined ? createDefault : createPolicy,
    ),
  };
}

function endpoint(base: string, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(path, base.endsWith('/') ? base : `${base}/`);
  url.search = new URLSearchParams(query).toString();
  return url;
}

/** InfluxQL, section "Identifiers": double quotes, with backslash as the escape. */
function quotedIdentifier(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/**
 * What the server says about a failure, out of the JSON of its version (`error`, `message`, or version 3's list of
 * lines), or else the text as it is.
 */
export function serverWords(reply: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(reply);
  } catch {
    return reply;
  }
  if (typeof parsed !== 'object' || parsed === null) return reply;
  const { error, message, data, results } = parsed as Record<string, unknown>;
  const [firstLine] = Array.isArray(data) ? (data as unknown[]) : [data];
  const failed = Array.isArray(results) ? (results as unknown[]).map((one) => textIn(one, 'error')) : [];
  const words = [error, message, textIn(firstLine, 'error_message'), ...failed];
  const said = words.filter((word) => typeof word === 'string' && word !== '').join(': ');
  return said === '' ? reply : said;
}

function textIn(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
