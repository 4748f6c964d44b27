/** Every query of every Prometheus panel, run in a real Prometheus that has scraped the real program through a license's life. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { licenseStates } from '../../src/license/reading.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Prometheus, startPrometheus } from '../servers/prometheus.ts';
import { expandPromql, type Variable } from './grafana-macros.ts';
import { type Frame, frameOf, merged } from './grafana-tables.ts';
import {
  ACKNOWLEDGED,
  ENDS_ON_DAY,
  LAST_DAY,
  type Life,
  liveThroughLicense,
  OUTAGE,
  PROD_URL,
  RENEWED_ON_DAY,
  siteNames,
} from './life.ts';
import { type PrometheusTarget, prometheusDashboards, type ShippedDashboard } from './shipped.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
type Dashboard = ShippedDashboard<PrometheusTarget>;
const [overview, siteDashboard] = prometheusDashboards as [Dashboard, Dashboard];

interface Choice {
  readonly site?: Variable['value'];
  /** Up to an hour after the checks of this day. */
  readonly day?: number;
  readonly days?: number;
}

describeWith(['prometheus'], 'the queries of the dashboards for Prometheus', () => {
  let prometheus: Prometheus;
  let life: Life;
  beforeAll(async () => {
    ({ prometheus, life } = await scrapedLife());
  }, 120_000);
  afterAll(() => prometheus.remove());

  function run({ expr, range }: PrometheusTarget, dashboard: Dashboard, choice: Choice = {}) {
    const { day = LAST_DAY, days = day, site = '$__all' } = choice;
    const variable = dashboard.templating.list.find(({ name }) => name === 'site')!;
    const to = life.noon(day) + HOUR_MS;
    const expanded = expandPromql(expr, {
      variables: { site: { ...variable, value: site } },
      range: days * DAY_MS,
      interval: '1d',
    });
    if (range !== true) return prometheus.instant(expanded, to / 1000);
    return prometheus.range(expanded, (to - days * DAY_MS) / 1000, to / 1000, '1d');
  }

  const panelOf = (dashboard: Dashboard, title: string) =>
    dashboard.panels.find((panel) => panel.title === title)!;

  /** The series of a panel with one query, by site. */
  async function bySite(dashboard: Dashboard, title: string, choice?: Choice) {
    const found = await run(panelOf(dashboard, title).targets[0]!, dashboard, choice);
    return Object.fromEntries(
      found.map(({ metric, values }) => [metric['site']!, values.map(([, value]) => Number(value))]),
    );
  }

  /** The rows of a table as Grafana makes them of all its queries. */
  async function rows(dashboard: Dashboard, title: string, choice?: Choice) {
    const { targets } = panelOf(dashboard, title);
    const frames: Frame[] = [];
    for (const target of targets) {
      frames.push(frameOf(await run(target, dashboard, choice), target.refId, targets.length));
    }
    return merged(frames);
  }

  const everyPanel = prometheusDashboards.flatMap((dashboard) =>
    dashboard.panels.map((panel) => ({ dashboard, panel, name: `${dashboard.title}: ${panel.title}` })),
  );

  // No rules are loaded here; that rules that fire are found is part of the test of the whole way to Alertmanager.
  it.each(everyPanel.filter(({ panel }) => panel.title !== 'Alerts'))(
    '$name has something to show for all sites, in the columns it knows',
    async ({ dashboard, panel }) => {
      for (const target of panel.targets) expect((await run(target, dashboard)).length).toBeGreaterThan(0);
      if (panel.type !== 'table') return;
      const hidden = panel.transformations!.flatMap(({ options }) =>
        Object.keys(options.excludeByName ?? {}),
      );
      const looks = panel.fieldConfig.overrides.map(({ matcher }) => matcher.options);
      const columns = new Set((await rows(dashboard, panel.title)).flatMap((row) => Object.keys(row)));
      expect([...columns].sort()).toEqual([...hidden, ...looks].sort());
    },
  );

  it('the query of fired alerts is accepted, and finds none where no rule is loaded', async () => {
    for (const dashboard of prometheusDashboards) expect(await rows(dashboard, 'Alerts')).toEqual([]);
  });

  it('every site can be chosen', async () => {
    for (const { templating } of prometheusDashboards) {
      const { query } = templating.list.find(({ name }) => name === 'site')!;
      const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(query)!;
      expect([...(await prometheus.labelValues(label!, metric!))].sort()).toEqual([...siteNames].sort());
    }
  });

  it('the days left are those of the calendar, on every day', async () => {
    for (const day of [0, 10, OUTAGE.from + 1, 93, 99, 100, 101, 105]) {
      expect(await bySite(overview, 'Days left', { day })).toEqual({ prod: [ENDS_ON_DAY - day] });
      expect(await bySite(siteDashboard, 'Days left', { day, site: 'prod' })).toEqual({
        prod: [ENDS_ON_DAY - day],
      });
    }
    const { prod } = await bySite(siteDashboard, 'Countdown', { site: 'prod' });
    const ends = (day: number) => (day < RENEWED_ON_DAY ? ENDS_ON_DAY : ENDS_ON_DAY + 365);
    expect(prod).toEqual(Array.from({ length: LAST_DAY + 1 }, (_, day) => ends(day) - day));
  });

  it('the table of sites shows each site once, as it is', async () => {
    const table = await rows(overview, 'Sites', { day: OUTAGE.from + 1 });
    expect(table.map((row) => row['site']).sort()).toEqual([...siteNames].sort());
    const of = (name: string) => {
      const row = table.find(({ site }) => site === name)!;
      return {
        checked: row['Value #B'],
        expired: row['Value #C'],
        endDate: row['Value #D'],
        daysLeft: row['Value #E'],
        state: licenseStates[Number(row['Value #F']) - 1],
        reachable: row['Value #G'],
        age: row['Value #H'],
        url: row['tag_url'],
      };
    };
    const noon = life.noon(OUTAGE.from + 1);
    const prod = of('prod');
    expect(prod).toMatchObject({
      expired: 0,
      endDate: Date.parse(life.date(ENDS_ON_DAY)),
      daysLeft: ENDS_ON_DAY - OUTAGE.from - 1,
      state: 'expiring',
      reachable: 0,
      url: PROD_URL,
    });
    expect(Math.abs(Number(prod.checked) - noon)).toBeLessThan(60_000);
    expect(Math.abs(Number(prod.age) - 2 * 86_400 - 3_600)).toBeLessThan(60);
    const archive = of('archive');
    expect(archive).toMatchObject({ expired: 0, state: 'perpetual', reachable: 1 });
    expect([archive.endDate, archive.daysLeft, archive.url]).toEqual([undefined, undefined, undefined]);
    expect(of('empty')).toMatchObject({ expired: 0, state: 'missing', reachable: 1 });
    expect(of('dark')).toMatchObject({ reachable: 0, state: undefined, expired: undefined, age: undefined });
    expect(Math.abs(Number(of('dark').checked) - noon)).toBeLessThan(60_000);
  });

  it('a license that somebody acknowledged is shown as such as long as that holds', async () => {
    const acknowledgedOn = async (day: number) =>
      (await rows(overview, 'Sites', { day, site: ['prod'] }))[0]!['Value #I'];
    expect(await acknowledgedOn(ACKNOWLEDGED.from - 1)).toBe(0);
    expect(await acknowledgedOn(ACKNOWLEDGED.from)).toBe(1);
    expect(await acknowledgedOn(ACKNOWLEDGED.to)).toBe(0);
  });

  it('an expired license is shown as such until it is renewed', async () => {
    const expiredOn = async (day: number) =>
      (await rows(overview, 'Sites', { day, site: ['prod'] }))[0]!['Value #C'];
    expect(await expiredOn(ENDS_ON_DAY)).toBe(0);
    expect(await expiredOn(ENDS_ON_DAY + 1)).toBe(1);
    expect(await expiredOn(RENEWED_ON_DAY - 1)).toBe(1);
    expect(await expiredOn(RENEWED_ON_DAY)).toBe(0);
  });

  it('the strips show the outage, the states and the end dates at their times', async () => {
    const choice = { site: 'prod' };
    const { prod: reached } = await bySite(siteDashboard, 'Reachability', choice);
    expect(reached!.flatMap((value, day) => (value === 0 ? [day] : []))).toEqual([40, 41, 42]);
    const { prod: states } = await bySite(siteDashboard, 'State over time', choice);
    expect([...new Set(states!.map((number) => licenseStates[number - 1]))]).toEqual([
      'valid',
      'expiring',
      'expired',
    ]);
    const { prod: ends } = await bySite(siteDashboard, 'End date over time', choice);
    expect([...new Set(ends)]).toEqual(
      [life.date(ENDS_ON_DAY), life.renewedEnd].map((day) => Date.parse(day)),
    );
  });

  it('the renewal is told with the day, the old date and the new one', async () => {
    expect(await rows(siteDashboard, 'Renewals', { site: 'prod' })).toEqual([
      {
        Time: life.noon(RENEWED_ON_DAY) + HOUR_MS,
        site: 'prod',
        'Value #A': Date.parse(life.date(ENDS_ON_DAY)),
        'Value #B': Date.parse(life.renewedEnd),
      },
    ]);
    expect(await rows(siteDashboard, 'Renewals', { site: 'prod', day: RENEWED_ON_DAY - 1 })).toEqual([]);
  });

  it('versions, certificates and ends of checks are told', async () => {
    const prod = (title: string, dashboard = siteDashboard) => rows(dashboard, title, { site: 'prod' });
    expect(await prod('Product versions', overview)).toMatchObject([
      { site: 'prod', version: '14.300.1', release_label: 'May 2026 Patch 5' },
    ]);
    expect((await prod('Product versions seen')).map(({ version }) => version).sort()).toEqual([
      '14.254.6',
      '14.300.1',
    ]);
    expect((await prod('Certificates')).map(({ certificate }) => certificate).sort()).toEqual([
      'client',
      'root',
      'server',
    ]);
    expect((await prod('Checks')).map(({ outcome, Value }) => [outcome, Value]).sort()).toEqual([
      ['reading', expect.toSatisfy((count: number) => count > 100)],
      ['reset', 3],
    ]);
  });

  it('the destinations are told, with what they were not given', async () => {
    expect(await rows(overview, 'Destinations')).toMatchObject([
      { destination: 'oncall', 'Value #A': 0, 'Value #B': 0, 'Value #C': 0, 'Value #D': expect.any(Number) },
    ]);
    const failures = await rows(overview, 'Delivery failures');
    expect(failures.every(({ destination }) => destination === 'oncall')).toBe(true);
    expect(failures.map(({ outcome }) => outcome)).toContain('dead');
  });

  it.each(siteNames)('the dashboard of %s shows what there can be, whatever its license', async (site) => {
    const always = ['Reachable', 'Reachability', 'Open QMC and Hub', 'Checks'];
    const onceRead = ['State', 'State over time', 'Age of reading', 'Certificates'];
    for (const title of site === 'dark' ? always : [...always, ...onceRead]) {
      for (const target of panelOf(siteDashboard, title).targets.slice(0, 1)) {
        expect((await run(target, siteDashboard, { site })).length, title).toBeGreaterThan(0);
      }
    }
  });

  it('one, several and all sites can be chosen', async () => {
    const chosen = async (site: Choice['site']) =>
      (await rows(overview, 'Sites', site === undefined ? {} : { site })).map((row) => row['site']).sort();
    expect(await chosen(['prod'])).toEqual(['prod']);
    expect(await chosen(['prod', 'dark'])).toEqual(['dark', 'prod']);
    expect(await chosen(['p.*'])).toEqual([]);
    expect(await chosen(undefined)).toEqual([...siteNames].sort());
  });
});

/** Prometheus scrapes without a pause while the days pass; each sample has the time of the day that it was taken on. */
async function scrapedLife(): Promise<{ prometheus: Prometheus; life: Life }> {
  let now = () => 0;
  let metricsUrl: string | undefined;
  let underWay: Promise<void> = Promise.resolve();
  const server = createServer((_, response) => {
    const asked =
      metricsUrl === undefined ? Promise.resolve('') : fetch(metricsUrl).then((answer) => answer.text());
    underWay = asked.then(
      (text) => {
        response.setHeader('content-type', 'text/plain; version=0.0.4');
        response.end(text.replace(/^([^#\n].*)$/gm, `$1 ${now()}`));
      },
      () => void response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const prometheus = await startPrometheus(
    `global: { scrape_interval: 100ms, scrape_timeout: 100ms }
storage: { tsdb: { out_of_order_time_window: 400d } }
scrape_configs:
  - { job_name: license-sentinel, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }
`,
    // One scrape a day stands for one every few seconds.
    ['--query.lookback-delta=12h', '--storage.tsdb.retention.time=1000d'],
  );
  const life = await liveThroughLicense({
    async afterDay(clockNow, url) {
      now = clockNow;
      metricsUrl = url;
      // The day before is too long ago to answer for this one.
      const isScraped = async () =>
        (await prometheus.instant('qlik_sense_site_reachable', now() / 1000)).length === siteNames.length;
      for (let tries = 0; !(await isScraped()); tries += 1) {
        if (tries > 2_000) throw new Error('Prometheus does not scrape');
        await sleep(10);
      }
      metricsUrl = undefined;
      // Else it would be told with the time of the next day.
      await underWay;
    },
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { prometheus, life };
}
