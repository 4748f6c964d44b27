/** One site, from InfluxDB: the countdown, its history, renewals. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { NoticeKind } from '../../../src/alert/notice.ts';
import { measurements } from '../../../src/license/points.ts';
import { dashboardOf } from '../frame.ts';
import * as look from '../look.ts';
import { big, daysOverTime, strip } from '../panels.ts';
import { siteWords, type Words, words } from '../words.ts';
import * as ask from './influxql.ts';
import { alerts, checks, influxdb, latestChecks, rowsOf, SITE_DASHBOARD } from './source.ts';
import { series } from './target.ts';

const renewals: readonly NoticeKind[] = ['renewed', 'shortened', 'replaced', 'recovered'];
const { version } = measurements;

const latest = (text: Words, field: Parameters<typeof ask.latest>[0]) =>
  big(text, series(ask.latest(field), text.title), text.title);

export function site(): Dashboard {
  const frame = { uid: SITE_DASHBOARD, ...siteWords, from: 'now-1y', severalSites: false };
  return dashboardOf(frame, influxdb, [
    [5, 5, latest(words.daysLeft, 'daysUntilExpiry').thresholds(look.rungThresholds())],
    [5, 5, latest(words.endDate, 'expiryDate')],
    [5, 5, latest(words.state, 'state').mappings(look.stateMappings)],
    [5, 5, latest(words.reachable, 'reachable').mappings(look.reachableMappings)],
    [4, 5, latest(words.readingAge, 'readingAgeSeconds').unit('s')],
    [24, 9, daysOverTime(words.countdown, series(ask.overTime('daysUntilExpiry')))],
    [12, 5, strip(words.stateOverTime, series(ask.overTime('state')), look.stateMappings)],
    [12, 5, strip(words.reachability, series(ask.overTime('reachable')), look.reachableMappings)],
    [12, 5, strip(words.endDateOverTime, series(ask.overTime('expiryDate')))],
    [
      12,
      8,
      rowsOf(
        {
          title: 'Renewals',
          description: 'Changes of the license.',
          empty: 'The license did not change in this time range',
        },
        ask.alerts(renewals),
        ask.alertColumns,
      ),
    ],
    [12, 5, latestChecks(words.open)],
    [
      12,
      8,
      rowsOf(
        {
          title: 'Product versions seen',
          description: 'Every look at the product version.',
          empty: words.versions.empty,
        },
        ask.allVersions,
        [version.tags.site, ...ask.versionColumns],
      ),
    ],
    [24, 8, alerts()],
    [24, 10, checks()],
  ]);
}
