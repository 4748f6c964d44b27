/** Every query of every panel and rule, run in a real InfluxDB that the real program has filled. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rungs } from '../../dashboards/source/look.ts';
import { encodePoints } from '../../src/delivery/destinations/influxdb/line-protocol.ts';
import { pointOfCheck } from '../../src/license/points.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Influxd, startInfluxd } from '../servers/influxd.ts';
import { expandMacros, expandVariables, type Variable } from './grafana-macros.ts';
import {
  ACKNOWLEDGED,
  DATABASE,
  ENDS_ON_DAY,
  LAST_DAY,
  type Life,
  liveThroughLicense,
  OUTAGE,
  PROD_URL,
  RENEWED_ON_DAY,
  siteNames,
} from './life.ts';
import { verdictOf } from './rule-verdict.ts';
import {
  overview,
  type ShippedDashboard,
  shippedDashboards,
  shippedRules,
  siteDashboard,
} from './shipped.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ALL = '$__all';

describeWith(['influxd'], 'the queries of dashboards and rules', () => {
  let influxd: Influxd;
  let life: Life;
  beforeAll(async () => {
    influxd = await startInfluxd();
    life = await liveThroughLicense({ influxUrl: influxd.url });
  }, 120_000);
  afterAll(() => influxd.remove());

  interface Choice {
    readonly site?: Variable['value'];
    readonly key?: string;
    readonly value?: Variable['value'];
    /** Up to an hour after the checks of this day. */
    readonly day?: number;
    readonly database?: string;
  }

  /** Runs a query as a dashboard would, for its variables as they are in the file. */
  function run(query: string, dashboard: ShippedDashboard, choice: Choice = {}) {
    const { day = LAST_DAY, database = DATABASE } = choice;
    const variables = Object.fromEntries(
      dashboard.templating.list
        .filter(({ type }) => type === 'query')
        .map(({ name, multi, allValue }) => {
          const value = choice[name as 'site' | 'key' | 'value'] ?? ALL;
          return [name, { multi, allValue, value }];
        }),
    );
    const to = life.noon(day) + HOUR_MS;
    const expanded = expandMacros(expandVariables(query, variables), {
      from: to - 365 * DAY_MS,
      to,
      interval: '6h',
    });
    return influxd.query(expanded, database);
  }

  function queryOf(dashboard: ShippedDashboard, title: string): string {
    return dashboard.panels.find((panel) => panel.title === title)!.targets[0]!.query;
  }

  /** Rows as Grafana's table has them: time, tags and columns by name. */
  async function rows(dashboard: ShippedDashboard, title: string, choice?: Choice) {
    const found = await run(queryOf(dashboard, title), dashboard, choice);
    return found.flatMap(({ tags, columns, values }) =>
      values.map((row) => ({ ...tags, ...Object.fromEntries(columns.map((column, i) => [column, row[i]])) })),
    );
  }

  /** The last value of each series, by site. */
  async function lastValues(dashboard: ShippedDashboard, title: string, choice?: Choice) {
    const found = await run(queryOf(dashboard, title), dashboard, choice);
    return Object.fromEntries(found.map(({ tags, values }) => [tags?.['site'], values.at(-1)![1]]));
  }

  const everyPanel = shippedDashboards.flatMap((dashboard) =>
    dashboard.panels.map((panel) => ({ dashboard, panel, name: `${dashboard.title}: ${panel.title}` })),
  );

  it.each(everyPanel)(
    '$name has something to show for all sites, in the columns it knows',
    async ({ dashboard, panel }) => {
      for (const { query, resultFormat } of panel.targets) {
        const found = await run(query, dashboard);
        // No destination fails in this life: the query has to be accepted, and the panel says that there is nothing.
        if (panel.title === 'Destinations') continue;
        expect(found.length).toBeGreaterThan(0);
        if (resultFormat !== 'table') continue;
        const looks = panel.fieldConfig.overrides.map(({ matcher }) => matcher.options);
        const columns = found[0]!.columns.map((column) => (column === 'time' ? 'Time' : column));
        expect([...new Set([...Object.keys(found[0]!.tags ?? {}), ...columns])].sort()).toEqual(looks.sort());
      }
    },
  );

  it.each(shippedDashboards)('every variable of $title has something to choose from', async (dashboard) => {
    for (const { type, query } of dashboard.templating.list) {
      if (type === 'query') expect((await run(query, dashboard))[0]!.values.length).toBeGreaterThan(0);
    }
  });

  it('the annotations are the alerts, with text and tags', async () => {
    for (const dashboard of shippedDashboards) {
      const [annotation] = dashboard.annotations.list;
      const [found] = await run(annotation!.query, dashboard);
      for (const column of [annotation!.textColumn, ...annotation!.tagsColumn.split(',')]) {
        expect(found!.columns).toContain(column);
      }
    }
  });

  it('the days left are those of the calendar, on every day', async () => {
    for (const day of [0, 10, OUTAGE.from + 1, 93, 99, 100, 101, 105]) {
      expect(await lastValues(overview, 'Days left', { day })).toEqual({ prod: ENDS_ON_DAY - day });
      expect(await lastValues(siteDashboard, 'Days left', { day, site: 'prod' })).toEqual({
        prod: ENDS_ON_DAY - day,
      });
    }
    expect(await lastValues(overview, 'Days left')).toEqual({ prod: ENDS_ON_DAY + 365 - LAST_DAY });
  });

  it('the table of sites shows each site once, as its latest check saw it', async () => {
    const table = await rows(overview, 'Sites', { day: OUTAGE.from + 1 });
    expect(table.map((row) => row['site']).sort()).toEqual([...siteNames].sort());
    const bySite = Object.fromEntries(table.map((row) => [row['site'], row]));
    expect(bySite['prod']).toMatchObject({
      reachable: false,
      state: 'expiring',
      license_expired: false,
      expiry_date: life.date(ENDS_ON_DAY),
      days_until_expiry: ENDS_ON_DAY - OUTAGE.from - 1,
      reading_age_seconds: 2 * 86_400,
      url: PROD_URL,
    });
    expect(bySite['archive']).toMatchObject({
      reachable: true,
      state: 'perpetual',
      days_until_expiry: null,
      url: null,
    });
    expect(bySite['empty']).toMatchObject({ reachable: true, state: 'missing' });
    expect(bySite['dark']).toMatchObject({ reachable: false, state: null, license_expired: null });
  });

  it('the tables of sites and checks show who is acknowledged, as long as that holds', async () => {
    const acknowledgedOn = async (day: number) =>
      (await rows(overview, 'Sites', { day, site: 'prod' }))[0]!['acknowledged'];
    // The point of the day was written before somebody acknowledged.
    expect(await acknowledgedOn(ACKNOWLEDGED.from)).toBe(false);
    expect(await acknowledgedOn(ACKNOWLEDGED.from + 1)).toBe(true);
    expect(await acknowledgedOn(ACKNOWLEDGED.to)).toBe(false);
    const checks = await rows(siteDashboard, 'Checks', { site: 'prod' });
    expect(checks.filter((row) => row['acknowledged'] === true)).toHaveLength(
      ACKNOWLEDGED.to - ACKNOWLEDGED.from - 1,
    );
  });

  it('the table of checks has every check, the newest first', async () => {
    const table = await rows(siteDashboard, 'Checks', { site: 'prod' });
    expect(table).toHaveLength(LAST_DAY + 1);
    expect(table[0]!['days_until_expiry']).toBe(ENDS_ON_DAY + 365 - LAST_DAY);
    expect(table.at(-1)!['days_until_expiry']).toBe(ENDS_ON_DAY);
    expect(table.filter((row) => row['license_expired'] === true)).toHaveLength(
      RENEWED_ON_DAY - ENDS_ON_DAY - 1,
    );
  });

  it('the strips show the outage, the states and the renewal at their times', async () => {
    const strip = async (title: string) =>
      (await run(queryOf(siteDashboard, title), siteDashboard, { site: 'prod' }))[0]!.values;
    const failed = (await strip('Reachability')).filter(([, reachable]) => reachable === false);
    expect(failed.map(([time]) => Math.floor((time as number) / DAY_MS))).toEqual(
      [0, 1, 2].map((after) => Math.floor(life.noon(OUTAGE.from + after) / DAY_MS)),
    );
    expect([...new Set((await strip('State over time')).map(([, state]) => state))]).toEqual([
      'valid',
      'expiring',
      'expired',
    ]);
    expect([...new Set((await strip('End date over time')).map(([, date]) => date))]).toEqual([
      life.date(ENDS_ON_DAY),
      life.renewedEnd,
    ]);
  });

  it('renewals and versions are told', async () => {
    expect(await rows(siteDashboard, 'Renewals', { site: 'prod' })).toMatchObject([
      { kind: 'renewed', site: 'prod' },
    ]);
    expect((await rows(overview, 'Product versions')).find(({ site }) => site === 'prod')).toMatchObject({
      version: '14.300.1',
      release_label: 'May 2026 Patch 5',
    });
    expect(
      new Set(
        (await rows(siteDashboard, 'Product versions seen', { site: 'prod' })).map(({ version }) => version),
      ),
    ).toEqual(new Set(['14.254.6', '14.300.1']));
  });

  it.each(siteNames)(
    'the dashboard of %s shows checks and a reachability, whatever its license',
    async (site) => {
      for (const title of ['Checks', 'Reachable', 'Reachability', 'Open QMC and Hub', 'Alerts']) {
        const found = await run(queryOf(siteDashboard, title), siteDashboard, { site });
        if (site !== 'archive' || title !== 'Alerts') expect(found.length, title).toBe(1);
      }
    },
  );

  it('one, several and all sites can be chosen, also by a tag', async () => {
    const chosen = async (choice: Choice) =>
      (await rows(overview, 'Sites', choice)).map(({ site }) => site).sort();
    expect(await chosen({ site: ['prod'] })).toEqual(['prod']);
    expect(await chosen({ site: ['prod', 'dark'] })).toEqual(['dark', 'prod']);
    expect(await chosen({ site: ['p.*'] })).toEqual([]);
    expect(await chosen({ key: 'environment', value: ['other'] })).toEqual(['archive', 'dark', 'empty']);
    expect(await chosen({ key: 'url', value: [PROD_URL] })).toEqual(['prod']);
    expect(await chosen({ key: 'url' })).toEqual([...siteNames].sort());
  });

  it('series without a tag for the site show too', async () => {
    const check = pointOfCheck({
      site: 'untagged',
      tags: {},
      at: life.noon(LAST_DAY),
      reachable: true,
      license: {
        state: 'valid',
        expired: false,
        endDate: life.renewedEnd,
        daysLeft: 345,
        readingAgeSeconds: 0,
        acknowledged: false,
      },
    });
    await influxd.query('CREATE DATABASE untagged');
    const status = await influxd.write(
      encodePoints([{ ...check, tags: {} }], {}),
      'db=untagged&precision=ms',
    );
    expect(status).toBe(204);
    const database = 'untagged';
    expect(await rows(overview, 'Sites', { database })).toMatchObject([{ site: '', days_until_expiry: 345 }]);
    expect(await rows(overview, 'Checks', { database })).toHaveLength(1);
    for (const title of ['Days left', 'State', 'Countdown', 'Reachability']) {
      expect(await run(queryOf(siteDashboard, title), siteDashboard, { database }), title).toHaveLength(1);
    }
  });

  it('exactly the right rule is on for the license, on every day of its life', async () => {
    const licenseRules = shippedRules.filter(({ uid }) => /rung|expired/.test(uid));
    for (let day = 1; day <= LAST_DAY; day += 1) {
      const on: string[] = [];
      for (const rule of licenseRules) {
        const { sites } = await verdictOf(rule, life.noon(day) + HOUR_MS, influxd);
        expect(sites.filter((site) => site !== 'prod')).toEqual([]);
        if (sites.length > 0) on.push(rule.uid);
      }
      expect(on, `day ${day}`).toEqual(expectedOn(day));
    }
  }, 60_000);

  it('the rules for what cannot be seen and cannot be used are on for those sites alone', async () => {
    const ruleOf = (name: string) => shippedRules.find(({ uid }) => uid === `license-sentinel-${name}`)!;
    const on = async (name: string, day: number, hours = 1) =>
      (await verdictOf(ruleOf(name), life.noon(day) + hours * HOUR_MS, influxd)).sites;
    expect(await on('unreachable', OUTAGE.from - 1)).toEqual(['dark']);
    expect(await on('unreachable', OUTAGE.from)).toEqual(['dark', 'prod']);
    expect(await on('unreachable', OUTAGE.to)).toEqual(['dark']);
    expect(await on('unusable', 50)).toEqual(['empty']);
    expect(await on('silent', LAST_DAY)).toEqual([]);
    expect(await on('silent', LAST_DAY, 12)).toEqual([]);
    expect(await on('silent', LAST_DAY, 15)).toEqual([...siteNames].sort());
    expect(ruleOf('silent').noDataState).toBe('Alerting');
    expect((await verdictOf(ruleOf('silent'), life.noon(LAST_DAY) + 40 * DAY_MS, influxd)).series).toBe(0);
  });
});

function expectedOn(day: number): string[] {
  const left = (day >= RENEWED_ON_DAY ? ENDS_ON_DAY + 365 : ENDS_ON_DAY) - day;
  if (left < 0) return ['license-sentinel-expired'];
  const rung = rungs.findLast((one) => left <= one);
  return rung === undefined ? [] : [`license-sentinel-rung-${rung}`];
}
