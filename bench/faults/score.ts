/** Counts what became of every condition. Pure. */
import { type Condition, conditions } from './life.ts';
import type { Told } from './program.ts';

/** An alert that comes later than this is late. */
export const LATE_AFTER_MS = 10_000;

export interface TakenRequest {
  /** Milliseconds on the clock of the run. */
  readonly atMs: number;
  readonly told: readonly Told[];
}

export interface Course {
  /** When the license entered each condition, in order. */
  readonly entered: readonly { readonly condition: Condition; readonly atMs: number }[];
  /** When the fault began and ended; null where there was none. */
  readonly fault: { readonly fromMs: number; readonly toMs: number } | null;
  /** What the receiver took, in order. */
  readonly taken: readonly TakenRequest[];
  /** How many requests came, taken or not. */
  readonly requests: number;
}

export interface Score {
  readonly conditions: number;
  /** Never told. */
  readonly lost: readonly Condition[];
  /** Told only by a message that says that it is over. */
  readonly toldWhenOver: readonly Condition[];
  /** Taken messages that said nothing that an earlier one had not said. */
  readonly repeated: number;
  readonly late: readonly Condition[];
  /** Said to be over while they were not. */
  readonly falselyOver: readonly Condition[];
  /** Of the slowest alert, counted as `late` counts; null when none was told. */
  readonly longestDelayMs: number | null;
  readonly requests: number;
}

export function scoreOf({ entered, fault, taken, requests }: Course): Score {
  const all = taken.flatMap(({ atMs, told }) => told.map((each) => ({ ...each, atMs })));
  const delays = new Map<Condition, number>();
  const [lost, toldWhenOver]: [Condition[], Condition[]] = [[], []];
  for (const { condition, atMs } of entered) {
    const about = all.filter((each) => each.condition === condition && each.atMs >= atMs);
    const first = about.find(({ how }) => how === 'now');
    if (first !== undefined) delays.set(condition, first.atMs - dueMs(atMs, fault));
    else (about.length > 0 ? toldWhenOver : lost).push(condition);
  }
  const falselyOver = all.filter(({ condition, how, atMs }) => {
    const index = entered.findIndex((each) => each.condition === condition);
    const over = how === 'over' && index >= 0;
    return over && atMs < (entered[index + 1]?.atMs ?? Number.POSITIVE_INFINITY);
  });
  return {
    conditions: entered.length,
    lost,
    toldWhenOver,
    repeated: repeatsIn(taken),
    late: [...delays].filter(([, delay]) => delay > LATE_AFTER_MS).map(([condition]) => condition),
    falselyOver: conditions.filter((each) => falselyOver.some(({ condition }) => condition === each)),
    longestDelayMs: delays.size === 0 ? null : Math.round(Math.max(...delays.values())),
    requests,
  };
}

/** From when on an alert could have come: its condition is there, and the fault is over. */
function dueMs(enteredMs: number, fault: Course['fault']): number {
  return Math.max(enteredMs, fault?.toMs ?? enteredMs);
}

function repeatsIn(taken: readonly TakenRequest[]): number {
  const said = new Set<string>();
  return taken.filter(({ told }) => {
    const isNew = told.length === 0 || told.some(({ id }) => !said.has(id));
    for (const { id } of told) said.add(id);
    return !isNew;
  }).length;
}
