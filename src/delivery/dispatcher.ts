/** Runs one lane for each destination, so that none waits for another. */
import type { Clock, Random } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { within } from '../platform/within.ts';
import type { RoutedMessage } from '../store/message.ts';
import type { Store } from '../store/store.ts';
import { GRACE_MS } from './attempt.ts';
import type { CommonSettings } from './common-section.ts';
import type { Destination } from './destination.ts';
import { type Lane, startLane } from './lane.ts';
import type { LaneCounts } from './lane-counts.ts';
import { type LinkOf, routesFor } from './routing.ts';

/** What the contract of a destination allows for `close`. */
const CLOSE_MS = 2_000;

export interface LaneSetup {
  readonly settings: CommonSettings;
  readonly keepsEveryStatus: boolean;
  readonly destination: Destination;
  /** For this lane alone, to see whether it turns. Default: the dispatcher's. */
  readonly clock?: Clock;
}

export interface DispatcherOptions {
  readonly store: Store;
  readonly lanes: readonly LaneSetup[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** A lane that fails for longer is announced on the others. */
  readonly alertAfterMs: number;
  /** Gives the alerts about lanes their link. */
  readonly linkOf?: LinkOf | undefined;
}

export interface Dispatcher {
  /**
   * Says that messages were stored for a destination, or for any of them. Call it after every commit; without it they
   * are found within a minute. It does not shorten a back-off.
   */
  wake(destination?: string): void;
  /** What became of attempts since the start, by destination. */
  counts(): Readonly<Record<string, LaneCounts>>;
  /** Destinations that do not end an attempt, long after its deadline; they get nothing until they do. */
  hanging(): readonly string[];
  /**
   * Starts no more attempts. Those under way may finish within `deadlineMs`, then they are aborted, and what they did
   * not deliver stays in the outbox. Closes every destination. Takes at most `deadlineMs` and 4 s; calling it again
   * gives the same promise.
   */
  stop(deadlineMs: number): Promise<void>;
}

export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, clock, random, logger, alertAfterMs } = options;
  const stopping = new AbortController();
  const cut = new AbortController();
  const routed = options.lanes.map(({ settings, keepsEveryStatus }) => ({ ...settings, keepsEveryStatus }));
  let stopped: Promise<void> | undefined;

  const lanes: readonly Lane[] = options.lanes.map(({ settings, destination, clock: ownClock = clock }) =>
    startLane({
      settings,
      destination,
      store,
      clock: ownClock,
      random,
      logger,
      alertAfterMs,
      routeToOthers: (messages) =>
        messages
          .map((message) => routesFor(message, routed, { except: settings.name, linkOf: options.linkOf }))
          .filter((each): each is RoutedMessage => each !== undefined),
      wakeOthers: (messages) => {
        for (const { destinations } of messages) {
          for (const { name } of destinations) wake(name);
        }
      },
      stopping: stopping.signal,
      cut: cut.signal,
    }),
  );

  function wake(destination?: string): void {
    for (const lane of lanes) {
      if (destination === undefined || lane.name === destination) lane.wake();
    }
  }

  async function close(lane: Lane): Promise<void> {
    if (lane.isUnderWay()) {
      logger.error(
        { destination: lane.name },
        'the destination does not end its last attempt; it is closed all the same',
      );
    }
    try {
      const isClosed = await within(
        lane.close().then(() => true),
        CLOSE_MS,
        { clock },
      );
      if (isClosed === undefined) logger.error({ destination: lane.name }, 'the destination does not close');
    } catch (error) {
      logger.error({ destination: lane.name, err: error }, 'the destination failed to close');
    }
  }

  async function stop(deadlineMs: number): Promise<void> {
    stopping.abort();
    const ended = Promise.all(lanes.map((lane) => lane.ended));
    await within(ended, deadlineMs, { clock });
    cut.abort();
    // The grace of an attempt that ignores its signal, and as much again for the store to take what it delivered.
    await within(ended, 2 * GRACE_MS, { clock });
    await Promise.all(lanes.map(close));
  }

  return {
    wake,
    counts: () => Object.fromEntries(lanes.map((lane) => [lane.name, lane.counts()])),
    hanging: () => lanes.filter((lane) => lane.isHanging()).map(({ name }) => name),
    stop: (deadlineMs) => (stopped ??= stop(deadlineMs)),
  };
}
