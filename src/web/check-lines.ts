/** How many checks each site had, as text of which only the lines of sites that were checked are written anew. */
import type { CheckCounts } from './check-counts.ts';
import { counter, encodeSamples, type Family, LINES_PER_BLOCK } from './exposition.ts';
import { metricLabels as label, metricNames } from './metric-names.ts';
import { createTextBlocks } from './text-blocks.ts';

/** A function that remembers what it wrote. Counts only grow, and no site leaves. */
export function createCheckLines(): (bySite: CheckCounts['bySite']) => Family {
  const blocks = createTextBlocks(LINES_PER_BLOCK);
  const written: number[] = [];

  return (bySite) => {
    let place = 0;
    for (const [site, outcomes] of bySite) {
      let total = 0;
      for (const count of outcomes.values()) total += count;
      if (written[place] !== total) {
        written[place] = total;
        blocks.put(place, encodeSamples(checksOf([[site, outcomes]])));
      }
      place += 1;
    }
    return { ...checksOf([]), encoded: blocks.buffers() };
  };
}

/** The counters of these sites, from scratch. */
export function checksOf(bySite: Iterable<readonly [string, ReadonlyMap<string, number>]>): Family {
  return counter(
    metricNames.checks,
    'Checks since the start: outcome is reading, or the reason of the failure.',
    [...bySite].flatMap(([site, outcomes]) =>
      [...outcomes].map(([outcome, value]) => ({
        labels: { [label.site]: site, [label.outcome]: outcome },
        value,
      })),
    ),
  );
}
