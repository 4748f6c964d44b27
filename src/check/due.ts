/** When the next check of a site is due, by the clock that its schedule counts on. Pure. */
import type { Random } from '../platform/clock.ts';
import { nextAt, type Schedule } from './schedule.ts';

/** What the clocks show at one moment. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export type Due =
  | { readonly by: 'monotonic'; readonly atMs: number }
  /** `instantMs` is the instant that the cron text names, `atMs` the same with jitter. */
  | { readonly by: 'wall'; readonly atMs: number; readonly instantMs: number };

const JITTER_SHARE = 0.05;
const LONGEST_INTERVAL_JITTER_MS = 300_000;
/** So much wall time without monotonic time: the machine slept, and what it last saw is old. */
const SUSPENDED_MS = 120_000;
/** A person who wrote 06:00 expects to see it at 06:00. */
const LONGEST_CRON_JITTER_MS = 30_000;

/**
 * When the check after one that starts at `start` is due. Jitter keeps sites with the same schedule apart: up to 5 %
 * in either direction for an interval (at most 5 min), and forwards only for a cron text (at most 30 s).
 *
 * @param lastInstantMs the cron instant that was checked last: a wall clock stepping back does not bring it again
 * @returns undefined when the schedule never comes due again
 */
export function dueAfter(
  schedule: Schedule,
  start: Moment,
  random: Random,
  lastInstantMs?: number,
): Due | undefined {
  if (schedule.kind === 'interval') {
    const jitterMs = Math.min(schedule.everyMs * JITTER_SHARE, LONGEST_INTERVAL_JITTER_MS);
    return {
      by: 'monotonic',
      atMs: start.monotonicMs + schedule.everyMs + (random() * 2 - 1) * jitterMs,
    };
  }
  let instant = nextAt(schedule, new Date(start.wallMs));
  if (instant !== undefined && instant.getTime() === lastInstantMs) instant = nextAt(schedule, instant);
  if (instant === undefined) return undefined;
  const instantMs = instant.getTime();
  const gapMs = (nextAt(schedule, instant)?.getTime() ?? Number.POSITIVE_INFINITY) - instantMs;
  const jitterMs = random() * Math.min(gapMs * JITTER_SHARE, LONGEST_CRON_JITTER_MS);
  return { by: 'wall', atMs: instantMs + jitterMs, instantMs };
}

/**
 * When it is due after the wall clock was stepped by `stepMs`.
 *
 * Back: a cron text may have an earlier instant now, which must not be skipped. Far forward: the machine slept, so an
 * interval is over. Forward for a cron text: its instant has passed, and it is due by itself, once.
 */
export function dueAfterStep(
  due: Due,
  stepMs: number,
  schedule: Schedule,
  now: Moment,
  random: Random,
  lastInstantMs: number | undefined,
): Due {
  if (due.by === 'monotonic') {
    return stepMs < SUSPENDED_MS ? due : { by: 'monotonic', atMs: Math.min(due.atMs, now.monotonicMs) };
  }
  const fresh = stepMs < 0 ? dueAfter(schedule, now, random, lastInstantMs) : undefined;
  return fresh?.by === 'wall' && fresh.instantMs < due.instantMs ? fresh : due;
}

/** Milliseconds until it is due; zero or less when it is. */
export function msUntil(due: Due, now: Moment): number {
  return due.atMs - (due.by === 'wall' ? now.wallMs : now.monotonicMs);
}
