/** The rows of a lane in batches, in order, reading one batch ahead so that disk and network work side by side. */
import type { OutboxRow, Store } from '../store/store.ts';

/** Keeps what one lane holds in memory within bounds, whatever a destination says it can take. */
const LARGEST_BATCH = 10_000;

export interface Batches {
  /** The next rows that wait; none when nothing waits. Only what it returned last may be settled in between. */
  next(): Promise<readonly OutboxRow[]>;
  /** Starts to read the batch after the one that `next` returned last. */
  readAhead(): void;
  /** Goes back to the oldest row that waits, because not all of the last batch was settled. */
  restart(): void;
}

/** @param batchSize asked anew for each batch */
export function createBatches(
  store: Pick<Store, 'nextRows'>,
  destination: string,
  batchSize: () => number,
): Batches {
  const limit = () => Math.min(Math.max(1, batchSize()), LARGEST_BATCH);
  let current: readonly OutboxRow[] = [];
  let isFull = false;
  let ahead: Promise<readonly OutboxRow[]> | undefined;

  return {
    async next() {
      const prefetched = await ahead;
      ahead = undefined;
      const size = limit();
      const isUsable = prefetched !== undefined && prefetched.length > 0;
      current = isUsable ? prefetched : await store.nextRows(destination, size);
      isFull = current.length >= size;
      return current;
    },
    readAhead() {
      const last = current.at(-1);
      if (!isFull || last === undefined) return;
      // A failure is not lost: `next` asks the store again, and waits for it if need be.
      ahead = store.nextRows(destination, limit(), last.seq).catch(() => []);
    },
    restart() {
      ahead = undefined;
    },
  };
}
