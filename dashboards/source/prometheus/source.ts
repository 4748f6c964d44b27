/** What the dashboards for Prometheus share: how to choose, what to mark, how queries and their columns look. */
import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import * as prometheusQuery from '@grafana/grafana-foundation-sdk/prometheus';
import { metricLabels as label } from '../../../src/web/metric-names.ts';
import * as columns from '../columns.ts';
import { chosenSource, type Source, variable } from '../frame.ts';
import * as look from '../look.ts';
import { joinedTableOf, type Target } from '../panels.ts';
import { NO_CHECKS, type Words } from '../words.ts';
import * as ask from './promql.ts';

export const SITE_DASHBOARD = 'license-sentinel-prometheus-site';
/** A day, whatever the time; the dashboards are in UTC, as the metrics are. */
export const DAY = 'time:YYYY-MM-DD';
const INSTANT = 'dateTimeAsIso';

/** Prometheus annotations have settings of their own, which the SDK does not know. */
const annotation = {
  name: 'Alerts',
  datasource: chosenSource('prometheus'),
  enable: true,
  hide: false,
  iconColor: 'orange',
  expr: ask.firing,
  step: '60s',
  titleFormat: `{{${ask.ALERT_NAME}}}`,
  tagKeys: [label.site, label.destination, ask.SEVERITY].join(','),
} satisfies AnnotationQuery & Record<'expr' | 'step' | 'titleFormat' | 'tagKeys', string>;

export const prometheus: Source = {
  type: 'prometheus',
  tag: 'license-sentinel-prometheus',
  timeZone: 'utc',
  variables: (severalSites) => [
    variable('prometheus', 'site', 'Site', ask.siteNames).multi(severalSites).allValue('.*'),
  ],
  annotation,
};

const query = (expr: string) => new prometheusQuery.DataqueryBuilder().expr(expr).refId('A');
/** One value for each site, at the end of the time range. */
export const now = (expr: string): Target => query(expr).instant().legendFormat(`{{${label.site}}}`);
/** One series for each site. @param by the label that names the series */
export const overTime = (expr: string, by: string = label.site): Target =>
  query(expr).range().legendFormat(`{{${by}}}`);

export type Asked = readonly [expr: string, look: columns.Look];

/**
 * A row for each set of labels. Prometheus gives a table its labels by their names, and the value of each query as
 * `Value #A` and so on, or as `Value` where there is only one.
 */
export function rowsOf(
  text: Words,
  labels: readonly columns.Column[],
  asked: readonly (Asked | string)[],
  { time, last = [] }: { readonly time?: columns.Look; readonly last?: readonly columns.Column[] } = {},
): ReturnType<typeof joinedTableOf> {
  const { Table } = prometheusQuery.PromQueryFormat;
  const letters = asked.map((_, index) => String.fromCharCode(65 + index));
  const targets = asked.map((one, index) => {
    const made = query(typeof one === 'string' ? one : one[0])
      .refId(letters[index]!)
      .format(Table);
    return time === undefined ? made.instant() : made.range();
  });
  const valueName = (index: number) => (asked.length === 1 ? 'Value' : `Value #${letters[index]}`);
  const values = asked.flatMap((one, index) =>
    typeof one === 'string' ? [] : [[valueName(index), one[1]] as const],
  );
  const unseen = asked.flatMap((one, index) => (typeof one === 'string' ? [valueName(index)] : []));
  const shown = [...(time === undefined ? [] : [['Time', time] as const]), ...labels, ...values, ...last];
  return joinedTableOf(text, targets, shown, [...(time === undefined ? ['Time'] : []), ...unseen]);
}

export const bySite: columns.Column = [label.site, columns.site(SITE_DASHBOARD)];

/** The latest that is known of each site; the query of the sites comes first, as it has a row for every one. */
export const sitesNow = (text: Words): ReturnType<typeof rowsOf> =>
  rowsOf(
    text,
    [bySite],
    [
      ask.sites,
      [ask.lastCheck, columns.titled('Checked', columns.inUnit(INSTANT), columns.mapped(look.noEndMappings))],
      [ask.expired, columns.inColour('Expired', look.yesNoMappings)],
      [ask.endDate, columns.titled('End date', columns.inUnit(DAY), columns.mapped(look.noEndMappings))],
      [ask.daysLeft, columns.daysLeft],
      [ask.stateNumber, columns.inColour('State', look.stateNumberMappings)],
      [ask.reachable, columns.inColour('Reachable', look.reachableNumberMappings)],
      [ask.readingAge, columns.readingAge],
      [ask.acknowledged, columns.inColour('Acknowledged', look.acknowledgedNumberMappings)],
    ],
    { last: [[ask.URL_LABEL, columns.open]] },
  );

export const alerts = (): ReturnType<typeof rowsOf> =>
  rowsOf(
    {
      title: 'Alerts',
      description: 'Which rules of dashboards/prometheus have fired in this time range.',
      empty: 'No alert has fired in this time range, or the rules of dashboards/prometheus are not loaded',
    },
    [
      [ask.ALERT_NAME, columns.titled('Alert', columns.wide)],
      [ask.SEVERITY, columns.severity],
      bySite,
      [label.destination, columns.titled('Destination')],
    ],
    [ask.fired],
  );

export const versionsOf = (text: Words, expr: string): ReturnType<typeof rowsOf> =>
  rowsOf(
    text,
    [bySite, [label.releaseLabel, columns.titled('Release')], [label.version, columns.titled('Version')]],
    [expr],
  );

export const checks = (): ReturnType<typeof rowsOf> =>
  rowsOf(
    {
      title: 'Checks',
      description:
        'How checks ended since License Sentinel started: reading, or the reason why the license could not be read.',
      empty: NO_CHECKS,
    },
    [bySite, [label.outcome, columns.titled('Outcome')]],
    [[ask.checks, columns.titled('Checks', columns.inUnit('none'))]],
  );
