/** Asking a store again that cannot answer now, such as one with a full disk. */
import type { Clock, Random } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { nextDelayMs } from './retry-schedule.ts';

/** A disk that has room again should be noticed within a minute. */
const LONGEST_PAUSE_MS = 60_000;

/** What `ask` resolves to, however often it has to be asked; undefined when `cut` aborts before that. */
export async function untilItWorks<T>(
  ask: () => Promise<T>,
  tools: {
    readonly clock: Clock;
    readonly random: Random;
    readonly logger: Logger;
    readonly destination: string;
    readonly cut: AbortSignal;
  },
): Promise<T | undefined> {
  const { clock, random, logger, destination, cut } = tools;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      logger.error({ destination, err: error, attempt }, 'the store failed; the lane waits for it');
    }
    await clock
      .sleep(Math.min(nextDelayMs(attempt, undefined, random), LONGEST_PAUSE_MS), cut)
      .catch(() => undefined);
    if (cut.aborted) return undefined;
  }
}
