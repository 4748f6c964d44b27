/** One site: the countdown, its history, renewals. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { NoticeKind } from '../../src/alert/notice.ts';
import { measurements } from '../../src/license/points.ts';
import { finished, frame } from './frame.ts';
import * as ask from './influxql.ts';
import * as look from './look.ts';
import { big, daysOverTime, NO_CHECKS, strip, tableOf } from './panels.ts';

const renewals: readonly NoticeKind[] = ['renewed', 'shortened', 'replaced', 'recovered'];
const { license, version } = measurements;

export function site(): Dashboard {
  const built = frame({
    uid: 'license-sentinel-site',
    title: 'Qlik Sense license of a site',
    description: 'One Qlik Sense site: how long its license lasts, and what happened to it.',
    from: 'now-1y',
    severalSites: false,
  })
    .withPanel(
      big(
        {
          title: 'Days left',
          description: 'Whole calendar days to the end date; negative afterwards.',
          empty: 'no end date known',
          at: { x: 0, y: 0, w: 5, h: 5 },
        },
        ask.latest('daysUntilExpiry'),
        'Days left',
      ).thresholds(look.rungThresholds()),
    )
    .withPanel(
      big(
        {
          title: 'End date',
          description: 'The last day on which the license is valid.',
          empty: 'no end date known',
          at: { x: 5, y: 0, w: 5, h: 5 },
        },
        ask.latest('expiryDate'),
        'End date',
      ),
    )
    .withPanel(
      big(
        {
          title: 'State',
          description: 'What License Sentinel makes of the license.',
          empty: 'not read yet',
          at: { x: 10, y: 0, w: 5, h: 5 },
        },
        ask.latest('state'),
        'State',
      ).mappings(look.stateMappings),
    )
    .withPanel(
      big(
        {
          title: 'Reachable',
          description: 'Whether the latest check could read the site.',
          empty: NO_CHECKS,
          at: { x: 15, y: 0, w: 5, h: 5 },
        },
        ask.latest('reachable'),
        'Reachable',
      ).mappings(look.reachableMappings),
    )
    .withPanel(
      big(
        {
          title: 'Age of reading',
          description:
            'How old the reading was that the latest check went by: 0 when it could read the site.',
          empty: 'not read yet',
          at: { x: 20, y: 0, w: 4, h: 5 },
        },
        ask.latest('readingAgeSeconds'),
        'Age of reading',
      ).unit('s'),
    )
    .withPanel(
      daysOverTime({
        title: 'Countdown',
        description: 'Days left at each check. A step upwards is a renewal.',
        empty: 'No license with an end date in this time range',
        at: { x: 0, y: 5, w: 24, h: 9 },
      }),
    )
    .withPanel(
      strip(
        {
          title: 'State over time',
          description: 'The state at each check.',
          empty: 'Not read yet',
          at: { x: 0, y: 14, w: 12, h: 5 },
        },
        'state',
      ),
    )
    .withPanel(
      strip(
        {
          title: 'Reachability',
          description: 'Whether each check could read the site.',
          empty: NO_CHECKS,
          at: { x: 12, y: 14, w: 12, h: 5 },
        },
        'reachable',
      ),
    )
    .withPanel(
      strip(
        {
          title: 'End date over time',
          description: 'A new date is a renewal, or an earlier end.',
          empty: 'No license with an end date in this time range',
          at: { x: 0, y: 19, w: 12, h: 5 },
        },
        'expiryDate',
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Renewals',
          description: 'Changes of the license.',
          empty: 'The license did not change in this time range',
          at: { x: 12, y: 19, w: 12, h: 8 },
        },
        ask.alerts(renewals),
        ask.alertColumns,
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Open QMC and Hub',
          description: 'Needs a tag url on the site, such as https://sense.example.com.',
          empty: NO_CHECKS,
          at: { x: 0, y: 24, w: 12, h: 5 },
        },
        ask.latestChecks,
        [license.tags.site, ...ask.checkColumns, ask.URL_TAG],
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Product versions seen',
          description: 'Every look at the product version.',
          empty: 'No product version was read in this time range',
          at: { x: 12, y: 27, w: 12, h: 8 },
        },
        ask.allVersions,
        [version.tags.site, ...ask.versionColumns],
      ),
    )
    .withPanel(
      tableOf(
        {
          title: 'Alerts',
          description: 'What License Sentinel has said, the newest first.',
          empty: 'No alert in this time range',
          at: { x: 0, y: 35, w: 24, h: 8 },
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
          at: { x: 0, y: 43, w: 24, h: 10 },
        },
        ask.allChecks,
        [license.tags.site, ...ask.checkColumns],
      ),
    )
    .build();
  return finished(built);
}
