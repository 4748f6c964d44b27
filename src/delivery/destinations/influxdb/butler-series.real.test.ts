/** A database that Butler has written to, real ones, and what becomes of its series when we write there. */
import { request } from 'undici';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { testTools } from '../../../../test/contracts/http-destination.ts';
import { type alertMessage, builtAt, statusMessage } from '../../../../test/fakes/messages.ts';
import { describeWith } from '../../../../test/servers/describe-with.ts';
import { type Influxd, startInfluxd } from '../../../../test/servers/influxd.ts';
import { startVictoriaMetrics } from '../../../../test/servers/victoria-metrics.ts';
import { pointOfAlert, pointOfCheck } from '../../../license/points.ts';
import { influxdb } from './index.ts';

const accepted = { kind: 'accepted' };

/** As recorded: version 1, version 2 and version 3. The first has no time, so the server gives it its own. */
const recorded = [
  'qlik_sense_server_license,env=lab,foo=bar days_until_expiry=30,expiry_date="2026-12-24",license_expired=false',
  'qlik_sense_server_license,env=lab,foo=bar days_until_expiry=30,expiry_date="2026-12-24",license_expired=F 1795493319035736308',
  'qlik_sense_server_license,env=lab,foo=bar days_until_expiry=30,expiry_date="2026-12-24",license_expired=F 1795493320035736308',
];
const sameTags = {
  siteTag: false,
  tags: { env: 'lab', foo: 'global', empty: '' },
  measurementTags: { qlik_sense_server_license: { foo: 'bar' } },
};

const status = (at: number, endDate: string | null) =>
  statusMessage({
    points: [
      pointOfCheck({
        site: 'prod',
        tags: {},
        at,
        reachable: true,
        license: {
          state: endDate === null ? 'perpetual' : 'expiring',
          expired: false,
          endDate,
          daysLeft: endDate === null ? null : 30,
          readingAgeSeconds: 0,
          acknowledged: false,
        },
      }),
    ],
  });

async function deliver(settings: object, ...messages: Parameters<typeof alertMessage>[0][]) {
  const section = influxdb.section.parse({ kind: 'influxdb', name: 'metrics', version: 1, ...settings });
  const destination = await influxdb.open(section, testTools());
  onTestFinished(() => destination.close());
  return destination.deliver(messages.map(statusMessage), AbortSignal.timeout(15_000));
}

describeWith(['influxd'], 'a real InfluxDB 1 that Butler wrote to', () => {
  let server: Influxd;
  beforeAll(async () => {
    server = await startInfluxd();
  });
  afterAll(() => server.remove());

  const values = async (sql: string, database: string) =>
    (await server.query(sql, database)).flatMap((series) => series.values);

  it('keeps its series, and the types of its fields, without a partial write', async () => {
    const database = 'butler';
    await server.query(`CREATE DATABASE ${database}`);
    for (const line of recorded) expect(await server.write(line, `db=${database}&precision=n&rp=`)).toBe(204);
    const seriesBefore = await values('SHOW SERIES', database);
    const typesBefore = await values('SHOW FIELD KEYS', database);

    const messages = [status(builtAt, '2026-12-24'), status(builtAt + 1, null)];
    expect(await deliver({ url: server.url, database, ...sameTags }, ...messages)).toEqual([
      accepted,
      accepted,
    ]);

    expect(seriesBefore).toEqual([['qlik_sense_server_license,env=lab,foo=bar']]);
    expect(await values('SHOW SERIES', database)).toEqual(seriesBefore);
    expect(typesBefore).toHaveLength(3);
    expect(await values('SHOW FIELD KEYS', database)).toEqual(expect.arrayContaining(typesBefore));
    const days = await values('SELECT days_until_expiry FROM qlik_sense_server_license', database);
    expect(days.map(([, value]) => value)).toEqual([30, 30, 30, 30]);
  });

  it('gets one more series when the points have the tag of the site', async () => {
    const database = 'tagged';
    await server.query(`CREATE DATABASE ${database}`);
    await server.write(recorded[0]!, `db=${database}&precision=n&rp=`);
    await deliver({ url: server.url, database, ...sameTags, siteTag: true }, status(builtAt, '2026-12-24'));
    expect(await values('SHOW SERIES', database)).toHaveLength(2);
  });

  it('has no site in the points of alerts either', async () => {
    const alert = pointOfAlert({
      site: 'prod',
      tags: {},
      at: builtAt,
      id: 'a',
      kind: 'expiring',
      severity: 'warning',
      title: 't',
      daysLeft: 30,
      rung: 30,
    });
    const database = 'alerts';
    await deliver({ url: server.url, database, ...sameTags }, { points: [alert] });
    expect(await values('SHOW SERIES', database)).toEqual([
      ['qlik_sense_server_license_alert,env=lab,foo=global,kind=expiring,severity=warning'],
    ]);
  });

  /** Butler makes its policy only together with the database, and never names one when it writes. */
  const asButler = { defaultRetentionPolicy: '10d', retentionDuration: '10d' };
  const policy = 'CREATE RETENTION POLICY "10d" ON "split" DURATION 10d REPLICATION 1';

  it.each([
    ['has another default than Butler names', ['autogen'], [policy]],
    ['never had the policy that Butler names', ['autogen'], []],
    ['has the policy of Butler for its default', ['10d'], [`${policy} DEFAULT`]],
    ['got another default later', ['longer'], [`${policy} DEFAULT`, policy.replace('"10d"', '"longer"')]],
  ])('goes on in its points when the database %s', async (_, [home], statements) => {
    const database = 'split';
    await server.query(`DROP DATABASE ${database}`);
    await server.query(`CREATE DATABASE ${database}`);
    for (const statement of statements) await server.query(statement);
    if (home === 'longer') await server.query(`ALTER RETENTION POLICY longer ON ${database} DEFAULT`);
    expect(await server.write(recorded[0]!, `db=${database}&precision=n&rp=`)).toBe(204);

    const now = Date.now();
    expect(
      await deliver({ url: server.url, database, ...sameTags, ...asButler }, status(now, '2026-12-24')),
    ).toEqual([accepted]);

    const sql = 'SELECT days_until_expiry FROM qlik_sense_server_license';
    const here = await values(sql.replace('FROM ', `FROM "${home}".`), database);
    expect(here.map(([, days]) => days)).toEqual([30, 30]);
    expect(await values(sql, database)).toEqual(here);
    expect(await values('SHOW SERIES', database)).toHaveLength(1);
  });

  it('gets a default policy when it has none', async () => {
    const database = 'bare';
    await server.query(`CREATE DATABASE ${database}; DROP RETENTION POLICY autogen ON ${database}`);
    const now = Date.now();
    expect(await deliver({ url: server.url, database, ...asButler }, status(now, null))).toEqual([accepted]);
    expect(await policies(database)).toEqual([{ name: '10d', duration: '240h0m0s', isDefault: true }]);
  });

  it('is created with the retention policy for its default, and holds the points there', async () => {
    const database = 'made';
    expect(await deliver({ url: server.url, database, ...asButler }, status(Date.now(), null))).toEqual([
      accepted,
    ]);
    expect(await policies(database)).toContainEqual({ name: '10d', duration: '240h0m0s', isDefault: true });
    expect(await values('SELECT state FROM "10d".qlik_sense_server_license', database)).toHaveLength(1);
  });

  const policies = async (database: string) =>
    (await values(`SHOW RETENTION POLICIES ON "${database}"`, database)).map(
      ([name, duration, , , isDefault]) => ({
        name,
        duration,
        isDefault,
      }),
    );

  it('is created with the retention policy as its default, as Butler does', async () => {
    const settings = { url: server.url, database: 'fresh', retentionPolicy: '10d', retentionDuration: '10d' };
    expect(await deliver(settings, status(builtAt, null))).toEqual([accepted]);
    expect(await policies('fresh')).toContainEqual({ name: '10d', duration: '240h0m0s', isDefault: true });
    expect(await policies('fresh')).toContainEqual({ name: 'autogen', duration: '0s', isDefault: false });
  });

  it('gets a policy that is missing beside its default, so that nothing of others is hidden', async () => {
    await server.query('CREATE DATABASE "others"');
    const settings = {
      url: server.url,
      database: 'others',
      retentionPolicy: 'a "b"',
      retentionDuration: '1w3d',
    };
    expect(await deliver(settings, status(builtAt, null))).toEqual([accepted]);
    expect(await policies('others')).toEqual([
      { name: 'autogen', duration: '0s', isDefault: true },
      { name: 'a "b"', duration: '240h0m0s', isDefault: false },
    ]);
    expect(await values('SELECT state FROM "a \\"b\\"".qlik_sense_server_license', 'others')).toHaveLength(1);
  });

  it('waits with the reason when the policy cannot be created', async () => {
    const settings = { url: server.url, database: 'short', retentionPolicy: 'p', retentionDuration: '1s' };
    expect(await deliver(settings, status(builtAt, null))).toMatchObject([
      { kind: 'deferred', reason: 'refused', detail: expect.stringContaining('retention policy duration') },
    ]);
    expect(await deliver(settings, status(builtAt, null))).toMatchObject([
      {
        kind: 'deferred',
        reason: 'refused',
        detail: expect.stringContaining('the retention policy is missing'),
      },
    ]);
  });

  it('says what to do about a policy that is missing and may not be created', async () => {
    await server.query('CREATE DATABASE "strict"');
    expect(
      await deliver({ url: server.url, database: 'strict', retentionPolicy: 'p' }, status(builtAt, null)),
    ).toMatchObject([{ kind: 'deferred', detail: expect.stringContaining('retentionDuration') }]);
  });
});

describeWith(['victoria-metrics'], 'a real VictoriaMetrics that Butler wrote to', () => {
  it('keeps its series', async () => {
    const server = await startVictoriaMetrics();
    onTestFinished(() => server.remove());
    const written = await request(`${server.url}/write?db=butler&precision=n`, {
      method: 'POST',
      body: recorded.join('\n'),
    });
    expect(written.statusCode).toBe(204);
    const name = 'qlik_sense_server_license_days_until_expiry';
    const before = (await server.exported(name)).map(({ metric }) => metric);

    const settings = {
      url: server.url,
      database: 'butler',
      retentionPolicy: '10d',
      retentionDuration: '10d',
    };
    expect(await deliver({ ...settings, ...sameTags }, status(builtAt, '2026-12-24'))).toEqual([accepted]);

    expect(before).toHaveLength(1);
    const after = await server.exported(name);
    expect(after.map(({ metric }) => metric)).toEqual(before);
    expect(after[0]!.timestamps).toContain(builtAt);
  });
});
