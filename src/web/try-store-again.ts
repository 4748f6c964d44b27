/**
 * Tries a store that failed until it works again. Without it a service that checks once a day would be unwell for a day
 * after the disk has room again, and what a check saw meanwhile would be missed until the next one.
 */
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { StoreIncident } from '../store/store.ts';
import type { WatchedStore } from './watch-store.ts';

/** A write of one page; whoever waits for the store should not have to wait longer. */
const TRY_EVERY_MS = 10_000;

export interface StoreTrial {
  /** Ends it; resolves when nothing of it is under way. */
  stop(): Promise<void>;
}

/** @param onWell called each time the store works again, its disk no longer full */
export function tryStoreAgain(options: {
  readonly watched: WatchedStore;
  readonly clock: Clock;
  readonly logger: Logger;
  onWell(): void;
}): StoreTrial {
  const { watched, clock, logger, onWell } = options;
  const { store } = watched;
  const stopping = new AbortController();
  let isFull = false;
  let trying: Promise<void> | undefined;

  const begin = (): void => {
    if (stopping.signal.aborted) return;
    trying ??= run().finally(() => {
      trying = undefined;
    });
  };
  const follow = ({ kind }: StoreIncident): void => {
    if (kind === 'disk-full') isFull = true;
    if (kind === 'disk-recovered') isFull = false;
    if (isFull) begin();
  };

  /** Also after a write that went well meanwhile, because others may not have. */
  async function run(): Promise<void> {
    do {
      await clock.sleep(TRY_EVERY_MS, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await store.touch().catch((error: unknown) => {
        logger.debug({ err: error }, 'the store does not take a write yet');
      });
    } while (isFull || !watched.isWritable());
    logger.info({}, 'the store takes writes again');
    onWell();
  }

  for (const incident of store.incidents) follow(incident);
  store.onIncident(follow);
  watched.onFailure(begin);
  return {
    async stop() {
      stopping.abort(new Error('the service stops'));
      await trying;
    },
  };
}
