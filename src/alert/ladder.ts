/** The ladder: which rungs of an end date were already spoken, or named as skipped. Pure. */
import type { CalendarDate } from '../license/reading.ts';
import type { Ladder } from './state.ts';

/** How many end dates are remembered, so that a date that comes back does not start its ladder anew. */
const REMEMBERED_LADDERS = 5;

/**
 * A rung passed over stays passed over, unless the clock later turns out to be more than this behind the time at which
 * it was passed: then that clock was wrong, and the rung is still to come. A day covers DST and small corrections.
 */
export const CLOCK_TOLERANCE_MS = 86_400_000;

export interface Entered {
  readonly ladders: readonly Ladder[];
  /** The rung to speak now; null when it was spoken before. */
  readonly rung: number | null;
  /** Wider rungs that nobody announced, widest first. */
  readonly skipped: readonly number[];
  /** Wider rungs that were silenced by an acknowledgement and are named now, widest first. */
  readonly silenced: readonly number[];
}

/**
 * The tightest rung that is reached, unless it was already spoken for this end date; and the wider ones it skipped. One
 * that was only silenced is still to be spoken.
 */
export function enterRung(
  ladders: readonly Ladder[],
  position: { endDate: CalendarDate; daysLeft: number; thresholdDays: readonly number[]; now: number },
): Entered {
  const { endDate, daysLeft, thresholdDays, now } = position;
  const reached = thresholdDays.filter((days) => daysLeft <= days).sort((a, b) => b - a);
  const rung = reached.at(-1);
  const ladder = ladderOf(ladders, endDate, now);
  const known = ladder.rungs.find(({ days }) => days === rung);
  if (rung === undefined || (known !== undefined && known.how !== 'silenced')) {
    return { ladders, rung: null, skipped: [], silenced: [] };
  }
  const wider = reached.filter((days) => days !== rung);
  const { skipped, silenced } = untold(ladder, wider);
  const marks = [...marked([...skipped, ...silenced], 'skipped', now), ...marked([rung], 'spoken', now)];
  return { ladders: withRungs(ladders, ladder, marks), rung, skipped, silenced };
}

/** The ladders with every rung that is reached, and that nobody announced, as silenced. */
export function silenceRungs(
  ladders: readonly Ladder[],
  position: { endDate: CalendarDate; daysLeft: number; thresholdDays: readonly number[]; now: number },
): readonly Ladder[] {
  const { endDate, daysLeft, thresholdDays, now } = position;
  const ladder = ladderOf(ladders, endDate, now);
  const { skipped: news } = untold(
    ladder,
    thresholdDays.filter((days) => daysLeft <= days),
  );
  return news.length === 0 ? ladders : withRungs(ladders, ladder, marked(news, 'silenced', now));
}

/** Marks every rung that was not announced as skipped: the end date has passed. */
export function passAllRungs(
  ladders: readonly Ladder[],
  endDate: CalendarDate,
  thresholdDays: readonly number[],
  now: number,
): { ladders: readonly Ladder[]; skipped: readonly number[]; silenced: readonly number[] } {
  const ladder = ladderOf(ladders, endDate, now);
  const widestFirst = [...thresholdDays].sort((a, b) => b - a);
  const { skipped, silenced } = untold(ladder, widestFirst);
  const marks = marked([...skipped, ...silenced], 'skipped', now);
  return { ladders: withRungs(ladders, ladder, marks), skipped, silenced };
}

/** Of these rungs, those that nobody knows of, and those that were only silenced. */
function untold(ladder: Ladder, rungs: readonly number[]): { skipped: number[]; silenced: number[] } {
  const howOf = (days: number) => ladder.rungs.find((known) => known.days === days)?.how;
  return {
    skipped: rungs.filter((days) => howOf(days) === undefined),
    silenced: rungs.filter((days) => howOf(days) === 'silenced'),
  };
}

function ladderOf(ladders: readonly Ladder[], endDate: CalendarDate, now: number): Ladder {
  const rungs = ladders.find((ladder) => ladder.endDate === endDate)?.rungs ?? [];
  return {
    endDate,
    rungs: rungs.filter(({ how, at }) => how === 'spoken' || at <= now + CLOCK_TOLERANCE_MS),
  };
}

type Mark = Ladder['rungs'][number];

const marked = (rungs: readonly number[], how: Mark['how'], at: number): Mark[] =>
  rungs.map((days) => ({ days, at, how }));

function withRungs(ladders: readonly Ladder[], ladder: Ladder, marks: readonly Mark[]): readonly Ladder[] {
  const kept = ladder.rungs.filter(({ days }) => !marks.some((mark) => mark.days === days));
  const others = ladders.filter(({ endDate }) => endDate !== ladder.endDate);
  return [...others.slice(1 - REMEMBERED_LADDERS), { endDate: ladder.endDate, rungs: [...kept, ...marks] }];
}
