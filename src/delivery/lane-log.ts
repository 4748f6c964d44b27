/** What a lane says to the log: a line for each attempt, one more when messages died, and what it told other lanes. */
import type { Logger } from '../platform/logger.ts';
import type { Message } from '../store/message.ts';
import type { OutboxRow } from '../store/store.ts';
import type { Judgement } from './judgement.ts';

/** Ids beyond these are in the store. */
const MAX_IDS = 100;

export function logAttempt(
  logger: Logger,
  destination: string,
  { rows, judgement, ms }: { rows: readonly OutboxRow[]; judgement: Judgement; ms: number },
): void {
  const { accepted, dead, failure } = judgement;
  const fields = {
    destination,
    messages: rows.length,
    alerts: alertIdsOf(rows),
    accepted,
    dead: dead.length,
    outcome: outcomeOf(judgement),
    ms: Math.round(ms),
  };
  if (failure === undefined) {
    logger.info(fields, 'delivered');
  } else {
    logger.warn(
      { ...fields, reason: failure.reason, detail: failure.detail },
      'not delivered; will be tried again',
    );
  }
  const last = dead.at(-1);
  if (last === undefined) return;
  logger.error(
    {
      destination,
      messages: dead.length,
      ids: dead.slice(0, MAX_IDS).map(({ row }) => row.message.id),
      reason: last.reason,
      detail: last.detail,
    },
    'dead letter: no longer tried',
  );
}

function outcomeOf({ accepted, dead, failure }: Judgement): string {
  if (failure !== undefined) return 'deferred';
  return accepted === 0 && dead.length > 0 ? 'rejected' : 'accepted';
}

function alertIdsOf(rows: readonly OutboxRow[]): readonly string[] {
  return rows
    .filter(({ message }) => message.topic === 'alert')
    .slice(0, MAX_IDS)
    .map(({ message }) => message.id);
}

/** For whoever has no other destination that could tell. */
export function logAlarms(logger: Logger, destination: string, messages: readonly Message[]): void {
  for (const { id, kind, title } of messages) {
    if (kind === 'destination-failing') logger.error({ destination, id }, title);
    if (kind === 'destination-recovered') logger.info({ destination, id }, title);
  }
}
