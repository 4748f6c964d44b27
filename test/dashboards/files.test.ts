/** The checked-in dashboards and rules: what the generator gives, and well formed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../dashboards/source/files.ts';
import { rungs } from '../../dashboards/source/look.ts';
import { ALERT_NAMES } from '../../dashboards/source/prometheus/promql.ts';
import { URL_TAG } from '../../dashboards/source/url-tag.ts';
import { measurements } from '../../src/license/points.ts';
import { metricNames } from '../../src/web/metric-names.ts';
import {
  dashboardsFolder,
  overview,
  prometheusDashboards,
  shippedDashboards,
  shippedRules,
} from './shipped.ts';

const all = [...shippedDashboards, ...prometheusDashboards];
const panels = shippedDashboards.flatMap((dashboard) =>
  dashboard.panels.map((panel) => ({ ...panel, name: `${dashboard.title}: ${panel.title}` })),
);

const prometheusPanels = prometheusDashboards.flatMap((dashboard) =>
  dashboard.panels.map((panel) => ({ ...panel, name: `${dashboard.title}: ${panel.title}` })),
);
/** What can be asked for: the metrics, and those that are counters with their ending. */
const metrics = new Set(Object.values(metricNames).flatMap((name) => [name, `${name}_total`]));

/** Everything that a query may name in quotes. */
const known = new Set([
  ...Object.values(measurements).flatMap(({ name, tags, fields }) => [
    name,
    ...Object.values(tags),
    ...Object.values(fields),
  ]),
  URL_TAG,
  '$key',
  'is',
]);
const namesIn = (query: string) => [...query.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);

describe('the generated files', () => {
  it.each([...generatedFiles()])('%s is what the generator gives', (path, text) => {
    expect(readFileSync(join(dashboardsFolder, path), 'utf8')).toBe(text);
  });

  it('are all that is in their folders', () => {
    const found = ['grafana', 'provisioning'].flatMap((folder) =>
      readdirSync(join(dashboardsFolder, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(dashboardsFolder.length + 1)
            .split(sep)
            .join('/'),
        ),
    );
    expect(found.sort()).toEqual([...generatedFiles().keys()].sort());
  });
});

describe('the dashboards', () => {
  it('have uids and titles of their own, and no number that belongs to one server', () => {
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    for (const dashboard of all) {
      expect(dashboard.uid.length).toBeLessThanOrEqual(40);
      expect(dashboard).not.toHaveProperty('id');
      expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    }
  });

  it.each(panels)('$name says what it is, also when it has nothing to show', (panel) => {
    expect(panel.title).not.toBe('');
    expect(panel.description).not.toBe('');
    expect(panel.fieldConfig.defaults.unit).toEqual(expect.any(String));
    expect(panel.fieldConfig.defaults.noValue).toMatch(/^(?!no data$).+/i);
    expect(panel.datasource).toEqual({ type: 'influxdb', uid: `\${datasource}` });
    expect(panel.targets.map(({ rawQuery }) => rawQuery)).toEqual([true]);
  });

  it.each(panels)('$name asks only for what is measured', ({ targets }) => {
    for (const { query } of targets) expect(namesIn(query).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(all)('$title has panels side by side, none over another', ({ panels: own }) => {
    const taken = new Set<string>();
    for (const { id, gridPos } of own) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`), `panel ${id} at ${x},${y}`).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
  });

  it.each(shippedDashboards)(
    '$title lets choose data source, site and tag, where All passes everything',
    ({ templating }) => {
      expect(templating.list.map(({ name, type }) => `${name}: ${type}`)).toEqual([
        'datasource: datasource',
        'site: query',
        'key: query',
        'value: query',
      ]);
      expect(templating.list.map(({ allValue }) => allValue)).toEqual([undefined, '.*', 'site', '.*']);
    },
  );

  it.each(prometheusDashboards)('$title lets choose data source and site', ({ templating }) => {
    expect(templating.list.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'datasource: datasource',
      'site: query',
    ]);
    expect(templating.list[0]!.query).toBe('prometheus');
    expect(templating.list[1]!.allValue).toBe('.*');
  });

  it.each(prometheusPanels)('$name says what it is, and asks only for what is measured', (panel) => {
    expect(panel.description).not.toBe('');
    expect(panel.fieldConfig.defaults.unit).toEqual(expect.any(String));
    expect(panel.fieldConfig.defaults.noValue).toMatch(/^(?!no data$).+/i);
    expect(panel.datasource).toEqual({ type: 'prometheus', uid: `\${datasource}` });
    for (const { expr } of panel.targets) {
      const named = expr.match(/\b(?:qlik_sense|license_sentinel|process|nodejs)_\w+/g) ?? [];
      expect(named.length + (expr.match(/\bALERTS\b/g) ?? []).length).toBeGreaterThan(0);
      expect(named.filter((name) => !metrics.has(name))).toEqual([]);
    }
  });

  it('know the rules of dashboards/prometheus by their names', () => {
    const rules = readFileSync(join(dashboardsFolder, 'prometheus/license-sentinel.rules.yml'), 'utf8');
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(name).toMatch(new RegExp(`^(?:${ALERT_NAMES})$`));
  });

  it.each([overview, prometheusDashboards[0]!])(
    '$title links from a site to its own dashboard, and to its QMC and Hub',
    (dashboard) => {
      const text = JSON.stringify(dashboard);
      const own = all.find(({ uid }) => uid === dashboard.uid.replace('overview', 'site'))!;
      expect(text).toContain(`/d/${own.uid}?`);
      expect(text).toContain(`\${__value.raw}/qmc`);
      expect(text).toContain(`\${__value.raw}/hub`);
    },
  );
});

describe('the alert rules', () => {
  it('are one for each rung, and the four that are not about days', () => {
    expect(shippedRules.map(({ uid }) => uid)).toEqual([
      ...rungs.map((rung) => `license-sentinel-rung-${rung}`),
      'license-sentinel-expired',
      'license-sentinel-unusable',
      'license-sentinel-unreachable',
      'license-sentinel-silent',
    ]);
  });

  it.each(shippedRules)(
    '$title asks only for what is measured, and never for a variable',
    ({ data, uid }) => {
      const { query } = data[0].model;
      expect(namesIn(query).filter((name) => !known.has(name))).toEqual([]);
      expect(query.replaceAll('$timeFilter', '').replaceAll(/\$\//g, '')).not.toContain('$');
      expect(uid.length).toBeLessThanOrEqual(40);
    },
  );
});
