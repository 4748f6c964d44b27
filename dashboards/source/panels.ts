/** The kinds of panels, with what is the same wherever they are used. Each says something when it has nothing to show. */

import * as common from '@grafana/grafana-foundation-sdk/common';
import { LegendDisplayMode, LegendPlacement } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue, GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as tables from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { measurements } from '../../src/license/points.ts';
import { overTime, URL_TAG } from './influxql.ts';
import * as look from './look.ts';
import { chosenSource, placeholder, series, table } from './target.ts';

export interface Words {
  readonly title: string;
  readonly description: string;
  /** Shown instead of "No data". */
  readonly empty: string;
  readonly at: GridPos;
}

export const NO_CHECKS = 'No check in this time range';
const { fields, tags } = measurements.license;

const property = (id: string, value: unknown): DynamicConfigValue => ({ id, value });
const coloured = property('custom.cellOptions', { type: 'color-text' });
const link = (title: string, url: string, targetBlank: boolean) => ({ title, url, targetBlank });

/** How a column looks, whatever table it is in. */
const columns: Readonly<Record<string, readonly DynamicConfigValue[]>> = {
  Time: [property('displayName', 'Checked'), property('custom.width', 165)],
  [tags.site]: [
    property('displayName', 'Site'),
    property('links', [
      link(
        'This site alone',
        `/d/license-sentinel-site?var-datasource=${placeholder('datasource')}&var-site=${placeholder('__value.raw:percentencode')}&${placeholder('__url_time_range')}`,
        false,
      ),
    ]),
  ],
  [URL_TAG]: [
    property('displayName', 'Open'),
    property('links', [
      link('QMC', `${placeholder('__value.raw')}/qmc`, true),
      link('Hub', `${placeholder('__value.raw')}/hub`, true),
    ]),
  ],
  [fields.state]: [property('displayName', 'State'), property('mappings', look.stateMappings), coloured],
  [fields.licenseExpired]: [
    property('displayName', 'Expired'),
    property('mappings', look.expiredMappings),
    coloured,
  ],
  [fields.expiryDate]: [property('displayName', 'End date'), property('mappings', look.noEndMappings)],
  [fields.daysUntilExpiry]: [
    property('displayName', 'Days until expiry'),
    property('unit', 'none'),
    property('mappings', look.noEndMappings),
    property('thresholds', thresholdSteps()),
    coloured,
  ],
  [fields.reachable]: [
    property('displayName', 'Reachable'),
    property('mappings', look.reachableMappings),
    coloured,
  ],
  [fields.readingAgeSeconds]: [property('displayName', 'Age of reading'), property('unit', 's')],
  severity: [property('displayName', 'Severity'), property('mappings', look.severityMappings), coloured],
  kind: [property('displayName', 'Kind')],
  title: [property('displayName', 'Alert'), property('custom.minWidth', 260)],
  [measurements.version.fields.releaseLabel]: [property('displayName', 'Release')],
  [measurements.version.fields.version]: [property('displayName', 'Version')],
  [measurements.version.fields.productName]: [property('displayName', 'Product')],
  [measurements.version.fields.repositoryVersion]: [property('displayName', 'Repository service')],
};

/** @param names of the columns that the query gives beside the time */
export function tableOf(words: Words, query: string, names: readonly string[]): tables.PanelBuilder {
  const panel = worded(new tables.PanelBuilder(), words)
    .unit('none')
    .withTarget(table(query))
    .filterable(true);
  for (const name of ['Time', ...new Set(names)]) {
    const look = columns[name];
    if (look === undefined) throw new Error(`no look for the column ${name}`);
    panel.overrideByName(name, [...look]);
  }
  return panel;
}

export function daysOverTime(words: Words): timeseries.PanelBuilder {
  return worded(new timeseries.PanelBuilder(), words)
    .withTarget(series(overTime('daysUntilExpiry')))
    .unit('none')
    .decimals(0)
    .axisLabel('days left')
    .lineInterpolation(common.LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(5)
    .spanNulls(true)
    .showPoints(common.VisibilityMode.Auto)
    .thresholds(look.rungThresholds())
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    );
}

type StripField = 'reachable' | 'state' | 'expiryDate';

/** A strip for each site that changes its colour with the value. */
export function strip(words: Words, field: StripField): statetimeline.PanelBuilder {
  const panel = worded(new statetimeline.PanelBuilder(), words)
    .withTarget(series(overTime(field)))
    .unit('none')
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .rowHeight(0.8)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false));
  if (field === 'expiryDate') return panel;
  return panel.mappings(field === 'state' ? look.stateMappings : look.reachableMappings);
}

/** One large value. @param name of the value, which picks it where it is not a number */
export function big(words: Words, query: string, name: string): stat.PanelBuilder {
  return worded(new stat.PanelBuilder(), words)
    .withTarget(series(query, name))
    .unit('none')
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.Value)
    .reduceOptions(
      new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields(`/^${name}$/`).values(false),
    );
}

interface Wordable<T> {
  title(text: string): T;
  description(text: string): T;
  noValue(text: string): T;
  gridPos(at: GridPos): T;
  datasource(source: common.DataSourceRef): T;
}

export function worded<T extends Wordable<T>>(panel: T, { title, description, empty, at }: Words): T {
  return panel.title(title).description(description).noValue(empty).gridPos(at).datasource(chosenSource);
}

function thresholdSteps() {
  return look.rungThresholds().build();
}
