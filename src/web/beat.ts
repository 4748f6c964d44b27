/** Whether a loop still turns: each turn ends with a nap, so the clock that it naps by can tell. */
import type { Clock } from '../platform/clock.ts';

/** The loops nap for at most a minute; an attempt or check under way does not stop them. */
const LONGEST_SILENCE_MS = 180_000;

export interface Beat {
  /** The same clock. Give it to the loop. */
  readonly clock: Clock;
  isAlive(): boolean;
}

export function beatOf(clock: Clock): Beat {
  let lastMs = clock.monotonicMs();
  return {
    clock: {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep(ms, signal) {
        lastMs = clock.monotonicMs();
        return clock.sleep(ms, signal);
      },
    },
    isAlive: () => clock.monotonicMs() - lastMs < LONGEST_SILENCE_MS,
  };
}
