/**
 * The life of four sites, lived by the real program against simulated sites, for a real InfluxDB or Prometheus: a license of 100
 * days, an outage, another version, expiry, renewal; a perpetual license, none at all, and a site that never answers.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, startApp } from '../../src/app.ts';
import { demoClock } from '../../src/cli/demo/demo-clock.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { addDays } from '../../src/license/calendar-day.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { expiredLicense, perpetualLicense, signedLicense } from '../../src/simulator/license-text.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { startHttpReceiver } from '../fakes/http-receiver.ts';

export const DATABASE = 'qlik';
export const LAST_DAY = 120;
export const ENDS_ON_DAY = 100;
export const OUTAGE = { from: 40, to: 43 };
/** The receiver of alerts refuses what comes on this day. */
export const REFUSED_ON_DAY = 30;
export const NEW_VERSION_ON_DAY = 60;
/** Until the next rung, which comes on day 97. */
export const ACKNOWLEDGED = { from: 94, to: 97 };
export const RENEWED_ON_DAY = 106;
export const siteNames = ['prod', 'archive', 'empty', 'dark'] as const;
export const PROD_URL = 'https://sense.example.com';

export interface Life {
  /** Noon of a day, when its checks are made; epoch ms. */
  noon(day: number): number;
  /** `YYYY-MM-DD` */
  date(day: number): string;
  readonly renewedEnd: string;
}

export interface LifeOptions {
  readonly influxUrl?: string;
  /** After the checks of each day. @param now epoch ms */
  afterDay?(now: () => number, metricsUrl: string): Promise<void>;
}

/** Ends today at noon or earlier, so that nothing lies in the future of the database. */
export async function liveThroughLicense(options: LifeOptions): Promise<Life> {
  const clock = demoClock(systemClock);
  const first = addDays(clock.now().toISOString().slice(0, 10), -LAST_DAY - 1);
  const date = (day: number) => addDays(first, day);
  const noon = (day: number) => Date.parse(`${date(day)}T12:00:00Z`);
  const endDate = date(ENDS_ON_DAY);
  const renewedEnd = addDays(endDate, 365);
  clock.skipTo(new Date(noon(0)));

  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-life-'));
  const sites = await Promise.all(
    siteNames.map(async (name) => {
      const simulator = await startSimulator({ clock });
      await simulator.writeCertificates(join(folder, name));
      return { name, simulator };
    }),
  );
  const simulatorOf = (name: (typeof siteNames)[number]) =>
    sites.find((site) => site.name === name)!.simulator;
  const prod = simulatorOf('prod');
  prod.setLicense(signedLicense({ endDate }));
  simulatorOf('archive').setLicense(perpetualLicense());
  simulatorOf('empty').setLicense(null);
  simulatorOf('dark').setBehavior({ kind: 'reset' });

  const receiver = await startHttpReceiver();
  await writeFile(join(folder, 'config.yaml'), configText(options, receiver.url, sites));
  const config = await loadConfig(join(folder, 'config.yaml'), { env: {}, readFile });
  const app = await startApp(config, { clock, random: () => 0, logger: silentLogger });
  try {
    for (let day = 0; day <= LAST_DAY; day += 1) {
      clock.skipTo(new Date(noon(day)));
      receiver.answer(() => ({ status: day === REFUSED_ON_DAY ? 400 : 200 }));
      if (day === OUTAGE.from) prod.setBehavior({ kind: 'reset' });
      if (day === OUTAGE.to) prod.setBehavior({ kind: 'ok' });
      if (day === NEW_VERSION_ON_DAY)
        prod.setVersion({ version: '14.300.1', releaseLabel: 'May 2026 Patch 5' });
      if (day === ENDS_ON_DAY + 1) prod.setLicense(expiredLicense({ endDate }));
      if (day === RENEWED_ON_DAY) prod.setLicense(signedLicense({ endDate: renewedEnd }));
      await Promise.all(siteNames.map((name) => app.checkNow(name)));
      if (day === ACKNOWLEDGED.from) await acknowledge(app);
      if (day % 20 === 0) await app.checkVersionNow('prod');
      await delivered(app);
      await options.afterDay?.(() => clock.now().getTime(), `${app.pageUrl()}metrics`);
    }
  } finally {
    await app.stop();
    await Promise.all([receiver.stop(), ...sites.map(({ simulator }) => simulator.close())]);
    await rm(folder, { recursive: true, force: true });
  }
  return { noon, date, renewedEnd };
}

async function acknowledge(app: App): Promise<void> {
  const answer = await fetch(`${app.pageUrl()}api/v1/sites/prod/acknowledgement`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'Anna', why: 'the renewal is ordered', until: 'next-rung' }),
  });
  if (!answer.ok) throw new Error(`not acknowledged: HTTP ${answer.status}`);
}

async function delivered(app: App): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const lanes = await app.store.laneSummaries();
    if (lanes.every(({ waiting }) => waiting === 0)) return;
    await sleep(5);
  }
  throw new Error('the destinations do not take what is sent');
}

function configText(
  { influxUrl }: LifeOptions,
  receiverUrl: string,
  sites: readonly { name: string; simulator: { port: number; versionPort: number } }[],
): string {
  const entries = sites.map(
    ({ name, simulator }) => `  - name: ${name}
    host: 127.0.0.1
    port: ${simulator.port}
    versionPort: ${simulator.versionPort}
    certificates: ${name}
    tags: { environment: ${name === 'prod' ? 'production' : 'other'}${name === 'prod' ? `, url: '${PROD_URL}'` : ''} }
`,
  );
  const influxdb =
    influxUrl === undefined
      ? ''
      : `  - { name: metrics, kind: influxdb, version: 1, url: '${influxUrl}', database: ${DATABASE}, sendRecurring: true, sendAlert: true }
`;
  return `sites:
${entries.join('')}destinations:
${influxdb}  - { name: oncall, kind: webhook, url: '${receiverUrl}', sendRecurring: false, sendAlert: true }
store: ./life.db
web: { listen: '127.0.0.1:0' }
`;
}
