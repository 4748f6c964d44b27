/** Finds the messages that a server refuses inside a batch that it took only in part. */
import type { Outcome } from '../../destination.ts';

/** What became of one request. */
export interface WriteResult {
  readonly outcome: Outcome;
  /** True when a part of the same messages may fare better: a partial write, a bad line, a body too large. */
  readonly worthHalving: boolean;
}

/**
 * Writes the items in order, and as long as a request is refused as a whole, its halves. Items written before are
 * written again on the way, which is harmless because their time stamps make them overwrite themselves.
 *
 * After a deferred request the later items are not tried and share its outcome. The caller's deadline thus ends the
 * search, with what it has found so far.
 */
export async function writeHalving<Item>(
  items: readonly Item[],
  write: (items: readonly Item[]) => Promise<WriteResult>,
): Promise<readonly Outcome[]> {
  const { outcome, worthHalving } = await write(items);
  if (items.length <= 1 || outcome.kind !== 'rejected' || !worthHalving) return items.map(() => outcome);
  const middle = Math.ceil(items.length / 2);
  const first = await writeHalving(items.slice(0, middle), write);
  const last = first.at(-1)!;
  const second =
    last.kind === 'deferred'
      ? items.slice(middle).map(() => last)
      : await writeHalving(items.slice(middle), write);
  return [...first, ...second];
}
