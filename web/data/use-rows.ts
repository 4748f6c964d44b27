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

/**
 * Keeps every row it has seen: when new ones push others off the newest page, no gap opens before the older pages.
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
  const seen = useRef(new Map<string, Row>());
  // Undefined until an older page was asked for; null after the last one.
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [isLoading, setIsLoading] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const cursor = next === undefined ? newest.next : next;

  // The newest first: what is new goes before what was seen.
  const fresh = newest.items.map((row): [string, Row] => [keyOf(row), row]);
  seen.current = new Map([
    ...fresh,
    ...[...seen.current].filter(([key]) => !fresh.some(([one]) => one === key)),
  ]);

  async function loadOlder(): Promise<void> {
    if (cursor === null) return;
    setIsLoading(true);
    const answer = await api.get(olderPath(cursor));
    setIsLoading(false);
    setFailure(answer.kind === 'failed' ? answer.failure : undefined);
    if (answer.kind === 'failed') return;
    const page = answer.data as Page<Row>;
    for (const row of page.items) seen.current.set(keyOf(row), row);
    setNext(page.next);
  }

  return { rows: [...seen.current.values()], hasOlder: cursor !== null, isLoading, failure, loadOlder };
}
