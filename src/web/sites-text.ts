/** All sites as JSON, of which only those that changed are written anew: with thousands of them the rest would be in vain. */
import type { SiteSummary } from './api.ts';
import { createTextBlocks } from './text-blocks.ts';

export interface SitesText {
  /** The members of a JSON array, in UTF-8. Never changed once they are given out. */
  readonly pieces: readonly Buffer[];
  /** Another one whenever the text is another one. */
  readonly edition: number;
}

/** Few enough that a row that grows does not take many with it, enough that the pieces are not too small to be sent. */
const ROWS_PER_PIECE = 64;

/**
 * A function from summaries to their text. A summary that is the same object as before is taken to be unchanged.
 *
 * @param serialize writes one of them, and only what may be shown
 */
export function createSitesText(
  serialize: (summary: SiteSummary) => string,
): (summaries: readonly SiteSummary[]) => SitesText {
  /** Also finds the text of a summary that has moved to another place. */
  const texts = new WeakMap<SiteSummary, string>();
  let known: SiteSummary[] = [];
  let rows = createTextBlocks(ROWS_PER_PIECE);
  let edition = 0;

  function textOf(summary: SiteSummary): string {
    let row = texts.get(summary);
    if (row === undefined) {
      row = serialize(summary);
      texts.set(summary, row);
    }
    return row;
  }

  return (summaries) => {
    let isChanged = summaries.length !== known.length;
    if (isChanged) [known, rows] = [[], createTextBlocks(ROWS_PER_PIECE)];
    for (const [place, summary] of summaries.entries()) {
      if (known[place] === summary) continue;
      known[place] = summary;
      const row = textOf(summary);
      if (rows.put(place, place === 0 ? row : `,${row}`)) isChanged = true;
    }
    if (isChanged) edition += 1;
    return { pieces: rows.buffers(), edition };
  };
}
