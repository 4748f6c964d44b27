/** The metrics of sites as text, of which only those of sites that changed are written anew. */
import type { SiteSummary } from './api.ts';
import { encodeSamples, type Family } from './exposition.ts';
import { siteFamilies } from './site-metrics.ts';

/** A function that remembers lines by summary: one that is the same object as before is taken to be unchanged. */
export function createSiteLines(): (sites: readonly SiteSummary[]) => readonly Family[] {
  const known = new WeakMap<SiteSummary, readonly string[]>();
  const empty = siteFamilies([]);

  function linesOf(site: SiteSummary): readonly string[] {
    const before = known.get(site);
    if (before !== undefined) return before;
    const lines = siteFamilies([site]).map(encodeSamples);
    known.set(site, lines);
    return lines;
  }

  return (sites) => {
    const all = sites.map(linesOf);
    return empty.map((family, index) => ({ ...family, encoded: all.map((lines) => lines[index]).join('') }));
  };
}
