/**
 * Where the reader is, kept in the fragment of the address: it works below any path, survives a reload and can be sent to
 * someone. `#/`, `#/?q=prod&level=critical`, `#/site/prod`, `#/deliveries`. Pure.
 */
import { type Filter, filterFrom, queryOf } from './overview/filter.ts';

export type Route =
  | { readonly view: 'overview'; readonly filter: Filter }
  | { readonly view: 'site'; readonly site: string }
  | { readonly view: 'deliveries' }
  | { readonly view: 'unknown' };

/** @param hash as `location.hash` has it, `''` or beginning with `#` */
export function routeOf(hash: string): Route {
  const [path, query] = splitOnce(hash.replace(/^#\/?/, ''), '?');
  if (path === '') return { view: 'overview', filter: filterFrom(new URLSearchParams(query)) };
  if (path === 'deliveries') return { view: 'deliveries' };
  const site = /^site\/(.+)$/.exec(path)?.[1];
  return site === undefined ? { view: 'unknown' } : { view: 'site', site: decoded(site) };
}

export function hrefOf(route: Exclude<Route, { view: 'unknown' }>): string {
  switch (route.view) {
    case 'overview': {
      const query = queryOf(route.filter);
      return query === '' ? '#/' : `#/?${query}`;
    }
    case 'site':
      return `#/site/${encodeURIComponent(route.site)}`;
    case 'deliveries':
      return '#/deliveries';
  }
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
