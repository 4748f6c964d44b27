/** A list that is longer than one answer: the newest page comes with something else, older ones on demand. */
import { useRef, useState } from 'preact/hooks';
import type { Page } from '../../src/web/api.ts';
import type { Failure } from './api.ts';
import { useConnection } from './connection.ts';

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  readonly failure: Failure | undefined;
  readonly loadOlder: () => Promise<void>;
}

/** What is kept from one refresh to the next. */
interface Kept<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  /** Where the older pages go on; undefined until one was asked for, null after the last one. */
  readonly next: string | null | undefined;
}

/**
 * Keeps every row it has seen: when new ones push others off the newest page, no gap opens before the older pages. When
 * more came than that page holds, what is between is not known, and the list begins anew.
 *
 * @param olderPath the address of the page before a cursor
 * @param keyOf the same for the same row, whenever it is answered
 */
export function useRows<Row>(
  newest: Page<Row>,
  olderPath: (before: string) => string,
  keyOf: (row: Row) => string,
): Rows<Row> {
  const { api } = useConnection();
  const kept = useRef<Kept<Row>>({ rows: new Map(), next: undefined });
  const [isLoading, setIsLoading] = useState(false);
  const [failure, setFailure] = useState<Failure>();

  kept.current = refreshed(kept.current, newest, keyOf);
  const { rows, next = newest.next } = kept.current;

  async function loadOlder(): Promise<void> {
    if (next === null) return;
    setIsLoading(true);
    const answer = await api.get(olderPath(next));
    // The list may have begun anew meanwhile; then this page is none of it.
    const isWanted = (kept.current.next ?? next) === next && kept.current.rows.has([...rows.keys()].at(-1)!);
    if (answer.kind === 'data' && isWanted) {
      const page = answer.data as Page<Row>;
      const older = page.items.map((row): [string, Row] => [keyOf(row), row]);
      kept.current = { rows: new Map([...kept.current.rows, ...older]), next: page.next };
    }
    setIsLoading(false);
    setFailure(answer.kind === 'failed' ? answer.failure : undefined);
  }

  return { rows: [...rows.values()], hasOlder: next !== null, isLoading, failure, loadOlder };
}

/** The newest first: what is new goes before what was seen. */
function refreshed<Row>(before: Kept<Row>, newest: Page<Row>, keyOf: (row: Row) => string): Kept<Row> {
  const fresh = new Map(newest.items.map((row): [string, Row] => [keyOf(row), row]));
  const hasGap = newest.next !== null && ![...fresh.keys()].some((key) => before.rows.has(key));
  if (hasGap) return { rows: fresh, next: undefined };
  const others = [...before.rows].filter(([key]) => !fresh.has(key));
  return { rows: new Map([...fresh, ...others]), next: before.next };
}
