/** The overview: all sites at a glance. */
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { NoticeKind } from '../../src/alert/notice.ts';
import { measurements } from '../../src/license/points.ts';
import { finished, frame } from './frame.ts';
import * as ask from './influxql.ts';
import * as look from './look.ts';
import { daysOverTime, NO_CHECKS, strip, tableOf, worded } from './panels.ts';
import { series } from './target.ts';

const aboutDestinations: readonly NoticeKind[] = [
  'destination-failing',
  'destination-recovered',
  'dead-letter',
];
const { alert, license, version } = measurements;

export function overview(): Dashboard {
  const built = frame({
    uid: 'license-sentinel-overview',
    title: 'Qlik Sense licenses',
    description: 'The server licenses of all Qlik Sense sites, as License Sentinel sees them.',
    from: 'now-90d',
    severalSites: true,
  })
    .withPanel(daysLeftBars())
    .withPanel(
      tableOf(
        {
          title: 'Sites',
          description:
            'The latest check of each site. A site that cannot be read keeps counting from its last reading. Where a site has a tag url, it leads to its QMC and Hub.',
          empty: NO_CHECKS,
          at: { x: 8, y: 0, w: 16, h: 10 },
        },
        ask.latestChecks,
        [license.tags.site, ...ask.checkColumns, ask.URL_TAG],
      ),
    )
    .withPanel(
      daysOverTime({
        title: 'Days left over time',
        description:
          'Dashed lines are the rungs of the default ladder. A license without an end date has no line.',
        empty: 'No license with an end date in this time range',
        at: { x: 0, y: 10, w: 24, h: 9 },
      }),
    )
    .withPanel(
      strip(
        {
          title: 'Reachability',
          description: 'Whether each check could read the site.',
          empty: NO_CHECKS,
          at: { x: 0, y: 19, w: 24, h: 7 },
        },
        'reachable',
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Alerts',
          description: 'What License Sentinel has said, the newest first.',
          empty: 'No alert in this time range',
          at: { x: 0, y: 26, w: 24, h: 9 },
        },
        ask.alerts(),
        ask.alertColumns,
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Checks',
          description: `The newest ${ask.MOST_ROWS} checks.`,
          empty: NO_CHECKS,
          at: { x: 0, y: 35, w: 24, h: 10 },
        },
        ask.allChecks,
        [license.tags.site, ...ask.checkColumns],
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Product versions',
          description: 'What each site runs, by the latest look.',
          empty: 'No product version was read in this time range',
          at: { x: 0, y: 45, w: 12, h: 8 },
        },
        ask.latestVersions,
        [version.tags.site, ...ask.versionColumns],
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Destinations',
          description:
            'Destinations that failed for long, and messages that were given up. Told here only while this database takes points.',
          empty: 'No destination has failed in this time range',
          at: { x: 12, y: 45, w: 12, h: 8 },
        },
        ask.serviceAlerts(aboutDestinations),
        [alert.tags.severity, alert.tags.kind, alert.fields.title],
      ),
    )
    .build();
  return finished(built);
}

function daysLeftBars(): bargauge.PanelBuilder {
  return worded(new bargauge.PanelBuilder(), {
    title: 'Days left',
    description:
      'By the latest check. Colours change at the rungs of the default ladder. Licenses without an end date are in the table of sites only.',
    empty: 'No license with an end date',
    at: { x: 0, y: 0, w: 8, h: 10 },
  })
    .withTarget(series(ask.latest('daysUntilExpiry')))
    .unit('none')
    .decimals(0)
    .min(0)
    .thresholds(look.rungThresholds())
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false));
}
