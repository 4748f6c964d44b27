/** What the other destinations are told about a lane: that it fails, works again, or has dead letters. Pure. */
import type { Random } from '../platform/clock.ts';
import type { Message } from '../store/message.ts';
import type { LaneRecord } from '../store/store.ts';
import { deadLetterMessage, failingMessage, recoveredMessage } from './lane-alarm-message.ts';
import { type Attempted, recordAfter } from './lane-record.ts';

const REPEAT_AFTER_MS = 86_400_000;

const laneAlarmKinds: readonly Message['kind'][] = [
  'destination-failing',
  'destination-recovered',
  'dead-letter',
];

export interface LaneContext {
  /** The destination's name and kind, as in the configuration. */
  readonly destination: string;
  readonly kind: string;
  readonly alertAfterMs: number;
  readonly giveUpAfterMs: number;
  /** How many messages wait in the lane; null when that is not known. */
  readonly waiting: number | null;
}

export interface LaneStep {
  readonly lane: LaneRecord;
  /** For the other destinations, to be stored together with the lane. */
  readonly messages: readonly Message[];
}

/**
 * The lane after an attempt, and what the others are told about it.
 *
 * A dead letter that is itself about a lane is recorded but not announced: two lanes that refuse everything would
 * otherwise tell each other so for ever.
 */
export function stepLane(
  before: LaneRecord,
  attempted: Attempted,
  context: LaneContext & { random: Random },
): LaneStep {
  const dead = attempted.dead.filter(({ row }) => !laneAlarmKinds.includes(row.message.kind));
  const alarmed = alarmStep(recordAfter(before, attempted, context.random), attempted.at, context);
  const hasRecovered = before.announcedAt !== null && attempted.accepted > 0;
  return {
    lane: alarmed.lane,
    messages: [
      ...(hasRecovered ? [recoveredMessage(before, attempted.at, context)] : []),
      ...(dead.length > 0 ? [deadLetterMessage(dead, attempted.at, context)] : []),
      ...alarmed.messages,
    ],
  };
}

/** Says that the lane fails, once that is due: when it has failed for `alertAfterMs`, and once a day from then on. */
export function alarmStep(lane: LaneRecord, at: number, context: LaneContext): LaneStep {
  const dueAt = alarmDueAt(lane, context.alertAfterMs);
  if (dueAt === null || dueAt > at) return { lane, messages: [] };
  return { lane: { ...lane, announcedAt: at }, messages: [failingMessage(lane, at, context)] };
}

/** Epoch ms at which the others have to be told that the lane fails, again or for the first time; null: it works. */
export function alarmDueAt(lane: LaneRecord, alertAfterMs: number): number | null {
  if (lane.failingSince === null) return null;
  return lane.announcedAt === null ? lane.failingSince + alertAfterMs : lane.announcedAt + REPEAT_AFTER_MS;
}
