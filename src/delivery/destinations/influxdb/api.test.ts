import { describe, expect, it } from 'vitest';
import { serverWords, writeApiOf } from './api.ts';
import { influxdb } from './index.ts';

const apiOf = (settings: object) =>
  writeApiOf(
    influxdb.section.parse({ kind: 'influxdb', name: 'metrics', url: 'http://influx:8086', ...settings }),
  );
const secretsOf = (settings: object) => apiOf(settings).secrets.map((secret) => secret.reveal());
/** The query that a request to create something posts. */
const queryOf = (request: { readonly body: string } | undefined) =>
  request && new URLSearchParams(request.body).get('q');

describe('version 1', () => {
  const settings = { version: 1, database: 'my db' };

  it('writes to its database, in milliseconds, without a login where there is none', () => {
    const api = apiOf(settings);
    expect(api.url.href).toBe('http://influx:8086/write?db=my+db&precision=ms');
    expect(api.authorization).toBeUndefined();
    expect(api.secrets).toEqual([]);
  });

  it('logs in with user and password, which are kept secret alone and together', () => {
    const login = { ...settings, user: 'me', password: 'p:ss' };
    expect(apiOf(login).authorization).toBe(`Basic ${Buffer.from('me:p:ss').toString('base64')}`);
    expect(secretsOf(login)).toEqual(['p:ss', 'me:p:ss']);
  });

  it('writes to the retention policy that is named', () => {
    expect(apiOf({ ...settings, retentionPolicy: 'year' }).url.search).toBe('?db=my+db&precision=ms&rp=year');
  });

  it.each(['http://influx:8086/behind/proxy', 'http://influx:8086/behind/proxy/'])(
    'keeps the path in front of it: %s',
    (url) => {
      expect(apiOf({ ...settings, url }).url.href).toBe(
        'http://influx:8086/behind/proxy/write?db=my+db&precision=ms',
      );
    },
  );
});

describe('where version 1 lacks the database or the retention policy', () => {
  const settings = { version: 1, database: 'd', createDatabase: true };

  it('creates nothing unless asked to', () => {
    expect(apiOf({ version: 1, database: 'd', createDatabase: false }).create).toEqual({
      database: undefined,
      retentionPolicy: undefined,
    });
  });

  it('creates the database alone, without a policy that nobody asked for', () => {
    const { create } = apiOf(settings);
    expect(create.database).toMatchObject({ what: 'database' });
    expect(create.database?.url.href).toBe('http://influx:8086/query');
    expect(queryOf(create.database)).toBe('CREATE DATABASE "d"');
    expect(create.retentionPolicy).toBeUndefined();
  });

  it('creates a named policy: as the default of a new database, and beside the default of one that was there', () => {
    const { create } = apiOf({ ...settings, retentionPolicy: 'year', retentionDuration: '52w' });
    expect(queryOf(create.database)).toBe(
      'CREATE DATABASE "d"; CREATE RETENTION POLICY "year" ON "d" DURATION 52w REPLICATION 1 DEFAULT',
    );
    expect(create.database).toMatchObject({ what: 'database' });
    expect(create.retentionPolicy).toMatchObject({ what: 'retention policy' });
    expect(queryOf(create.retentionPolicy)).toBe(
      'CREATE RETENTION POLICY "year" ON "d" DURATION 52w REPLICATION 1',
    );
  });

  it('creates a default policy as the default, also in a database that has none', () => {
    const { create } = apiOf({ ...settings, defaultRetentionPolicy: 'days', retentionDuration: '10d' });
    const policy = 'CREATE RETENTION POLICY "days" ON "d" DURATION 10d REPLICATION 1 DEFAULT';
    expect(queryOf(create.database)).toBe(`CREATE DATABASE "d"; ${policy}`);
    expect(queryOf(create.retentionPolicy)).toBe(policy);
  });

  it('quotes names, so that none can be more than a name', () => {
    const { create } = apiOf({
      ...settings,
      database: 'd"e',
      retentionPolicy: 'a"b\\c\nd',
      retentionDuration: 'INF',
    });
    expect(queryOf(create.retentionPolicy)).toBe(
      'CREATE RETENTION POLICY "a\\"b\\\\c\\nd" ON "d\\"e" DURATION INF REPLICATION 1',
    );
  });
});

describe('versions 2 and 3', () => {
  it('version 2 writes to a bucket of an organization, with its token, and creates nothing', () => {
    const settings = { version: 2, org: 'my org', bucket: 'b', token: 't0ken' };
    const api = apiOf(settings);
    expect(api.url.href).toBe('http://influx:8086/api/v2/write?org=my+org&bucket=b&precision=ms');
    expect(api.authorization).toBe('Token t0ken');
    expect(secretsOf(settings)).toEqual(['t0ken']);
    expect(api.create).toEqual({ database: undefined, retentionPolicy: undefined });
  });

  it('version 3 writes to a database, with a token or without', () => {
    const settings = { version: 3, database: 'd' };
    expect(apiOf(settings).url.href).toBe('http://influx:8086/api/v3/write_lp?db=d&precision=millisecond');
    expect(apiOf(settings).authorization).toBeUndefined();
    expect(apiOf(settings).secrets).toEqual([]);
    expect(apiOf({ ...settings, token: 't0ken' }).authorization).toBe('Bearer t0ken');
    expect(secretsOf({ ...settings, token: 't0ken' })).toEqual(['t0ken']);
    expect(apiOf(settings).create).toEqual({ database: undefined, retentionPolicy: undefined });
  });
});

describe("the server's words about a failure", () => {
  it.each([
    ['version 1', '{"error":"database not found: \\"d\\""}', 'database not found: "d"'],
    ['version 2', '{"code":"invalid","message":"unable to parse"}', 'unable to parse'],
    [
      'version 3, of its first line',
      '{"error":"partial write","data":[{"error_message":"line 1"},{"error_message":"line 2"}]}',
      'partial write: line 1',
    ],
    [
      'version 3, of a single line',
      '{"error":"partial write","data":{"error_message":"it"}}',
      'partial write: it',
    ],
    ['a query of version 1', '{"results":[{"error":"no such user"},null,{"error":""}]}', 'no such user'],
    ['an empty error and a message', '{"error":"","message":"said"}', 'said'],
    ['no words that are texts', '{"error":7}', '{"error":7}'],
    ['no JSON', '<html>502</html>', '<html>502</html>'],
    ['JSON that is a text', '"no"', '"no"'],
    ['JSON that is nothing', 'null', 'null'],
    ['nothing', '', ''],
  ])('%s', (_version, reply, words) => {
    expect(serverWords(reply)).toBe(words);
  });
});
