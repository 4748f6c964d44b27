/**
 * What Grafana makes of a query before it sends it, for InfluxQL with `rawQuery`: variables in the browser, macros in its server.
 * Documented in "InfluxDB template variables" and "InfluxDB query editor" of Grafana's manual.
 */

export interface TimeRange {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

export interface Variable {
  readonly multi: boolean;
  readonly allValue: string;
  /** A list, where several may be chosen; `$__all` is All. */
  readonly value: string | readonly string[];
}

/** The range divided by the width of the panel, as text. */
export interface Macros extends TimeRange {
  readonly interval?: string;
}

/** Puts the macros in, as the server of Grafana does, also for alert rules. */
export function expandMacros(query: string, { from, to, interval = '1h' }: Macros): string {
  return query
    .replaceAll('$timeFilter', `time >= ${from}ms and time <= ${to}ms`)
    .replaceAll('$__interval', interval);
}

/** Puts the variables in, as the page does: All as its own value, everything else escaped where it stands in a regular expression. */
export function expandVariables(query: string, variables: Readonly<Record<string, Variable>>): string {
  return query.replace(/\$(\w+)/g, (whole, name: string) => {
    const variable = variables[name];
    return variable === undefined ? whole : interpolated(variable, isInPattern(query, name));
  });
}

function interpolated({ value, allValue, multi }: Variable, inPattern: boolean): string {
  const all = '$__all';
  if (value === all || (value.length === 1 && value[0] === all)) return allValue;
  if (typeof value !== 'string') return `(${value.map(escaped).join('|')})`;
  return multi || inPattern ? escaped(value) : value;
}

function isInPattern(query: string, name: string): boolean {
  return [...query.matchAll(/[=!]~\s*\/((?:[^/\\]|\\.)+)\//g)].some(([, pattern]) =>
    pattern!.includes(`$${name}`),
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}

/**
 * The same for PromQL, whose variables all stand in texts that are regular expressions: escaped once for the expression and
 * once for the text. Documented in "Prometheus template variables" of Grafana's manual.
 */
export function expandPromql(
  expr: string,
  options: {
    readonly variables: Readonly<Record<string, Variable>>;
    /** Milliseconds. */
    readonly range: number;
    readonly interval?: string;
  },
): string {
  const { variables, range, interval = '1h' } = options;
  return expr
    .replaceAll('$__range', `${Math.round(range / 1000)}s`)
    .replaceAll('$__interval', interval)
    .replace(/\$(\w+)/g, (whole, name: string) => {
      const variable = variables[name];
      return variable === undefined ? whole : inPromql(variable);
    });
}

function inPromql({ value, allValue }: Variable): string {
  const chosen = typeof value === 'string' ? [value] : value;
  if (chosen.length === 1 && chosen[0] === '$__all') return allValue;
  const escapedTwice = chosen.map((text) =>
    text.replace(/\\/g, '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&'),
  );
  return escapedTwice.length === 1 ? escapedTwice[0]! : `(${escapedTwice.join('|')})`;
}
