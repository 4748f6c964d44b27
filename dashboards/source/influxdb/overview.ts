/** The overview, from InfluxDB: all sites at a glance. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { NoticeKind } from '../../../src/alert/notice.ts';
import { measurements } from '../../../src/license/points.ts';
import { dashboardOf } from '../frame.ts';
import * as look from '../look.ts';
import { daysLeftBars, daysOverTime, strip } from '../panels.ts';
import { overviewWords, words } from '../words.ts';
import * as ask from './influxql.ts';
import { alerts, checks, influxdb, latestChecks, rowsOf } from './source.ts';
import { series } from './target.ts';

const aboutDestinations: readonly NoticeKind[] = [
  'destination-failing',
  'destination-recovered',
  'dead-letter',
];
const { alert, version } = measurements;

export function overview(): Dashboard {
  const frame = { uid: 'license-sentinel-overview', ...overviewWords, from: 'now-90d', severalSites: true };
  return dashboardOf(frame, influxdb, [
    [8, 10, daysLeftBars(words.daysLeftBars, series(ask.latest('daysUntilExpiry')))],
    [16, 10, latestChecks(words.sites)],
    [24, 9, daysOverTime(words.daysOverTime, series(ask.overTime('daysUntilExpiry')))],
    [24, 7, strip(words.reachability, series(ask.overTime('reachable')), look.reachableMappings)],
    [24, 9, alerts()],
    [24, 10, checks()],
    [12, 8, rowsOf(words.versions, ask.latestVersions, [version.tags.site, ...ask.versionColumns])],
    [
      12,
      8,
      rowsOf(
        {
          title: 'Destinations',
          description:
            'Destinations that failed for long, and messages that were given up. Told here only while this database takes points.',
          empty: 'No destination has failed in this time range',
        },
        ask.serviceAlerts(aboutDestinations),
        [alert.tags.severity, alert.tags.kind, alert.fields.title],
      ),
    ],
  ]);
}
