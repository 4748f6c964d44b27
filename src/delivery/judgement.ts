/** What the outcomes of a batch mean for its rows. Pure. */
import { renderDuration } from '../platform/duration.ts';
import type { OutboxRow, Settlement } from '../store/store.ts';
import type { Outcome } from './destination.ts';
import type { DeadRow, Failure } from './lane-record.ts';

export interface Judgement {
  readonly settlements: readonly Settlement[];
  readonly accepted: number;
  readonly dead: readonly DeadRow[];
  /** The first deferred outcome; undefined when the whole batch is settled. */
  readonly failure: Failure | undefined;
}

/**
 * Settles rows up to the first deferred outcome; from there on all come again, whatever their own outcome, so that
 * order is kept. Of those, rows deferred at an age of `giveUpAfterMs` or more become dead letters.
 *
 * @param outcomes as many as rows
 * @param giveUpAfterMs Infinity when nothing may be given up yet
 */
export function judge(
  rows: readonly OutboxRow[],
  outcomes: readonly Outcome[],
  { at, giveUpAfterMs }: { at: number; giveUpAfterMs: number },
): Judgement {
  const settlements: Settlement[] = [];
  const dead: DeadRow[] = [];
  let accepted = 0;
  let failure: Failure | undefined;

  const bury = (letter: DeadRow): void => {
    dead.push(letter);
    const { row, reason, detail } = letter;
    settlements.push({ seq: row.seq, result: { kind: 'dead', reason, detail } });
  };

  for (const [index, row] of rows.entries()) {
    const outcome = outcomes[index]!;
    if (outcome.kind === 'deferred') {
      failure ??= outcome;
      if (at - row.enqueuedAt >= giveUpAfterMs) bury(givenUp(row, outcome, giveUpAfterMs));
    } else if (failure !== undefined) {
    } else if (outcome.kind === 'accepted') {
      accepted += 1;
      settlements.push({ seq: row.seq, result: { kind: 'accepted' } });
    } else {
      bury({ row, reason: outcome.reason, detail: outcome.detail });
    }
  }
  return { settlements, accepted, dead, failure };
}

function givenUp(row: OutboxRow, { reason, detail }: Failure, giveUpAfterMs: number): DeadRow {
  return {
    row,
    reason: 'gave-up',
    detail: `Tried for ${renderDuration(giveUpAfterMs)} without success. The last failure (${reason}): ${detail}`,
  };
}
