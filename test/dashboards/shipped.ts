/** The checked-in dashboards and rules, as far as the tests look at them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const dashboardsFolder = join(import.meta.dirname, '../../dashboards');

export interface PrometheusTarget {
  readonly refId: string;
  readonly expr: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly format?: 'table';
  readonly legendFormat?: string;
}

export interface Target {
  readonly query: string;
  readonly resultFormat: 'table' | 'time_series';
  readonly rawQuery: boolean;
}

export interface Panel<Query = Target> {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Query[];
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: { readonly excludeByName?: Readonly<Record<string, boolean>> };
  }[];
  readonly fieldConfig: {
    readonly defaults: { readonly unit: string; readonly noValue: string };
    readonly overrides: readonly { readonly matcher: { readonly id: string; readonly options: string } }[];
  };
}

export interface ShippedVariable {
  readonly type: string;
  readonly name: string;
  readonly query: string;
  readonly multi: boolean;
  readonly allValue: string;
}

export interface ShippedDashboard<Query = Target> {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel<Query>[];
  readonly templating: { readonly list: readonly ShippedVariable[] };
  readonly annotations: {
    readonly list: readonly {
      readonly query: string;
      readonly textColumn: string;
      readonly tagsColumn: string;
    }[];
  };
}

export interface ShippedRule {
  readonly uid: string;
  readonly title: string;
  readonly for: string;
  readonly noDataState: string;
  readonly labels: { readonly severity: string };
  readonly data: readonly [
    { readonly relativeTimeRange: { readonly from: number }; readonly model: Target },
    { readonly model: { readonly reducer: string } },
    {
      readonly model: {
        readonly conditions: readonly [
          { readonly evaluator: { readonly type: string; readonly params: readonly number[] } },
        ];
      };
    },
  ];
}

const text = (path: string) => readFileSync(join(dashboardsFolder, path), 'utf8');

export const shippedDashboards = ['overview', 'site'].map(
  (name) => JSON.parse(text(`grafana/${name}.json`)) as ShippedDashboard,
);
export const [overview, siteDashboard] = shippedDashboards as [ShippedDashboard, ShippedDashboard];

export const prometheusDashboards = ['overview', 'site'].map(
  (name) => JSON.parse(text(`grafana/prometheus-${name}.json`)) as ShippedDashboard<PrometheusTarget>,
);

export const shippedRules = (
  parse(text('grafana/alert-rules.yaml')) as { groups: [{ rules: readonly ShippedRule[] }] }
).groups[0].rules;
