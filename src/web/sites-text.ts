/** All sites as JSON, of which only those that changed are written anew: with thousands of them the rest would be in vain. */
import { createHash } from 'node:crypto';
import type { SiteSummary } from './api.ts';

export interface SitesText {
  /** The members of a JSON array, in UTF-8. */
  readonly json: Buffer;
  /** Differs when the text does. */
  readonly digest: string;
}

interface Row {
  readonly json: string;
  readonly digest: string;
}

/**
 * A function from summaries to their text. A summary that is the same object as before is taken to be unchanged.
 *
 * @param serialize writes one of them, and only what may be shown
 */
export function createSitesText(
  serialize: (summary: SiteSummary) => string,
): (summaries: readonly SiteSummary[]) => SitesText {
  const rows = new WeakMap<SiteSummary, Row>();
  let last: { readonly summaries: readonly SiteSummary[]; readonly text: SitesText } | undefined;

  function rowOf(summary: SiteSummary): Row {
    const known = rows.get(summary);
    if (known !== undefined) return known;
    const json = serialize(summary);
    const row = { json, digest: digestOf(json) };
    rows.set(summary, row);
    return row;
  }

  return (summaries) => {
    if (last?.summaries === summaries) return last.text;
    const [texts, digests]: [string[], string[]] = [[], []];
    for (const summary of summaries) {
      const { json, digest } = rowOf(summary);
      texts.push(json);
      digests.push(digest);
    }
    const text = { json: Buffer.from(texts.join(',')), digest: digestOf(digests.join()) };
    last = { summaries, text };
    return text;
  };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
