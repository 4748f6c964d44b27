import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { testTools } from '../../../../test/contracts/http-destination.ts';
import { alertMessage, builtAt, statusMessage } from '../../../../test/fakes/messages.ts';
import { describeWith } from '../../../../test/servers/describe-with.ts';
import { type Influxd, startInfluxd } from '../../../../test/servers/influxd.ts';
import { startVictoriaMetrics } from '../../../../test/servers/victoria-metrics.ts';
import { pointOfAlert, pointOfCheck } from '../../../license/points.ts';
import type { Message } from '../../../store/message.ts';
import { influxdb } from './index.ts';

const soon = () => AbortSignal.timeout(15_000);
const accepted = { kind: 'accepted' };

const checkPoint = (at = builtAt, tags: Record<string, string> = {}) =>
  pointOfCheck({
    site: 'prod',
    tags,
    at,
    reachable: true,
    license: {
      state: 'valid',
      expired: false,
      endDate: '2026-12-24',
      daysLeft: 30,
      readingAgeSeconds: 0,
      acknowledged: false,
    },
  });

describeWith(['influxd'], 'InfluxDB 1 with https and users', () => {
  const auth = { user: 'admin', password: 'pa$s w0rd' };
  let server: Influxd;
  beforeAll(async () => {
    server = await startInfluxd({ auth, https: true });
  });
  afterAll(() => server.remove());

  const open = async (settings: object) => {
    const section = influxdb.section.parse({
      kind: 'influxdb',
      version: 1,
      name: 'metrics',
      url: server.url,
      ...auth,
      ca: server.caPath,
      ...settings,
    });
    const destination = await influxdb.open(section, testTools());
    onTestFinished(() => destination.close());
    return destination;
  };
  const deliver = async (settings: object, ...messages: Message[]) =>
    (await open(settings)).deliver(messages, soon());

  it('creates the database when it is missing, whatever its name', async () => {
    const name = 'my "own" db, é; DROP DATABASE "x';
    expect(await deliver({ database: name }, statusMessage())).toEqual([accepted]);
    const [databases] = await server.query('SHOW DATABASES');
    expect(databases!.values.flat()).toContain(name);
  });

  it('waits for an operator where it may not create the database', async () => {
    const [outcome] = await deliver({ database: 'absent', createDatabase: false }, statusMessage());
    expect(outcome).toMatchObject({ kind: 'deferred', reason: 'refused' });
    expect(outcome).toHaveProperty('detail', expect.stringContaining('database not found'));
  });

  it('waits when the user may not create the database, and says so', async () => {
    await server.query(`CREATE USER "writer" WITH PASSWORD 'writer'`);
    const settings = { database: 'absent', user: 'writer', password: 'writer' };
    expect(await deliver(settings, statusMessage())).toMatchObject([{ kind: 'deferred' }]);
  });

  it('waits while the password is wrong, without showing it', async () => {
    const [outcome] = await deliver({ database: 'd', password: 'wr0ng!pass' }, statusMessage());
    expect(outcome).toMatchObject({ kind: 'deferred', reason: 'unauthorized' });
    expect(JSON.stringify(outcome)).not.toContain('wr0ng');
  });

  it('waits while the certificate is not trusted', async () => {
    expect(await deliver({ database: 'd', ca: undefined }, statusMessage())).toMatchObject([
      { kind: 'deferred', reason: 'tls' },
    ]);
  });

  it('writes each field with the type that Butler gives it', async () => {
    const database = 'types';
    await deliver({ database }, statusMessage({ points: [checkPoint()] }));
    const [fields] = await server.query('SHOW FIELD KEYS', database);
    expect(Object.fromEntries(fields!.values as [string, string][])).toEqual({
      acknowledged: 'boolean',
      days_until_expiry: 'float',
      expiry_date: 'string',
      expiry_timestamp: 'float',
      license_expired: 'boolean',
      reachable: 'boolean',
      reading_age_seconds: 'float',
      state: 'string',
    });
  });

  it('writes beside what Butler wrote, without a conflict of types', async () => {
    const database = 'butler';
    await server.query(`CREATE DATABASE ${database}`);
    const recorded = [
      'qlik_sense_server_license,env=lab,foo=bar days_until_expiry=30,expiry_date="2026-12-24",license_expired=false',
      'qlik_sense_server_license,env=lab,foo=bar days_until_expiry=30,expiry_date="2026-12-24",license_expired=F 1795493319035736308',
    ];
    for (const line of recorded) expect(await server.write(line, `db=${database}&precision=n&rp=`)).toBe(204);

    const tags = { env: 'lab', foo: 'bar' };
    expect(await deliver({ database }, statusMessage({ points: [checkPoint(builtAt, tags)] }))).toEqual([
      accepted,
    ]);
    const [series] = await server.query(
      'SELECT days_until_expiry, site FROM qlik_sense_server_license',
      database,
    );
    expect(series!.values.map(([, days]) => days)).toEqual([30, 30, 30]);
  });

  it('overwrites when a message comes again', async () => {
    const database = 'repeats';
    const alert = pointOfAlert({
      site: 'prod',
      tags: {},
      at: builtAt,
      id: 'alert-1',
      kind: 'expiring',
      severity: 'warning',
      title: 'a "quoted" \\ title\nof two lines, with é = 1',
      daysLeft: 30,
      rung: 30,
    });
    const messages = [statusMessage({ points: [checkPoint()] }), alertMessage({ points: [alert] })];
    for (let time = 0; time < 3; time += 1) {
      expect(await deliver({ database }, ...messages)).toEqual([accepted, accepted]);
    }
    const [status] = await server.query('SELECT * FROM qlik_sense_server_license', database);
    expect(status!.values).toHaveLength(1);
    const [alerts] = await server.query('SELECT title FROM qlik_sense_server_license_alert', database);
    expect(alerts!.values).toEqual([[builtAt, 'a "quoted" \\ title\\nof two lines, with é = 1']]);
  });

  it('brings any tag value back as it was, but for line breaks and backslashes at the end', async () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      ',',
      '=',
      '"',
      "'",
      '\\',
      '\\,',
      '\n',
      '\t',
      'é',
      '漢',
      '🦄',
      '#',
      '{',
    );
    const values = fc.sample(fc.string({ unit: piece, minLength: 1, maxLength: 8 }), {
      numRuns: 300,
      seed: 7,
    });
    const points = values.map((value, n) => checkPoint(builtAt + n, { nasty: value, after: 'x' }));
    const outcomes = await deliver(
      { database: 'tags' },
      ...points.map((point) => statusMessage({ points: [point] })),
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']));

    const [series] = await server.query('SELECT nasty, after, state FROM qlik_sense_server_license', 'tags');
    const expected = values.map((value) =>
      value.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replace(/\\+$/, ''),
    );
    expect(series!.values.map(([, nasty]) => nasty ?? '')).toEqual(expected);
    expect(new Set(series!.values.map(([, , after]) => after))).toEqual(new Set(['x']));
  });

  it('takes the largest and the smallest numbers', async () => {
    const numbers = [0, -0, -3, 0.1, 1e21, -1e21, 1e-7, Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53];
    const points = numbers.map((n, i) => ({
      measurement: 'm',
      tags: {},
      fields: { n, other: Number.NaN },
      at: i,
    }));
    expect(await deliver({ database: 'numbers' }, statusMessage({ points }))).toEqual([accepted]);
    const [series] = await server.query('SELECT n FROM m', 'numbers');
    expect(series!.values.map(([, n]) => n)).toEqual(numbers.map((n) => n + 0));
  });

  it('rejects only the messages whose fields have another type there, and writes the rest', async () => {
    const database = 'conflict';
    await deliver({ database }, statusMessage({ points: [checkPoint()] }));
    const messages = Array.from({ length: 50 }, (_, n) => {
      const bad = {
        measurement: 'qlik_sense_server_license',
        tags: {},
        fields: { state: n },
        at: builtAt + 1000 + n,
      };
      return statusMessage({ id: `m-${n}`, points: [n % 20 === 7 ? bad : checkPoint(builtAt + 1000 + n)] });
    });
    const outcomes = await deliver({ database }, ...messages);
    expect(outcomes.flatMap(({ kind }, n) => (kind === 'rejected' ? [n] : []))).toEqual([7, 27, 47]);
    expect(outcomes[7]).toMatchObject({ reason: 'refused', detail: expect.stringContaining('another type') });
    const [count] = await server.query('SELECT COUNT(state) FROM qlik_sense_server_license', database);
    expect(count!.values[0]![1]).toBe(48);
  });

  it('waits for a retention policy that is missing', async () => {
    await server.query('CREATE DATABASE "kept"');
    const [outcome] = await deliver({ database: 'kept', retentionPolicy: 'absent' }, statusMessage());
    expect(outcome).toMatchObject({ kind: 'deferred' });
  });

  it('takes compressed bodies', async () => {
    const messages = Array.from({ length: 100 }, (_, n) => statusMessage({ points: [checkPoint(n)] }));
    const outcomes = await deliver({ database: 'gzip', gzip: true, tags: { env: 'lab' } }, ...messages);
    expect(outcomes).toEqual(messages.map(() => accepted));
    const [count] = await server.query(
      `SELECT COUNT(state) FROM qlik_sense_server_license WHERE env = 'lab'`,
      'gzip',
    );
    expect(count!.values[0]![1]).toBe(100);
  });

  it('waits while the server is stopped, and goes on with the same connection settings when it is back', async () => {
    const destination = await open({ database: 'restart' });
    const message = statusMessage({ points: [checkPoint()] });
    expect(await destination.deliver([message], soon())).toEqual([accepted]);
    await server.stop();
    expect(await destination.deliver([message], soon())).toMatchObject([
      { kind: 'deferred', reason: 'unreachable' },
    ]);
    await server.start();
    expect(await destination.deliver([message], soon())).toEqual([accepted]);
  });
});

describeWith(['victoria-metrics'], 'VictoriaMetrics as InfluxDB 1 and 2', () => {
  it.each([
    { version: 1, database: 'd' },
    { version: 2, org: 'o', bucket: 'b', token: 't0ken' },
  ])('takes what we write as version $version', async (settings) => {
    const server = await startVictoriaMetrics();
    onTestFinished(() => server.remove());
    const section = influxdb.section.parse({ kind: 'influxdb', name: 'm', url: server.url, ...settings });
    const destination = await influxdb.open(section, testTools());
    onTestFinished(() => destination.close());

    const point = checkPoint(builtAt, { nasty: 'a b,c=d' });
    expect(await destination.deliver([statusMessage({ points: [point] })], soon())).toEqual([accepted]);
    const [series] = await server.exported('qlik_sense_server_license_days_until_expiry');
    expect(series).toMatchObject({
      metric: { site: 'prod', nasty: 'a b,c=d' },
      values: [30],
      timestamps: [builtAt],
    });
  });
});
