/** What all dashboards share: variables, links to each other, annotations, the time range. */
import type { AnnotationQuery, Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { measurements } from '../../src/license/points.ts';
import { alerts, siteNames, tagNames, tagValues } from './influxql.ts';
import { chosenSource } from './target.ts';

const TAG = 'license-sentinel';
const ALL = { text: 'All', value: '$__all', selected: true };

export interface Frame {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  /** Whether several sites can be chosen at once. */
  readonly severalSites: boolean;
}

export function frame({ uid, title, description, from, severalSites }: Frame): dashboard.DashboardBuilder {
  return new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG, 'qlik-sense'])
    .time({ from, to: 'now' })
    .timezone('browser')
    .refresh('5m')
    .editable()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables([
      new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type('influxdb'),
      variable('site', 'Site', siteNames).multi(severalSites).allValue('.*'),
      // All stands for the tag of the site, so that the query is right where points have no tag at all.
      variable('key', 'Tag', tagNames).multi(false).allValue(measurements.license.tags.site),
      variable('value', 'Value', tagValues).multi(true).allValue('.*'),
    ])
    .link(
      new dashboard.DashboardLinkBuilder('License Sentinel')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .keepTime(true)
        .includeVars(true),
    );
}

/** Numbers the panels, and puts the alerts on all of them. InfluxQL annotations have settings of their own, which the SDK does not know. */
export function finished(built: Dashboard): Dashboard {
  const { tags, fields } = measurements.alert;
  const annotation = {
    name: 'Alerts',
    datasource: chosenSource,
    enable: true,
    hide: false,
    iconColor: 'orange',
    query: alerts(),
    textColumn: fields.title,
    tagsColumn: [tags.site, tags.kind, tags.severity].join(','),
  } satisfies AnnotationQuery & Record<'query' | 'textColumn' | 'tagsColumn', string>;
  const panels = (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 }));
  return { ...built, panels, annotations: { list: [annotation] } };
}

function variable(name: string, label: string, query: string): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(chosenSource)
    .query(query)
    .definition(query)
    .includeAll(true)
    .current(ALL)
    .sort(dashboard.VariableSort.AlphabeticalCaseInsensitiveAsc)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged);
}
