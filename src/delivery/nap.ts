/** A sleep that a bell ends, where a ring before the sleep counts as well. */
import { type Clock, woken } from '../platform/clock.ts';

export interface Nap {
  /** Forgets earlier rings. Call it before looking for work, so that what comes up meanwhile is heard. */
  arm(): void;
  ring(): void;
  /** Until the bell has rung since `arm`, for at most `ms`. */
  sleep(ms: number): Promise<void>;
}

export function createNap(clock: Clock): Nap {
  let bell = new AbortController();
  return {
    arm() {
      bell = new AbortController();
    },
    ring() {
      bell.abort(woken);
    },
    async sleep(ms) {
      await clock.sleep(ms, bell.signal).catch(() => undefined);
    },
  };
}
