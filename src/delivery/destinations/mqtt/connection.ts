/** Keeps one session with the broker up: connects at once, and again with growing pauses, until it is closed. */
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Failure } from './reason-codes.ts';
import type { Dialled, Session } from './session.ts';

export interface Connection {
  /**
   * The session in use. Without one it waits for the attempt under way, or has one made at once instead of waiting
   * for the next, and says what came of it. Never rejects; settles soon after `signal` aborts.
   */
  session(signal: AbortSignal): Promise<Connected>;
  /** Stops connecting, lets `farewell` end the session if there is one, and waits until its socket is closed. */
  close(farewell: (session: Session) => Promise<void>): Promise<void>;
}

export type Connected =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface ConnectionOptions {
  readonly dial: (signal: AbortSignal) => Promise<Dialled>;
  /** What has to be said on every new session before anybody else may use it. Never rejects. */
  readonly greet: (session: Session) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logFields: object;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A session that lasted this long was a good one, so that the pauses begin anew. */
const GOOD_SESSION_MS = 60_000;

export function keepConnected(options: ConnectionOptions): Connection {
  const { dial, greet, clock, logger, logFields } = options;
  const closing = new AbortController();
  const waiting = new Set<(connected: Connected) => void>();
  let open: Session | undefined;
  let greeted: Session | undefined;
  let endPause = () => {};
  const running = run();

  return {
    session(signal) {
      if (greeted !== undefined && !greeted.isOver())
        return Promise.resolve({ kind: 'session', session: greeted });
      return new Promise((resolve) => {
        const settle = (connected: Connected) => {
          waiting.delete(settle);
          signal.removeEventListener('abort', abort);
          resolve(connected);
        };
        const abort = () => settle({ kind: 'failed', failure: notYet });
        if (signal.aborted) return abort();
        signal.addEventListener('abort', abort);
        waiting.add(settle);
        endPause();
      });
    },
    async close(farewell) {
      closing.abort();
      if (open !== undefined) await farewell(open);
      await running;
    },
  };

  async function run(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; ) {
      const dialled = await dial(closing.signal);
      if (dialled.kind === 'failed') {
        logger.debug({ ...logFields, detail: dialled.failure.detail }, 'no connection to the MQTT broker');
        tell({ kind: 'failed', failure: dialled.failure });
        failures += 1;
      } else {
        const startedMs = clock.monotonicMs();
        await use(dialled.session);
        failures = clock.monotonicMs() - startedMs >= GOOD_SESSION_MS ? 1 : failures + 1;
      }
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS));
    }
    tell({ kind: 'failed', failure: { reason: 'unreachable', detail: 'The destination has been closed.' } });
  }

  async function use(session: Session): Promise<void> {
    open = session;
    await Promise.race([greet(session), session.ended]);
    greeted = session;
    tell({ kind: 'session', session });
    logger.info(logFields, 'connected to the MQTT broker');
    const { detail } = await session.ended;
    greeted = undefined;
    open = undefined;
    if (!closing.signal.aborted)
      logger.warn({ ...logFields, detail }, 'lost the connection to the MQTT broker');
  }

  function tell(connected: Connected): void {
    for (const settle of waiting) settle(connected);
  }

  async function pause(ms: number): Promise<void> {
    if (waiting.size > 0) return;
    const over = new AbortController();
    endPause = () => over.abort();
    await clock.sleep(ms, AbortSignal.any([over.signal, closing.signal])).catch(() => {});
    endPause = () => {};
  }
}

const notYet: Failure = {
  reason: 'timeout',
  detail: 'The broker has not answered the connection request in time.',
};
