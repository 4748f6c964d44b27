/** A dispatcher on a store in memory, with scripted destinations and a clock that a test moves. */
import type { CommonSettings } from '../../src/delivery/common-section.ts';
import type { Destination } from '../../src/delivery/destination.ts';
import { type Dispatcher, type LaneSetup, startDispatcher } from '../../src/delivery/dispatcher.ts';
import type { Logger } from '../../src/platform/logger.ts';
import type { Store } from '../../src/store/store.ts';
import { FakeClock } from './fake-clock.ts';
import { memoryStore } from './memory-store.ts';
import { alertMessage, routed } from './messages.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export function laneOf(
  name: string,
  destination: Destination,
  settings: Partial<CommonSettings> = {},
): LaneSetup {
  return {
    destination,
    keepsEveryStatus: false,
    settings: {
      name,
      kind: 'webhook',
      sendRecurring: true,
      sendAlert: true,
      minimumSeverity: 'info',
      timeout: 10 * SECOND,
      giveUpAfter: 7 * DAY,
      ...settings,
    },
  };
}

export interface LogLine {
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Far more often than any test lets a lane look for work. */
const MOST_LOOKS = 100_000;

/** A store that answers no more to a lane that turns round in circles, so that the test ends, and fails. */
function withLimit(store: Store, clock: FakeClock): Store {
  let looks = 0;
  return {
    ...store,
    async nextRows(...args) {
      looks += 1;
      if (looks <= MOST_LOOKS) return store.nextRows(...args);
      clock.breakDown(new Error('a lane looks for work without end'));
      return new Promise(() => {});
    },
  };
}

/** The jitter is always at the top of its range, so that delays are 5 s, 10 s, 20 s … */
export function dispatchRig(store: Store = memoryStore()) {
  const clock = new FakeClock();
  const log: LogLine[] = [];
  const recorder = (level: LogLine['level']) => (fields: object, message: string) =>
    void log.push({ level, fields: fields as LogLine['fields'], message });
  const logger = {
    debug: recorder('debug'),
    info: recorder('info'),
    warn: recorder('warn'),
    error: recorder('error'),
  };
  return {
    clock,
    store,
    log,
    start(...lanes: readonly LaneSetup[]): Dispatcher {
      return startDispatcher({
        store: withLimit(store, clock),
        lanes,
        clock,
        logger,
        random: () => 1,
        alertAfterMs: HOUR,
      });
    },
    /** Stores one alert for each id, for all of the destinations. */
    async enqueue(ids: readonly string[], ...destinations: readonly string[]): Promise<void> {
      const messages = ids.map((id) =>
        routed(alertMessage({ id, title: `title of ${id}` }), ...destinations),
      );
      await store.enqueue(messages, clock.now().getTime());
    },
    async waiting(destination: string): Promise<readonly string[]> {
      return (await store.nextRows(destination, 1_000_000)).map(({ message }) => message.id);
    },
    async deadLetters(destination: string) {
      return (await store.deadLetters({ destination, limit: 1000 })).map(({ message, result }) => ({
        id: message.id,
        reason: result.kind === 'dead' ? result.reason : '',
      }));
    },
  };
}

/** `a-1`, `a-2`, … */
export function ids(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
