/** The metrics of sites as text, of which only what is about sites that changed is written anew. */
import type { SiteSummary } from './api.ts';
import { encodeSamples, type Family } from './exposition.ts';
import { siteFamilies } from './site-metrics.ts';

/** Joining a few long texts is quick, and writing the few sites of one anew as well. */
const SITES_PER_BLOCK = 16;

interface Block {
  readonly sites: SiteSummary[];
  /** By family; undefined when a site has changed. */
  texts: readonly string[] | undefined;
}

/**
 * A function that remembers what it wrote. A summary that is the same object as before is taken to be unchanged. Sites
 * keep the order in which they first came.
 */
export function createSiteLines(): (sites: readonly SiteSummary[]) => readonly Family[] {
  const empty = siteFamilies([]);
  const places = new Map<string, number>();
  let blocks: Block[] = [];

  function put(site: SiteSummary): void {
    const place = places.get(site.name) ?? places.size;
    places.set(site.name, place);
    const number = Math.floor(place / SITES_PER_BLOCK);
    blocks[number] ??= { sites: [], texts: undefined };
    const block = blocks[number];
    const within = place % SITES_PER_BLOCK;
    if (block.sites[within] === site) return;
    block.sites[within] = site;
    block.texts = undefined;
  }

  return (sites) => {
    if (sites.length < places.size) {
      places.clear();
      blocks = [];
    }
    for (const site of sites) put(site);
    for (const block of blocks) block.texts ??= siteFamilies(block.sites).map(encodeSamples);
    return empty.map((family, index) => ({
      ...family,
      encoded: blocks.map(({ texts }) => texts![index]).join(''),
    }));
  };
}
