/** What to make of a destination that breaks its contract, so that a bug neither loses a message nor hammers. */
import type { Logger } from '../platform/logger.ts';
import type { OutboxRow } from '../store/store.ts';
import type { AttemptResult } from './attempt.ts';
import type { Outcome } from './destination.ts';

/** With the back-off this takes well over half an hour, time enough for what is not the message's fault to pass. */
const MAX_BROKEN_ATTEMPTS = 10;

export interface ContractWatch {
  /** How many rows the next attempt may take: one while the message that breaks the destination is looked for. */
  batchSize(maxBatch: number): number;
  /** The outcomes of an attempt, also where the destination gave none. */
  outcomesOf(result: AttemptResult, rows: readonly OutboxRow[]): readonly Outcome[];
  /** Call it when so many rows are settled. */
  settled(rows: number): void;
}

export function watchContract(destination: string, timeoutMs: number, logger: Logger): ContractWatch {
  let singlyLeft = 0;
  let suspect = { seq: 0, attempts: 0 };

  function brokenOutcome(error: unknown, rows: readonly OutboxRow[]): Outcome {
    const name = error instanceof Error ? error.name : typeof error;
    // The message of an unexpected error can hold anything, so it stays in the log and out of what is sent.
    const detail = `The destination failed in a way that it should not (${name}); the log has the details. Please report it.`;
    const [head] = rows as readonly [OutboxRow, ...OutboxRow[]];
    if (rows.length > 1) {
      singlyLeft = rows.length;
      logger.error(
        { destination, err: error },
        'the destination broke its contract; messages go one by one now',
      );
      return { kind: 'deferred', reason: 'internal', detail };
    }
    suspect = { seq: head.seq, attempts: suspect.seq === head.seq ? suspect.attempts + 1 : 1 };
    logger.error(
      { destination, err: error, id: head.message.id, attempts: suspect.attempts },
      'the destination broke its contract',
    );
    const isHopeless = suspect.attempts >= MAX_BROKEN_ATTEMPTS;
    return { kind: isHopeless ? 'rejected' : 'deferred', reason: 'internal', detail };
  }

  function outcome(
    result: Exclude<AttemptResult, { kind: 'outcomes' }>,
    rows: readonly OutboxRow[],
  ): Outcome {
    const timeout = (detail: string): Outcome => ({ kind: 'deferred', reason: 'timeout', detail });
    const seconds = `${timeoutMs / 1000} s`;
    switch (result.kind) {
      case 'broken':
        return brokenOutcome(result.error, rows);
      case 'cut-short':
        logger.error({ destination, err: result.error }, 'the destination threw at its deadline');
        return timeout(`No answer within ${seconds}.`);
      case 'overdue':
        logger.error(
          { destination },
          'the destination does not stop at its deadline; nothing is sent until it does',
        );
        return timeout(`No answer within ${seconds}, and the attempt does not end.`);
      case 'hanging':
        return timeout('An earlier attempt does not end. A restart of the service helps. Please report it.');
    }
  }

  return {
    batchSize: (maxBatch) => (singlyLeft > 0 ? 1 : maxBatch),
    outcomesOf(result, rows) {
      if (result.kind === 'outcomes') {
        suspect = { seq: 0, attempts: 0 };
        return result.outcomes;
      }
      const shared = outcome(result, rows);
      return rows.map(() => shared);
    },
    settled(rows) {
      singlyLeft = Math.max(0, singlyLeft - rows);
    },
  };
}
