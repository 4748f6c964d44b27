/** What all dashboards share: variables, links to each other, annotations, the time range, where panels go. */
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { AnnotationQuery, Dashboard, GridPos, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { positionsOf } from './layout.ts';
import { placeholder } from './placeholder.ts';

const ALL = { text: 'All', value: '$__all', selected: true };

/** Where the numbers of a pair of dashboards come from. */
export interface Source {
  /** As Grafana calls it. */
  readonly type: 'influxdb' | 'prometheus';
  /** The dashboards that link to each other have it. */
  readonly tag: string;
  readonly timeZone: 'browser' | 'utc';
  /** Beside the data source; each answers with the values to choose from. */
  variables(severalSites: boolean): readonly dashboard.QueryVariableBuilder[];
  readonly annotation: AnnotationQuery;
}

export interface Frame {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  /** Whether several sites can be chosen at once. */
  readonly severalSites: boolean;
}

interface Placeable {
  gridPos(at: GridPos): this;
  datasource(source: DataSourceRef): this;
  build(): Panel;
}

/** Width of 24 columns, height, and what goes there. */
export type Placed = readonly [w: number, h: number, panel: Placeable];

/** The data source that is chosen at the top of the dashboard. */
export const chosenSource = (type: Source['type']): DataSourceRef => ({
  type,
  uid: placeholder('datasource'),
});

export function dashboardOf(frame: Frame, source: Source, panels: readonly Placed[]): Dashboard {
  const built = framed(frame, source);
  const positions = positionsOf(panels.map(([w, h]) => ({ w, h })));
  for (const [index, [, , panel]] of panels.entries()) {
    built.withPanel(panel.gridPos(positions[index]!).datasource(chosenSource(source.type)));
  }
  const made = built.build();
  const numbered = (made.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 }));
  return { ...made, panels: numbered, annotations: { list: [source.annotation] } };
}

function framed(
  { uid, title, description, from, severalSites }: Frame,
  { type, tag, timeZone, variables }: Source,
): dashboard.DashboardBuilder {
  return new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag, 'qlik-sense'])
    .time({ from, to: 'now' })
    .timezone(timeZone)
    .refresh('5m')
    .editable()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables([
      new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type(type),
      ...variables(severalSites),
    ])
    .link(
      new dashboard.DashboardLinkBuilder('License Sentinel')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(false)
        .keepTime(true)
        .includeVars(true),
    );
}

export function variable(
  source: Source['type'],
  name: string,
  label: string,
  query: string,
): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(chosenSource(source))
    .query(query)
    .definition(query)
    .includeAll(true)
    .current(ALL)
    .sort(dashboard.VariableSort.AlphabeticalCaseInsensitiveAsc)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged);
}
