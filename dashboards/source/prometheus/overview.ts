/** The overview, from Prometheus: all sites at a glance, and the destinations. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { metricLabels as label } from '../../../src/web/metric-names.ts';
import * as columns from '../columns.ts';
import { dashboardOf } from '../frame.ts';
import * as look from '../look.ts';
import { countOverTime, daysLeftBars, daysOverTime, strip } from '../panels.ts';
import { overviewWords, words } from '../words.ts';
import * as ask from './promql.ts';
import { alerts, now, overTime, prometheus, rowsOf, sitesNow, versionsOf } from './source.ts';

const NO_DESTINATION = 'No destination is configured';

export function overview(): Dashboard {
  const frame = {
    uid: 'license-sentinel-prometheus-overview',
    title: `${overviewWords.title} (Prometheus)`,
    description: overviewWords.description,
    from: 'now-30d',
    severalSites: true,
  };
  return dashboardOf(frame, prometheus, [
    [8, 10, daysLeftBars(words.daysLeftBars, now(ask.daysLeft))],
    [16, 10, sitesNow(words.sites)],
    [24, 9, daysOverTime(words.daysOverTime, overTime(ask.daysLeft))],
    [24, 7, strip(words.reachability, overTime(ask.reachable), look.reachableNumberMappings)],
    [12, 8, alerts()],
    [12, 8, versionsOf(words.versions, ask.versions)],
    [12, 8, destinations()],
    [12, 8, failures()],
    [
      24,
      8,
      countOverTime(
        {
          title: 'Messages waiting',
          description: 'What each destination has not taken yet.',
          empty: NO_DESTINATION,
        },
        overTime(ask.waiting, label.destination),
      ),
    ],
  ]);
}

const destination: columns.Column = [label.destination, columns.titled('Destination')];

function destinations(): ReturnType<typeof rowsOf> {
  return rowsOf(
    {
      title: 'Destinations',
      description: 'Where status and alerts go, and what waits there.',
      empty: NO_DESTINATION,
    },
    [destination],
    [
      [ask.waiting, columns.titled('Waiting', columns.inUnit('none'))],
      [ask.oldestAge, columns.titled('Oldest', columns.inUnit('s'))],
      [ask.failing, columns.inColour('Failing', look.yesNoMappings)],
      [ask.deadLetters, columns.titled('Given up', columns.inUnit('none'))],
    ],
  );
}

function failures(): ReturnType<typeof rowsOf> {
  return rowsOf(
    {
      title: 'Delivery failures',
      description:
        'Since License Sentinel started: deferred attempts, which are repeated, and dead messages, which were given up.',
      empty: 'Nothing has failed since the start',
    },
    [destination, [label.outcome, columns.titled('Outcome')], [label.reason, columns.titled('Reason')]],
    [[ask.failures, columns.titled('Number', columns.inUnit('none'))]],
  );
}
