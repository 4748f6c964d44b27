/** All sites as JSON, of which only those that changed are written anew: with thousands of them the rest would be in vain. */
import type { SiteSummary } from './api.ts';

export interface SitesText {
  /** The members of a JSON array, in UTF-8. Never changed once they are given out. */
  readonly pieces: readonly Buffer[];
  /** Another one whenever the text is another one. */
  readonly edition: number;
}

/** Few enough that a changed row does not take many with it, enough that the pieces are not too small to be sent. */
const ROWS_PER_PIECE = 32;

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
  let rows: string[] = [];
  let pieces: Buffer[] = [];
  let text: SitesText = { pieces, edition: 0 };

  function textOf(summary: SiteSummary): string {
    let row = texts.get(summary);
    if (row === undefined) {
      row = serialize(summary);
      texts.set(summary, row);
    }
    return row;
  }

  /** Whether the text of that place is another one now. */
  function put(place: number, summary: SiteSummary): boolean {
    if (known[place] === summary) return false;
    known[place] = summary;
    const [before, row] = [rows[place], textOf(summary)];
    rows[place] = row;
    return before !== row;
  }

  return (summaries) => {
    const isResized = summaries.length !== known.length;
    if (isResized) [known, rows, pieces] = [[], [], []];
    const changed = new Set<number>();
    for (const [place, summary] of summaries.entries()) {
      if (put(place, summary)) changed.add(Math.floor(place / ROWS_PER_PIECE));
    }
    if (changed.size === 0 && !isResized) return text;
    for (const piece of changed) {
      const from = piece * ROWS_PER_PIECE;
      const joined = rows.slice(from, from + ROWS_PER_PIECE).join(',');
      pieces[piece] = Buffer.from(from === 0 ? joined : `,${joined}`);
    }
    text = { pieces: [...pieces], edition: text.edition + 1 };
    return text;
  };
}
