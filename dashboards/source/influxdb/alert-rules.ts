/** Alert rules for Grafana's own alerting, as a provisioning file. They need no other alert of License Sentinel. */
import type { Query, Rule } from '@grafana/grafana-foundation-sdk/alerting';
import type { TypeReduce, TypeThreshold } from '@grafana/grafana-foundation-sdk/expr';
import type { LicenseState } from '../../../src/license/reading.ts';
import { criticalFromDays, rungs } from '../look.ts';
import * as ask from './influxql.ts';
import type { InfluxTarget } from './target.ts';

/** The uid of the data source, as `provisioning/datasources` has it. */
export const SOURCE_UID = 'license-sentinel-influxdb';
/** Longer than two checks at the default interval of 6 hours. */
export const SILENT_HOURS = 13;

const DAY_S = 86_400;
const ownEnd: readonly LicenseState[] = ['blocked', 'missing', 'unreadable', 'not-started'];
const expressions = { type: '__expr__', uid: '__expr__' };

type FileRule = Pick<Rule, 'condition' | 'for' | 'noDataState' | 'execErrState' | 'title'> &
  Required<Pick<Rule, 'uid' | 'annotations' | 'labels' | 'isPaused'>> & { readonly data: readonly Query[] };

interface Facts {
  readonly uid: string;
  readonly title: string;
  readonly query: string;
  readonly days: number;
  readonly fires: { readonly type: 'gt' | 'lt' | 'within_range'; readonly params: readonly number[] };
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
  readonly pending?: string;
  readonly noDataState?: Rule['noDataState'];
}

const site = '{{ or $labels.site "The site" }}';

export function alertRuleFile() {
  const rules = [...rungs.map(rungRule), ...otherRules()].map(ruleOf);
  return {
    apiVersion: 1,
    groups: [{ orgId: 1, name: 'license-sentinel', folder: 'License Sentinel', interval: '10m', rules }],
  };
}

/** Each rung has the days down to the next one to itself, so that only one of them is on at a time. */
function rungRule(rung: number, index: number): Facts {
  const next = rungs[index + 1] ?? -1;
  return {
    uid: `license-sentinel-rung-${rung}`,
    title: `Qlik Sense license: ${rung} days or fewer left`,
    query: ask.daysLeftNow,
    days: 2,
    // Halves, because a range leaves out its ends.
    fires: { type: 'within_range', params: [next + 0.5, rung + 0.5] },
    severity: rung <= criticalFromDays ? 'critical' : 'warning',
    summary: `${site}: the Qlik Sense license ends in {{ $values.B.Value }} days.`,
  };
}

function otherRules(): readonly Facts[] {
  const isOn = { type: 'gt', params: [0.5] } as const;
  return [
    {
      uid: 'license-sentinel-expired',
      title: 'Qlik Sense license: expired',
      query: ask.isExpiredNow,
      days: 2,
      fires: isOn,
      severity: 'critical',
      summary: `${site}: the Qlik Sense license has expired.`,
    },
    {
      uid: 'license-sentinel-unusable',
      title: 'Qlik Sense license: blocked, missing, unreadable or not started',
      query: ask.isInState(ownEnd),
      days: 2,
      fires: isOn,
      severity: 'critical',
      summary: `${site}: the Qlik Sense license is blocked, missing, unreadable or not started.`,
    },
    {
      uid: 'license-sentinel-unreachable',
      title: 'Qlik Sense site: unreachable',
      query: ask.isUnreachableNow,
      days: 2,
      fires: isOn,
      severity: 'warning',
      pending: '1h',
      summary: `${site}: Qlik Sense cannot be read; days left count on from the last reading.`,
    },
    {
      uid: 'license-sentinel-silent',
      title: 'License Sentinel: silent',
      query: ask.checksPerHour(SILENT_HOURS),
      days: 14,
      fires: { type: 'lt', params: [0.0001] },
      severity: 'critical',
      noDataState: 'Alerting',
      summary: `${site}: License Sentinel has written no check for ${SILENT_HOURS} hours.`,
    },
  ];
}

function ruleOf(facts: Facts): FileRule {
  const relativeTimeRange = { from: facts.days * DAY_S, to: 0 };
  const asked: Omit<InfluxTarget, '_implementsDataqueryVariant'> = {
    refId: 'A',
    query: facts.query,
    rawQuery: true,
    resultFormat: 'time_series',
  };
  const reduced: Omit<TypeReduce, '_implementsDataqueryVariant'> = {
    refId: 'B',
    datasource: expressions,
    type: 'reduce',
    expression: 'A',
    reducer: 'last',
  };
  const judged: Omit<TypeThreshold, '_implementsDataqueryVariant'> = {
    refId: 'C',
    datasource: expressions,
    type: 'threshold',
    expression: 'B',
    conditions: [{ evaluator: { type: facts.fires.type, params: [...facts.fires.params] } }],
  };
  // The marker that the SDK wants on a query is a function, and would not survive in a file.
  const query = (refId: string, datasourceUid: string, model: object): Query => ({
    refId,
    relativeTimeRange,
    datasourceUid,
    model: model as NonNullable<Query['model']>,
  });
  return {
    uid: facts.uid,
    title: facts.title,
    condition: 'C',
    data: [query('A', SOURCE_UID, asked), query('B', '__expr__', reduced), query('C', '__expr__', judged)],
    noDataState: facts.noDataState ?? 'OK',
    execErrState: 'Error',
    for: facts.pending ?? '0s',
    annotations: { summary: facts.summary },
    labels: { severity: facts.severity, source: 'license-sentinel' },
    isPaused: false,
  };
}
