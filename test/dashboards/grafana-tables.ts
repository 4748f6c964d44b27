/**
 * What Grafana makes of the answers of Prometheus in a table: a column for each label, the value by the letter of its query, and
 * with the transformation `merge` one row for all that have the same labels and time.
 */
import type { PrometheusSeries } from '../servers/prometheus.ts';

export type Row = Readonly<Record<string, string | number | undefined>>;
export type Frame = readonly Row[];

/** @param queries how many the panel has: the value of an only one has no letter */
export function frameOf(series: readonly PrometheusSeries[], refId: string, queries: number): Frame {
  const name = queries === 1 ? 'Value' : `Value #${refId}`;
  return series.flatMap(({ metric, values }) =>
    values.map(([at, value]) => ({ Time: at * 1000, ...metric, [name]: Number(value) })),
  );
}

export function merged(frames: readonly Frame[]): readonly Row[] {
  const filled = frames.filter((frame) => frame.length > 0);
  const columns = filled.map((frame) => new Set(frame.flatMap((row) => Object.keys(row))));
  const shared = [...(columns[0] ?? [])].filter((name) => columns.every((each) => each.has(name)));
  const rows = new Map<string, Record<string, string | number | undefined>>();
  for (const row of filled.flat()) {
    const key = filled.length === 1 ? JSON.stringify(row) : JSON.stringify(shared.map((name) => row[name]));
    rows.set(key, { ...rows.get(key), ...row });
  }
  return [...rows.values()];
}
