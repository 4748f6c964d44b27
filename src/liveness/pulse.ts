/** Whether there is something good to tell since the last time, something bad, or nothing yet. */
import { type Liveness, listOf, wordStalls } from './liveness.ts';

/** Of the checks, as their scheduler knows it. */
export interface ChecksCondition {
  /** Checks that were made and stored since the start. */
  readonly made: number;
  /** Whether a check is due that has not begun. */
  readonly isBehind: boolean;
  /** Sites whose last check could not be stored. */
  readonly failing: readonly string[];
}

export type Pulse =
  | { readonly kind: 'well'; readonly line: string }
  | { readonly kind: 'trouble'; readonly line: string }
  /** No progress, and none of it late enough to be trouble. Who waits for a call decides how long that may last. */
  | { readonly kind: 'waiting' };

export interface PulseOptions {
  readonly liveness: Pick<Liveness, 'stalls' | 'hasMovedSince'>;
  checks(): ChecksCondition;
  /** Whether the last write to the store succeeded. */
  isWritable(): boolean;
  monotonicMs(): number;
}

const MOST_CHARS = 1_000;

/** A function that says how things went since it was last well or in trouble. */
export function createPulse({ liveness, checks, isWritable, monotonicMs }: PulseOptions): () => Pulse {
  let sinceMs = monotonicMs();
  let madeBefore = 0;

  function troubles(failing: readonly string[]): readonly string[] {
    return [
      ...wordStalls(liveness.stalls(), true),
      ...(isWritable() ? [] : ['the store did not take the last write']),
      ...(failing.length === 0 ? [] : [`the last check of ${listOf(failing)} could not be stored`]),
    ];
  }

  return () => {
    const { made, isBehind, failing } = checks();
    const found = troubles(failing);
    const hasMoved = liveness.hasMovedSince(sinceMs) && made > 0 && (made > madeBefore || !isBehind);
    if (found.length === 0 && !hasMoved) return { kind: 'waiting' };
    const line =
      found.length > 0
        ? found.join('; ')
        : `all is well; checks made since the last call: ${made - madeBefore}`;
    sinceMs = monotonicMs();
    madeBefore = made;
    return { kind: found.length > 0 ? 'trouble' : 'well', line: line.slice(0, MOST_CHARS) };
  };
}
