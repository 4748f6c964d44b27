/** Time and chance, passed in wherever they matter. Only `main.ts` creates the real ones. */

export interface Clock {
  /** Wall-clock time; it may jump in either direction. Use it for dates, never for durations. */
  now(): Date;
  /** Milliseconds that never jump, from an arbitrary origin. Use it for durations. */
  monotonicMs(): number;
  /** Resolves after `ms` of monotonic time, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number;

/** Why a sleep ended early where nobody asks why: one for all, because making an error costs more than the rest of a sleep. */
export const woken = new Error('woken');

/** The longest delay a Node.js timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0 || left === ms; left -= LONGEST_TIMER_MS) {
      await sleepOnce(Math.min(Math.max(left, 0), LONGEST_TIMER_MS), signal);
    }
  },
};

function sleepOnce(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
