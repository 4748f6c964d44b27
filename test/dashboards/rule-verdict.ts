/** What Grafana makes of an alert rule: asks, keeps the last value of each series, compares. */

import type { Influxd } from '../servers/influxd.ts';
import { expandMacros } from './grafana-macros.ts';
import { DATABASE } from './life.ts';
import type { ShippedRule } from './shipped.ts';

/** The sites for which a rule is on, in alphabetical order. `series` is how many there were to look at. */
export async function verdictOf(rule: ShippedRule, at: number, influxd: Influxd) {
  const [asked, , judged] = rule.data;
  const range = { from: at - asked.relativeTimeRange.from * 1000, to: at };
  const found = await influxd.query(expandMacros(asked.model.query, range), DATABASE);
  const { type, params } = judged.model.conditions[0].evaluator;
  const sites = found
    .filter(({ values }) =>
      isMet(type, params, values.map(([, value]) => value as number).findLast(isNumber)!),
    )
    .map(({ tags }) => tags?.['site'] ?? '');
  return { sites: sites.sort(), series: found.length };
}

const isNumber = (value: unknown) => typeof value === 'number';

/** A range leaves out its ends. */
function isMet(type: string, [first, second]: readonly number[], value: number): boolean {
  if (type === 'gt') return value > first!;
  if (type === 'lt') return value < first!;
  if (type === 'within_range') return value > first! && value < second!;
  throw new Error(`a rule compares by ${type}`);
}
