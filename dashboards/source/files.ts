/** Every generated file: its path below `dashboards/`, and its text. */
import { stringify } from 'yaml';
import { alertRuleFile } from './influxdb/alert-rules.ts';
import { overview } from './influxdb/overview.ts';
import { site } from './influxdb/site.ts';
import { overview as prometheusOverview } from './prometheus/overview.ts';
import { site as prometheusSite } from './prometheus/site.ts';
import { dashboardProviderFile, datasourceFile } from './provisioning.ts';

const NOTE = '# Written by `npm run dashboards`; changes belong in dashboards/source.\n';

export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['grafana/overview.json', json(overview())],
    ['grafana/site.json', json(site())],
    ['grafana/prometheus-overview.json', json(prometheusOverview())],
    ['grafana/prometheus-site.json', json(prometheusSite())],
    ['grafana/alert-rules.yaml', yaml(alertRuleFile())],
    ['provisioning/datasources/license-sentinel.yaml', yaml(datasourceFile)],
    ['provisioning/dashboards/license-sentinel.yaml', yaml(dashboardProviderFile)],
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function yaml(value: unknown): string {
  return NOTE + stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
