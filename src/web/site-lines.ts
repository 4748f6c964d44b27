/** The metrics of sites as text, of which only the lines that changed are written anew. */
import type { SiteSummary } from './api.ts';
import { encodeSamples, type Family, gauge } from './exposition.ts';
import { type SiteMetric, siteMetrics } from './site-metrics.ts';

/** Joining a few long texts is quick, and so is putting one of them together from the lines of few sites. */
const SITES_PER_BLOCK = 64;

/** The lines of one metric, of all sites. */
interface Lines {
  readonly metric: SiteMetric;
  readonly shown: unknown[];
  readonly texts: string[];
  /** Undefined where a site has changed. */
  readonly blocks: (string | undefined)[];
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
    return all.map(familyOf);
  };
}

const noLines = (): readonly Lines[] =>
  siteMetrics.map((metric) => ({ metric, shown: [], texts: [], blocks: [] }));

function write(
  { metric, shown, texts, blocks }: Lines,
  site: SiteSummary,
  place: number,
  isNew: boolean,
): void {
  const next = metric.shows(site);
  if (!isNew && shown[place] === next) return;
  shown[place] = next;
  texts[place] = encodeSamples(gauge(metric.name, metric.help, metric.samples(site)));
  blocks[Math.floor(place / SITES_PER_BLOCK)] = undefined;
}

function familyOf({ metric, texts, blocks }: Lines): Family {
  for (const [number, block] of blocks.entries()) {
    if (block !== undefined) continue;
    blocks[number] = texts.slice(number * SITES_PER_BLOCK, (number + 1) * SITES_PER_BLOCK).join('');
  }
  return { ...gauge(metric.name, metric.help, []), encoded: blocks.join('') };
}
