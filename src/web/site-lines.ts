/** The metrics of sites as text, of which only the lines that changed are written anew. */
import type { SiteSummary } from './api.ts';
import { encodeSamples, type Family, gauge, LINES_PER_BLOCK } from './exposition.ts';
import { type SiteMetric, siteMetrics } from './site-metrics.ts';
import { createTextBlocks, type TextBlocks } from './text-blocks.ts';

/** The lines of one metric, of all sites. */
interface Lines {
  readonly metric: SiteMetric;
  readonly shown: unknown[];
  readonly blocks: TextBlocks;
}

/**
 * A function that remembers what it wrote. A summary that is the same object as before is taken to be unchanged. Sites
 * keep the order in which they first came.
 */
export function createSiteLines(): (sites: readonly SiteSummary[]) => readonly Family[] {
  const places = new Map<string, number>();
  let known: SiteSummary[] = [];
  let all = noLines();

  function put(site: SiteSummary): void {
    let place = places.get(site.name);
    const isNew = place === undefined;
    place ??= places.size;
    if (isNew) places.set(site.name, place);
    if (known[place] === site) return;
    known[place] = site;
    for (const lines of all) write(lines, site, place, isNew);
  }

  return (sites) => {
    if (sites.length < places.size) {
      places.clear();
      known = [];
      all = noLines();
    }
    for (const site of sites) put(site);
    return all.map(({ metric, blocks }) => ({
      ...gauge(metric.name, metric.help, []),
      encoded: blocks.buffers(),
    }));
  };
}

const noLines = (): readonly Lines[] =>
  siteMetrics.map((metric) => ({ metric, shown: [], blocks: createTextBlocks(LINES_PER_BLOCK) }));

function write({ metric, shown, blocks }: Lines, site: SiteSummary, place: number, isNew: boolean): void {
  const next = metric.shows(site);
  if (!isNew && shown[place] === next) return;
  shown[place] = next;
  blocks.put(place, encodeSamples(gauge(metric.name, metric.help, metric.samples(site))));
}
