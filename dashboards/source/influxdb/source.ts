/** What the dashboards for InfluxDB share: how to choose, what to mark, how its columns look. */
import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { measurements } from '../../../src/license/points.ts';
import * as columns from '../columns.ts';
import { chosenSource, type Source, variable } from '../frame.ts';
import * as look from '../look.ts';
import { tableOf } from '../panels.ts';
import { URL_TAG } from '../url-tag.ts';
import { NO_CHECKS, type Words } from '../words.ts';
import * as ask from './influxql.ts';
import { table } from './target.ts';

const { alert, license, version } = measurements;
export const SITE_DASHBOARD = 'license-sentinel-site';

/** InfluxQL annotations have settings of their own, which the SDK does not know. */
const annotation = {
  name: 'Alerts',
  datasource: chosenSource('influxdb'),
  enable: true,
  hide: false,
  iconColor: 'orange',
  query: ask.alerts(),
  textColumn: alert.fields.title,
  tagsColumn: [alert.tags.site, alert.tags.kind, alert.tags.severity].join(','),
} satisfies AnnotationQuery & Record<'query' | 'textColumn' | 'tagsColumn', string>;

export const influxdb: Source = {
  type: 'influxdb',
  tag: 'license-sentinel',
  timeZone: 'browser',
  variables: (severalSites) => [
    variable('influxdb', 'site', 'Site', ask.siteNames).multi(severalSites).allValue('.*'),
    // All stands for the tag of the site, so that the query is right where points have no tag at all.
    variable('influxdb', 'key', 'Tag', ask.tagNames).multi(false).allValue(license.tags.site),
    variable('influxdb', 'value', 'Value', ask.tagValues).multi(true).allValue('.*'),
  ],
  annotation,
};

const looks: Readonly<Record<string, columns.Look>> = {
  Time: columns.time('Checked'),
  [license.tags.site]: columns.site(SITE_DASHBOARD),
  [URL_TAG]: columns.open,
  [license.fields.state]: columns.inColour('State', look.stateMappings),
  [license.fields.licenseExpired]: columns.inColour('Expired', look.expiredMappings),
  [license.fields.expiryDate]: columns.titled('End date', columns.mapped(look.noEndMappings)),
  [license.fields.daysUntilExpiry]: columns.daysLeft,
  [license.fields.reachable]: columns.inColour('Reachable', look.reachableMappings),
  [license.fields.readingAgeSeconds]: columns.readingAge,
  [license.fields.acknowledged]: columns.inColour('Acknowledged', look.acknowledgedMappings),
  [alert.tags.severity]: columns.severity,
  [alert.tags.kind]: columns.titled('Kind'),
  [alert.fields.title]: columns.titled('Alert', columns.wide),
  [version.fields.releaseLabel]: columns.titled('Release'),
  [version.fields.version]: columns.titled('Version'),
  [version.fields.productName]: columns.titled('Product'),
  [version.fields.repositoryVersion]: columns.titled('Repository service'),
};

/** @param names of the columns that the query gives beside the time */
export function rowsOf(text: Words, query: string, names: readonly string[]): ReturnType<typeof tableOf> {
  return tableOf(
    text,
    [table(query)],
    ['Time', ...new Set(names)].map((name) => {
      const found = looks[name];
      if (found === undefined) throw new Error(`no look for the column ${name}`);
      return [name, found];
    }),
  );
}

export const alerts = (): ReturnType<typeof tableOf> =>
  rowsOf(
    {
      title: 'Alerts',
      description: 'What License Sentinel has said, the newest first.',
      empty: 'No alert in this time range',
    },
    ask.alerts(),
    ask.alertColumns,
  );

export const checks = (): ReturnType<typeof tableOf> =>
  rowsOf(
    { title: 'Checks', description: `The newest ${ask.MOST_ROWS} checks.`, empty: NO_CHECKS },
    ask.allChecks,
    [license.tags.site, ...ask.checkColumns],
  );

/** The latest check of each site, with its address. */
export const latestChecks = (text: Words): ReturnType<typeof tableOf> =>
  rowsOf(text, ask.latestChecks, [license.tags.site, ...ask.checkColumns, URL_TAG]);
