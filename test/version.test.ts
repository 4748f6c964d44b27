/** The Sense version through the whole service: real TLS, the real store, real receivers on this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { type App, startApp } from '../src/app.ts';
import { Config } from '../src/config/config.ts';
import { systemClock } from '../src/platform/clock.ts';
import { silentLogger } from '../src/platform/logger.ts';
import { signedLicense } from '../src/simulator/license-text.ts';
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts';
import { startHttpReceiver } from './fakes/http-receiver.ts';
import { type InfluxdbRecorder, startInfluxdbRecorder } from './fakes/influxdb-recorder.ts';

let simulator: Simulator;
let influx: InfluxdbRecorder;
let webhook: Awaited<ReturnType<typeof startHttpReceiver>>;
let app: App;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'version-'));
  simulator = await startSimulator({ clock: systemClock, license: signedLicense({ endDate: '2099-05-06' }) });
  await simulator.writeCertificates(folder);
  influx = await startInfluxdbRecorder({ version: 2, token: 'token', org: 'ops', bucket: 'qlik' });
  webhook = await startHttpReceiver();
  const { port, versionPort } = simulator;
  const common = { sendRecurring: true, sendAlert: true };
  const config = Config.parse({
    sites: [
      { name: 'prod', host: '127.0.0.1', port, versionPort, certificates: folder, tags: { env: 'test' } },
    ],
    destinations: [
      {
        name: 'metrics',
        kind: 'influxdb',
        version: 2,
        url: influx.url,
        org: 'ops',
        bucket: 'qlik',
        token: 'token',
        ...common,
      },
      { name: 'oncall', kind: 'webhook', url: webhook.url, ...common },
    ],
    store: join(folder, 'sentinel.db'),
  });
  app = await startApp(config, { clock: systemClock, random: () => 0.5, logger: silentLogger });
  onTestFinished(async () => {
    await app.stop();
    await Promise.all([simulator.close(), influx.stop(), webhook.stop()]);
    await rm(folder, { recursive: true });
  });
});

const versionLines = () => influx.lines.filter((line) => line.startsWith('qlik_sense_version,'));
const posted = () => webhook.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
const patience = { timeout: 5_000 };

it('a change reaches the webhook as an alert and InfluxDB as points, and every status shows what is known', async () => {
  await app.checkVersionNow('prod');
  simulator.setVersion({ version: '14.300.1', releaseLabel: 'November 2026', senseId: undefined });
  await app.checkVersionNow('prod');
  await app.checkNow('prod');

  const newest = { kind: 'status', version: '14.300.1', releaseLabel: 'November 2026' };
  await vi.waitFor(() => expect(posted().at(-1)).toMatchObject(newest), patience);
  const changed = posted().filter(({ kind }) => kind === 'version-changed');
  expect(changed).toMatchObject([
    {
      event: 'qlik sense version changed',
      topic: 'alert',
      severity: 'info',
      site: 'prod',
      title: 'prod: Qlik Sense was upgraded from May 2026 Patch 2 (14.254.6) to November 2026 (14.300.1)',
      version: '14.300.1',
      releaseLabel: 'November 2026',
      tags: { env: 'test' },
    },
  ]);
  expect(posted().filter(({ kind }) => kind === 'version')).toEqual([]);

  await vi.waitFor(() => expect(versionLines().length).toBeGreaterThanOrEqual(2), patience);
  const [first, last] = [versionLines()[0]!, versionLines().at(-1)!];
  expect(first).toMatch(/^qlik_sense_version,env=test,site=prod /);
  for (const field of [
    'content_hash="aeec25c539492bd8invented"',
    'copyright_year_range="1993-2026"',
    'deployment_type="QlikSenseServer"',
    'deprecated_product_version="4.0.X"',
    'product_name="Qlik Sense"',
    'release_label="May 2026 Patch 2"',
    'sense_id="qliksenseserver:14.254.6"',
    'version="14.254.6"',
  ]) {
    expect(first).toContain(field);
  }
  expect(last).toContain('release_label="November 2026"');
  expect(last).not.toMatch(/sense_id|undefined|repository_version/);
  expect(influx.lines.some((line) => /_alert,.*kind=version-changed/.test(line))).toBe(true);
});

it('a closed port is no alert and no wrong version: the build of the repository, and the last version known', async () => {
  await app.checkVersionNow('prod');
  await simulator.closeVersionPort();
  simulator.dropConnections();
  await app.checkVersionNow('prod');
  await app.checkNow('prod');

  await vi.waitFor(() => expect(posted().at(-1)).toMatchObject({ version: '14.254.6' }), patience);
  await vi.waitFor(
    () => expect(versionLines().at(-1)).toMatch(/^\S+ repository_version="38\.35\.0\.0" \d+$/),
    patience,
  );
  expect(posted().filter(({ topic }) => topic === 'alert')).toEqual([]);
  const record = await app.store.versionRecord('prod');
  expect(record?.state.failure?.reason).toBe('refused');
  expect(record?.state.product?.version.version).toBe('14.254.6');
});

it('a look that hangs holds up no license check', async () => {
  await app.checkVersionNow('prod');
  simulator.setVersionBehavior({ kind: 'hang' });
  let isOver = false;
  const hanging = app.checkVersionNow('prod').then(() => {
    isOver = true;
  });
  for (let n = 0; n < 3; n += 1) await app.checkNow('prod');

  expect(isOver).toBe(false);
  await app.stop();
  await hanging;
});
