/** The memory of a lane, from one attempt to the next. Pure. */
import type { Random } from '../platform/clock.ts';
import { idleLane, type LaneRecord, type OutboxRow } from '../store/store.ts';
import type { DeliveryFailureReason } from './destination.ts';
import { LONGEST_WAIT_MS, nextDelayMs } from './retry-schedule.ts';

/** A row that is no longer tried. */
export interface DeadRow {
  readonly row: OutboxRow;
  readonly reason: DeliveryFailureReason;
  readonly detail: string;
}

/** Why the rest of a batch has to come again. */
export interface Failure {
  readonly reason: DeliveryFailureReason;
  readonly detail: string;
  readonly retryAfterMs?: number | undefined;
}

/** What one attempt came to. Whatever was accepted or died came before the failure. */
export interface Attempted {
  /** Epoch ms. */
  readonly at: number;
  readonly accepted: number;
  readonly dead: readonly DeadRow[];
  readonly failure: Failure | undefined;
}

/** The lane after an attempt. What it announced is not decided here. */
export function recordAfter(before: LaneRecord, attempted: Attempted, random: Random): LaneRecord {
  const { at, failure } = attempted;
  const lane = movedOn(before, attempted);
  if (failure === undefined) return lane;
  const failedAttempts = lane.failedAttempts + 1;
  return {
    ...lane,
    failingSince: lane.failingSince ?? at,
    failedAttempts,
    nextAttemptAt: at + nextDelayMs(failedAttempts, failure.retryAfterMs, random),
    lastFailure: { at, reason: failure.reason, detail: failure.detail },
  };
}

function movedOn(before: LaneRecord, { at, accepted, dead }: Attempted): LaneRecord {
  const lastDead = dead.findLast(({ reason }) => reason !== 'gave-up');
  if (accepted === 0 && lastDead === undefined) return before;
  const lastFailure =
    lastDead === undefined ? before.lastFailure : { at, reason: lastDead.reason, detail: lastDead.detail };
  if (accepted > 0) return { ...idleLane, lastFailure, lastAcceptedAt: at };
  // A far end that refuses a message is there, so the lane does not fail; but it has not proved that it works either,
  // so a lane that was announced as failing stays so until it accepts something.
  const stillFails = before.announcedAt !== null || lastDead?.reason === 'internal';
  return {
    ...before,
    failingSince: stillFails ? before.failingSince : null,
    failedAttempts: 0,
    nextAttemptAt: null,
    lastFailure,
  };
}

/** The lane after the wall clock was stepped: everything keeps its distance from now. */
export function shiftedLane(lane: LaneRecord, stepMs: number): LaneRecord {
  const shifted = (at: number | null) => (at === null ? null : at + stepMs);
  return {
    ...lane,
    failingSince: shifted(lane.failingSince),
    nextAttemptAt: shifted(lane.nextAttemptAt),
    lastFailure: lane.lastFailure === null ? null : { ...lane.lastFailure, at: lane.lastFailure.at + stepMs },
    lastAcceptedAt: shifted(lane.lastAcceptedAt),
    announcedAt: shifted(lane.announcedAt),
  };
}

/**
 * A lane as read at start, without times that cannot be: if the clock was stepped back while nobody looked, a lane
 * could wait, or keep its alarm to itself, until the old time comes round again. No wait is longer from now than it
 * was meant to be from the failure on.
 */
export function correctedLane(lane: LaneRecord, at: number): LaneRecord {
  const { nextAttemptAt, lastFailure } = lane;
  const notAfterNow = (time: number | null) => (time === null ? null : Math.min(time, at));
  const meantMs = lastFailure === null || nextAttemptAt === null ? 0 : nextAttemptAt - lastFailure.at;
  return {
    ...lane,
    failingSince: notAfterNow(lane.failingSince),
    announcedAt: notAfterNow(lane.announcedAt),
    nextAttemptAt:
      nextAttemptAt === null ? null : Math.min(nextAttemptAt, at + Math.min(meantMs, LONGEST_WAIT_MS)),
  };
}
