import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { describeHttpDestination, testTools } from '../../../../test/contracts/http-destination.ts';
import { startHttpReceiver } from '../../../../test/fakes/http-receiver.ts';
import {
  type InfluxdbRecorderSettings,
  startInfluxdbRecorder,
} from '../../../../test/fakes/influxdb-recorder.ts';
import { builtAt, statusMessage } from '../../../../test/fakes/messages.ts';
import { influxdb } from './index.ts';

const section = (settings: object) =>
  influxdb.section.parse({ kind: 'influxdb', name: 'metrics', ...settings });
const soon = () => AbortSignal.timeout(10_000);
const accepted = { kind: 'accepted' };

const messageAt = (n: number, fields: Record<string, number | string> = { days_until_expiry: n }) =>
  statusMessage({
    id: `m-${n}`,
    points: [{ measurement: 'qlik_sense_server_license', tags: { site: 'prod' }, fields, at: builtAt + n }],
  });

const deferredHere = [[404, 'an operator can create the database or correct the address']] as const;

describe('version 1', () => {
  describeHttpDestination('influxdb', {
    open: (url, password, tools) =>
      influxdb.open(section({ version: 1, url, database: 'd', user: 'user', password }), tools),
    deferredHere,
  });
});
describe('version 2', () => {
  describeHttpDestination('influxdb', {
    open: (url, token, tools) =>
      influxdb.open(section({ version: 2, url, org: 'o', bucket: 'b', token }), tools),
    deferredHere,
  });
});
describe('version 3', () => {
  describeHttpDestination('influxdb', {
    open: (url, token, tools) => influxdb.open(section({ version: 3, url, database: 'd', token }), tools),
    deferredHere,
  });
});

describe.each([
  {
    server: { version: 2, token: 't0ken', org: 'my org', bucket: 'b' } as const,
    settings: { version: 2, token: 't0ken', org: 'my org', bucket: 'b' },
  },
  {
    server: { version: 3, token: 't0ken', bucket: 'my db' } as const,
    settings: { version: 3, token: 't0ken', database: 'my db' },
  },
])('version $server.version as its vendor documents it', ({ server, settings }) => {
  const start = async (rules: Partial<InfluxdbRecorderSettings> = {}, changed: object = {}) => {
    const recorder = await startInfluxdbRecorder({ ...server, ...rules });
    onTestFinished(() => recorder.stop());
    const destination = await influxdb.open(
      section({ url: recorder.url, ...settings, ...changed }),
      testTools(),
    );
    onTestFinished(() => destination.close());
    return { recorder, destination };
  };

  it('is written to as it asks, many messages in one request', async () => {
    const { recorder, destination } = await start();
    expect(await destination.deliver([messageAt(1), messageAt(2)], soon())).toEqual([accepted, accepted]);
    expect(recorder.received).toHaveLength(1);
    expect(recorder.lines).toEqual([
      `qlik_sense_server_license,site=prod days_until_expiry=1 ${builtAt + 1}`,
      `qlik_sense_server_license,site=prod days_until_expiry=2 ${builtAt + 2}`,
    ]);
  });

  it('gets large bodies compressed when that is asked for, and small ones as they are', async () => {
    const { recorder, destination } = await start({}, { gzip: true });
    const many = Array.from({ length: 100 }, (_, n) => messageAt(n));
    await destination.deliver(many, soon());
    await destination.deliver([messageAt(200)], soon());
    expect(recorder.received.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined]);
    expect(recorder.lines).toHaveLength(101);
  });

  it('keeps all but the messages that it refuses, and says why those are refused', async () => {
    const { recorder, destination } = await start({ refuses: /state=/ });
    const messages = Array.from({ length: 40 }, (_, n) =>
      messageAt(n, n % 13 === 5 ? { state: n } : { ok: n }),
    );
    const outcomes = await destination.deliver(messages, soon());
    expect(outcomes.flatMap(({ kind }, n) => (kind === 'rejected' ? [n] : []))).toEqual([5, 18, 31]);
    expect(outcomes[5]).toMatchObject({ reason: 'refused', detail: expect.stringContaining('another type') });
    expect(recorder.lines).toHaveLength(37);
  });

  it('gets a batch that is too large in smaller parts', async () => {
    const { recorder, destination } = await start({ maxBytes: 500 });
    const messages = Array.from({ length: 30 }, (_, n) => messageAt(n));
    expect(await destination.deliver(messages, soon())).toEqual(messages.map(() => accepted));
    expect(recorder.lines).toHaveLength(30);
  });

  it('leaves the rest of a batch for later once a part of it has to wait', async () => {
    const { recorder, destination } = await start({ refuses: /state=/ });
    recorder.answerNext({ status: 413 }, { status: 204 }, { status: 503, headers: { 'retry-after': '7' } });
    const messages = [messageAt(1), messageAt(2), messageAt(3), messageAt(4)];
    const waiting = { kind: 'deferred', reason: 'server-error', retryAfterMs: 7000 };
    expect(await destination.deliver(messages, soon())).toMatchObject([accepted, accepted, waiting, waiting]);
    expect(recorder.received).toHaveLength(3);
  });

  it('makes messages wait while bucket or token are not there', async () => {
    const missing = await start({ bucket: 'other' });
    expect(await missing.destination.deliver([messageAt(1)], soon())).toMatchObject([
      { kind: 'deferred', reason: 'refused', detail: expect.stringContaining('bucket not found') },
    ]);
    const locked = await start({ token: 'other' });
    expect(await locked.destination.deliver([messageAt(1)], soon())).toMatchObject([
      { kind: 'deferred', reason: 'unauthorized' },
    ]);
  });
});

it('accepts a message without a point, and sends nothing for it', async () => {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  const settings = section({ version: 3, url: receiver.url, database: 'd' });
  const destination = await influxdb.open(settings, testTools());
  onTestFinished(() => destination.close());
  const empty = statusMessage({ points: [] });

  expect(await destination.deliver([empty], soon())).toEqual([accepted]);
  expect(receiver.received).toHaveLength(0);

  receiver.answer({ status: 503 });
  const outcomes = await destination.deliver([empty, messageAt(1), empty], soon());
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'deferred', 'deferred']);

  receiver.answer({ status: 400 });
  const refused = await destination.deliver([messageAt(1), empty], soon());
  expect(refused.map(({ kind }) => kind)).toEqual(['rejected', 'accepted']);
});

it('says who it is, and authorizes itself only where it has something to do it with', async () => {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  const destination = await influxdb.open(
    section({ version: 3, url: receiver.url, database: 'd' }),
    testTools(),
  );
  onTestFinished(() => destination.close());
  await destination.deliver([messageAt(1)], soon());
  expect(receiver.received[0]!.headers['user-agent']).toBe('license-sentinel');
  expect(receiver.received[0]!.headers).not.toHaveProperty('authorization');
});

it('keeps its token out of an outcome even when the server hides it in the escapes of JSON', async () => {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  receiver.answer({ status: 400, body: '{"error":"no \\u0073\\u0065cret&1 here"}' });
  const settings = section({ version: 3, url: receiver.url, database: 'd', token: 'secret&1' });
  const destination = await influxdb.open(settings, testTools());
  onTestFinished(() => destination.close());
  expect(await destination.deliver([messageAt(1)], soon())).toMatchObject([
    { detail: 'HTTP 400: no *** here' },
  ]);
});

it('keeps the path in front of the API, as behind a reverse proxy', async () => {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  const settings = {
    version: 1,
    url: `${receiver.url}/influx`,
    database: 'a b',
    retentionPolicy: 'two years',
  };
  const destination = await influxdb.open(section(settings), testTools());
  onTestFinished(() => destination.close());
  await destination.deliver([messageAt(1)], soon());
  expect(receiver.received[0]!.path).toBe('/influx/write?db=a+b&precision=ms&rp=two+years');
});

it.each([
  [{ version: 4 }, 'version'],
  [{ version: 1, url: 'http://me:pw@h', database: 'd' }, 'settings of their own'],
  [{ version: 1, url: 'http://h', database: 'd', user: 'u' }, 'or neither'],
  [{ version: 1, url: 'http://h', database: 'a/b' }, 'neither /'],
  [{ version: 1, url: 'http://h', database: 'd', retentionDuration: '10d' }, 'needs retentionPolicy'],
  [
    { version: 1, url: 'http://h', database: 'd', retentionPolicy: 'a', retentionDuration: '10 days' },
    'as InfluxQL has it',
  ],
  [
    {
      version: 1,
      url: 'http://h',
      database: 'd',
      retentionPolicy: 'a',
      retentionDuration: '1d',
      createDatabase: false,
    },
    'no effect',
  ],
  [{ version: 1, url: 'http://h', database: 'd', defaultRetentionPolicy: 'a' }, 'needs retentionDuration'],
  [
    {
      version: 1,
      url: 'http://h',
      database: 'd',
      retentionPolicy: 'a',
      defaultRetentionPolicy: 'a',
      retentionDuration: '1d',
    },
    'write to that one',
  ],
  [{ version: 2, url: 'http://h', database: 'd', token: 't' }, 'bucket'],
  [{ version: 3, url: 'http://h', database: 'd', tags: { time: 'x' } }, 'for itself'],
])('refuses %j and says why', (settings, words) => {
  const { error } = influxdb.section.safeParse({ kind: 'influxdb', name: 'm', ...settings });
  expect(JSON.stringify(error?.issues)).toContain(words);
});

it('can read the samples of its README', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const samples = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, sample]) => parse(sample!));
  expect(samples.map(({ version }) => version)).toEqual(expect.arrayContaining([1, 2, 3]));
  for (const sample of samples) expect(influxdb.section.safeParse(sample).error).toBeUndefined();
});
