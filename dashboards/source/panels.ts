/** The kinds of panels, with what is the same wherever they are used. Each says something when it has nothing to show. */
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import { LegendDisplayMode, LegendPlacement } from '@grafana/grafana-foundation-sdk/common';
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as tables from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Column } from './columns.ts';
import * as look from './look.ts';
import type { Words } from './words.ts';

export type Target = Builder<Dataquery>;

/** @param shown every column that the query gives */
export function tableOf(
  text: Words,
  targets: readonly Target[],
  shown: readonly Column[],
): tables.PanelBuilder {
  const panel = worded(new tables.PanelBuilder(), text)
    .unit('none')
    .targets([...targets])
    .filterable(true);
  for (const [name, look] of shown) panel.overrideByName(name, [...look]);
  return panel;
}

/** Tables of several queries side by side: rows with the same labels become one. The columns stand in the order of `shown`. */
export function joinedTableOf(
  text: Words,
  targets: readonly Target[],
  shown: readonly Column[],
  hidden: readonly string[],
): tables.PanelBuilder {
  const order = shown.map(([name], index) => [name, index] as const);
  return tableOf(text, targets, shown)
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
        indexByName: Object.fromEntries(order),
      },
    });
}

/** A bar for each site. */
export function daysLeftBars(text: Words, target: Target): bargauge.PanelBuilder {
  return worded(new bargauge.PanelBuilder(), text)
    .withTarget(target)
    .unit('none')
    .decimals(0)
    .min(0)
    .thresholds(look.rungThresholds())
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false));
}

export function daysOverTime(text: Words, target: Target): timeseries.PanelBuilder {
  return steps(text, target)
    .axisLabel('days left')
    .spanNulls(true)
    .thresholds(look.rungThresholds())
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
}

export function countOverTime(text: Words, target: Target): timeseries.PanelBuilder {
  return steps(text, target).min(0);
}

/** Lines that stay as they are until they change. */
function steps(text: Words, target: Target): timeseries.PanelBuilder {
  return worded(new timeseries.PanelBuilder(), text)
    .withTarget(target)
    .unit('none')
    .decimals(0)
    .lineInterpolation(common.LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(5)
    .showPoints(common.VisibilityMode.Auto)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    );
}

/** A strip for each site that changes its colour with the value. */
export function strip(text: Words, target: Target, mappings?: ValueMapping[]): statetimeline.PanelBuilder {
  const panel = worded(new statetimeline.PanelBuilder(), text)
    .withTarget(target)
    .unit('none')
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .rowHeight(0.8)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false));
  return mappings === undefined ? panel : panel.mappings(mappings);
}

/** One large value. @param name of the value, which picks it where it is not a number */
export function big(text: Words, target: Target, name?: string): stat.PanelBuilder {
  return worded(new stat.PanelBuilder(), text)
    .withTarget(target)
    .unit('none')
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.Value)
    .reduceOptions(
      new common.ReduceDataOptionsBuilder()
        .calcs(['lastNotNull'])
        .fields(name === undefined ? '' : `/^${name}$/`)
        .values(false),
    );
}

interface Wordable<T> {
  title(text: string): T;
  description(text: string): T;
  noValue(text: string): T;
}

function worded<T extends Wordable<T>>(panel: T, { title, description, empty }: Words): T {
  return panel.title(title).description(description).noValue(empty);
}
