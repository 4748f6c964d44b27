/** The checked-in dashboards and rules: what the generator gives, and well formed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../dashboards/source/files.ts';
import { URL_TAG } from '../../dashboards/source/influxdb/influxql.ts';
import { rungs } from '../../dashboards/source/look.ts';
import { measurements } from '../../src/license/points.ts';
import { dashboardsFolder, overview, shippedDashboards, shippedRules } from './shipped.ts';

const panels = shippedDashboards.flatMap((dashboard) =>
  dashboard.panels.map((panel) => ({ ...panel, name: `${dashboard.title}: ${panel.title}` })),
);

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
    expect(new Set(shippedDashboards.map(({ uid }) => uid)).size).toBe(shippedDashboards.length);
    expect(new Set(shippedDashboards.map(({ title }) => title)).size).toBe(shippedDashboards.length);
    for (const dashboard of shippedDashboards) {
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

  it.each(shippedDashboards)('$title has panels side by side, none over another', ({ panels: own }) => {
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

  it('link from a site to its own dashboard, and to its QMC and Hub', () => {
    const text = JSON.stringify(overview);
    expect(text).toContain('/d/license-sentinel-site?');
    expect(text).toContain(`\${__value.raw}/qmc`);
    expect(text).toContain(`\${__value.raw}/hub`);
  });
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
