/** One site, from Prometheus: the countdown, its history, renewals. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { metricLabels as label } from '../../../src/web/metric-names.ts';
import * as columns from '../columns.ts';
import { dashboardOf } from '../frame.ts';
import * as look from '../look.ts';
import { big, daysOverTime, strip } from '../panels.ts';
import { siteWords, words } from '../words.ts';
import * as ask from './promql.ts';
import {
  alerts,
  bySite,
  checks,
  DAY,
  now,
  overTime,
  prometheus,
  rowsOf,
  SITE_DASHBOARD,
  sitesNow,
  versionsOf,
} from './source.ts';

export function site(): Dashboard {
  const frame = {
    uid: SITE_DASHBOARD,
    title: `${siteWords.title} (Prometheus)`,
    description: siteWords.description,
    from: 'now-90d',
    severalSites: false,
  };
  const readingAge = { ...words.readingAge, description: 'How long ago the license was last read.' };
  return dashboardOf(frame, prometheus, [
    [5, 5, big(words.daysLeft, now(ask.daysLeft)).thresholds(look.rungThresholds())],
    [5, 5, big(words.endDate, now(ask.endDate)).unit(DAY)],
    [5, 5, big(words.state, now(ask.stateNumber)).mappings(look.stateNumberMappings)],
    [5, 5, big(words.reachable, now(ask.reachable)).mappings(look.reachableNumberMappings)],
    [4, 5, big(readingAge, now(ask.readingAge)).unit('s')],
    [24, 9, daysOverTime(words.countdown, overTime(ask.daysLeft))],
    [12, 5, strip(words.stateOverTime, overTime(ask.stateNumber), look.stateNumberMappings)],
    [12, 5, strip(words.reachability, overTime(ask.reachable), look.reachableNumberMappings)],
    [12, 5, strip(words.endDateOverTime, overTime(ask.endDate)).unit(DAY)],
    [12, 8, renewals()],
    [12, 5, sitesNow(words.open)],
    [
      12,
      8,
      versionsOf(
        {
          title: 'Product versions seen',
          description: 'What the site ran in this time range.',
          empty: words.versions.empty,
        },
        ask.versionsSeen,
      ),
    ],
    [12, 8, certificates()],
    [12, 8, checks()],
    [24, 8, alerts()],
  ]);
}

function renewals(): ReturnType<typeof rowsOf> {
  return rowsOf(
    {
      title: 'Renewals',
      description: 'When the end date became another one: later by a renewal, or earlier.',
      empty: 'The end date did not change in this time range',
    },
    [bySite],
    [
      [ask.changedFrom, columns.titled('End date before', columns.inUnit(DAY))],
      [ask.changedTo, columns.titled('End date after', columns.inUnit(DAY))],
    ],
    { time: columns.time('Seen') },
  );
}

function certificates(): ReturnType<typeof rowsOf> {
  return rowsOf(
    {
      title: 'Certificates',
      description: 'When the certificates of the connection end: the client’s, the root’s, the server’s.',
      empty: 'No certificate is known yet',
    },
    [bySite, [label.certificate, columns.titled('Certificate')]],
    [
      [ask.certificateEnds, columns.titled('End', columns.inUnit(DAY))],
      [ask.certificateDays, columns.titled('Days left', columns.inUnit('none'))],
    ],
  );
}
