/** When to try a deferred message again. Pure: chance comes in as an argument. */
import type { Random } from '../platform/clock.ts';

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;
/** What a lucky draw gives at least: a refused connection takes no time and would be repeated without a pause. */
const SHORTEST_DELAY_MS = 1_000;

/**
 * The longest wait there is. A far end may ask for an hour or a night; whoever asks for more, by mistake or to silence
 * us, is asked again after a day.
 */
export const LONGEST_WAIT_MS = 86_400_000;

/**
 * Milliseconds to wait before the next attempt: doubling from 5 s to 1 h, with full jitter so that many lanes held up
 * by one outage do not return together. The far end's own `retryAfterMs` is a floor, up to `LONGEST_WAIT_MS`: we may
 * come later, never sooner.
 *
 * @param attempt how many attempts have failed so far, from 1
 */
export function nextDelayMs(attempt: number, retryAfterMs: number | undefined, random: Random): number {
  const ceilingMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  const floorMs = Math.max(SHORTEST_DELAY_MS, Math.min(retryAfterMs ?? 0, LONGEST_WAIT_MS));
  return Math.max(Math.round(random() * ceilingMs), floorMs);
}
