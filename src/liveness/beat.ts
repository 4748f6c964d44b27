/** Whether a loop still turns: between two pieces of work it naps, so the clock that it naps by can tell. */
import type { Clock } from '../platform/clock.ts';

/** Far longer than a loop works between two naps, also with a slow disk. */
const LONGEST_WORK_MS = 120_000;

export interface Beat {
  /** The same clock. Give it to the loop, and to no other. */
  readonly clock: Clock;
  /** False once the loop has worked on for two minutes, or slept so much longer than it meant to. */
  isAlive(): boolean;
  /** Whether the loop has gone to sleep at least once: it has done what there was to do at its start. */
  hasBegun(): boolean;
  /** Whether the loop has gone to sleep since `sinceMs` (monotonic), or is still asleep as it meant to be. */
  hasMovedSince(sinceMs: number): boolean;
}

export function beatOf(clock: Clock): Beat {
  let movedMs = clock.monotonicMs();
  /** When the loop goes on, or went on. */
  let awakeMs = movedMs;
  let naps = 0;

  async function nap(ms: number, signal: AbortSignal): Promise<void> {
    naps += 1;
    const thisNap = naps;
    movedMs = clock.monotonicMs();
    awakeMs = movedMs + ms;
    try {
      await clock.sleep(ms, signal);
    } finally {
      // A deadline that was cut short ends after the next nap has begun.
      if (thisNap === naps) awakeMs = clock.monotonicMs();
    }
  }

  return {
    clock: { now: () => clock.now(), monotonicMs: () => clock.monotonicMs(), sleep: nap },
    isAlive: () => clock.monotonicMs() - awakeMs < LONGEST_WORK_MS,
    hasBegun: () => naps > 0,
    hasMovedSince: (sinceMs) => movedMs >= sinceMs || clock.monotonicMs() <= awakeMs,
  };
}
