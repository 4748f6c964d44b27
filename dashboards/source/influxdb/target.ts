/** InfluxQL as the foundation SDK wants a query: it has no builder for InfluxDB. */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

export interface InfluxTarget extends Dataquery {
  readonly refId: string;
  readonly query: string;
  readonly rawQuery: true;
  readonly resultFormat: 'time_series' | 'table';
  readonly alias?: string;
}

/** One row for each point. */
export function table(query: string): Builder<Dataquery> {
  return target({ query, resultFormat: 'table' });
}

/** One series for each site. @param alias its name; `$tag_site` is the site */
export function series(query: string, alias = '$tag_site'): Builder<Dataquery> {
  return target({ query, resultFormat: 'time_series', alias });
}

function target(parts: Pick<InfluxTarget, 'query' | 'resultFormat' | 'alias'>): Builder<Dataquery> {
  return {
    build: (): InfluxTarget => ({
      refId: 'A',
      ...parts,
      rawQuery: true,
      _implementsDataqueryVariant() {},
    }),
  };
}
