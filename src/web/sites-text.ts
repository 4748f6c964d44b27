/** All sites as JSON, of which only those that changed are written anew: with thousands of them the rest would be in vain. */
import type { SiteSummary } from './api.ts';

export interface SitesText {
  /** The members of a JSON array, in UTF-8. */
  readonly json: Buffer;
  /** Another one whenever the text is another one. */
  readonly edition: number;
}

/**
 * A function from summaries to their text. A summary that is the same object as before is taken to be unchanged.
 *
 * @param serialize writes one of them, and only what may be shown
 */
export function createSitesText(
  serialize: (summary: SiteSummary) => string,
): (summaries: readonly SiteSummary[]) => SitesText {
  const rows = new WeakMap<SiteSummary, string>();
  let last:
    | {
        readonly summaries: readonly SiteSummary[];
        readonly texts: readonly string[];
        readonly text: SitesText;
      }
    | undefined;

  function rowOf(summary: SiteSummary): string {
    let row = rows.get(summary);
    if (row === undefined) {
      row = serialize(summary);
      rows.set(summary, row);
    }
    return row;
  }

  return (summaries) => {
    if (last?.summaries === summaries) return last.text;
    const texts = summaries.map(rowOf);
    const isSame =
      last !== undefined &&
      last.texts.length === texts.length &&
      last.texts.every((before, index) => before === texts[index]);
    const text =
      last !== undefined && isSame
        ? last.text
        : { json: Buffer.from(texts.join(',')), edition: (last?.text.edition ?? 0) + 1 };
    last = { summaries, texts, text };
    return text;
  };
}
