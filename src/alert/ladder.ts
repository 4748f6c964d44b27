/** The ladder: which rungs of an end date were already spoken, or named as skipped. Pure. */
import type { CalendarDate } from '../license/reading.ts';
import type { Ladder } from './state.ts';

/** How many end dates are remembered, so that a date that comes back does not start its ladder anew. */
const REMEMBERED_LADDERS = 5;

/**
 * A rung passed over stays passed over, unless the clock later turns out to be more than this behind the time at which
 * it was passed: then that clock was wrong, and the rung is still to come. A day covers DST and small corrections.
 */
const CLOCK_TOLERANCE_MS = 86_400_000;

export interface Entered {
  readonly ladders: readonly Ladder[];
  /** The rung to speak now; null when it was spoken before. */
  readonly rung: number | null;
  /** Wider rungs that nobody announced, widest first. */
  readonly skipped: readonly number[];
}

/** The tightest rung that is reached, unless it was already spoken for this end date; and the wider ones it skipped. */
export function enterRung(
  ladders: readonly Ladder[],
  position: { endDate: CalendarDate; daysLeft: number; thresholdDays: readonly number[]; now: number },
): Entered {
  const { endDate, daysLeft, thresholdDays, now } = position;
  const reached = thresholdDays.filter((days) => daysLeft <= days).sort((a, b) => b - a);
  const rung = reached.at(-1);
  const ladder = ladderOf(ladders, endDate, now);
  if (rung === undefined || ladder.rungs.some(({ days }) => days === rung)) {
    return { ladders, rung: null, skipped: [] };
  }
  const skipped = reached.filter(
    (days) => days !== rung && !ladder.rungs.some((known) => known.days === days),
  );
  return { ladders: withRungs(ladders, ladder, [rung], skipped, now), rung, skipped };
}

/** Marks every rung that was not announced as skipped: the end date has passed. */
export function passAllRungs(
  ladders: readonly Ladder[],
  endDate: CalendarDate,
  thresholdDays: readonly number[],
  now: number,
): { ladders: readonly Ladder[]; skipped: readonly number[] } {
  const ladder = ladderOf(ladders, endDate, now);
  const skipped = thresholdDays
    .filter((days) => !ladder.rungs.some((known) => known.days === days))
    .sort((a, b) => b - a);
  return { ladders: withRungs(ladders, ladder, [], skipped, now), skipped };
}

function ladderOf(ladders: readonly Ladder[], endDate: CalendarDate, now: number): Ladder {
  const rungs = ladders.find((ladder) => ladder.endDate === endDate)?.rungs ?? [];
  return {
    endDate,
    rungs: rungs.filter(({ how, at }) => how === 'spoken' || at <= now + CLOCK_TOLERANCE_MS),
  };
}

function withRungs(
  ladders: readonly Ladder[],
  ladder: Ladder,
  spoken: readonly number[],
  skipped: readonly number[],
  now: number,
): readonly Ladder[] {
  const rungs = [
    ...ladder.rungs,
    ...skipped.map((days) => ({ days, at: now, how: 'skipped' as const })),
    ...spoken.map((days) => ({ days, at: now, how: 'spoken' as const })),
  ];
  const others = ladders.filter(({ endDate }) => endDate !== ladder.endDate);
  return [...others.slice(1 - REMEMBERED_LADDERS), { endDate: ladder.endDate, rungs }];
}
