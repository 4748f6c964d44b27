/** The lanes of the store as what is shown. Pure. */
import type { Severity } from '../alert/notice.ts';
import { payloadOf } from '../delivery/payload.ts';
import type { Message } from '../store/message.ts';
import type { LaneSummary, OutboxRow, Receipt } from '../store/store.ts';
import type { DeadLetterRow, LaneRow, MessageDetail, WaitingRow } from './api.ts';
import { instantOf, isoOf } from './instants.ts';

/** A destination of the configuration, as far as it is shown. */
export interface ConfiguredDestination {
  readonly name: string;
  readonly kind: string;
  readonly sendRecurring: boolean;
  readonly sendAlert: boolean;
  readonly minimumSeverity: Severity;
}

/** One row for each destination of the configuration, in its order, then those that are only in the store. */
export function laneRows(
  configured: readonly ConfiguredDestination[],
  summaries: readonly LaneSummary[],
): readonly LaneRow[] {
  const byName = new Map(summaries.map((summary) => [summary.destination, summary]));
  const names = new Set(configured.map(({ name }) => name));
  const orphans = summaries.filter(
    ({ destination, waiting, deadLetters }) => !names.has(destination) && waiting + deadLetters > 0,
  );
  return [
    ...configured.map((destination) => laneRow(destination.name, destination, byName.get(destination.name))),
    ...orphans.map((summary) => laneRow(summary.destination, undefined, summary)),
  ];
}

function laneRow(
  name: string,
  settings: ConfiguredDestination | undefined,
  summary: LaneSummary | undefined,
): LaneRow {
  const lane = summary?.lane;
  const waiting = summary?.waiting ?? 0;
  const lastFailure = lane?.lastFailure ?? null;
  const isIdle = waiting === 0 && (lane?.lastAcceptedAt ?? null) === null;
  const isFailing = (lane?.failingSince ?? null) !== null;
  return {
    name,
    kind: settings?.kind ?? null,
    sendRecurring: settings?.sendRecurring ?? null,
    sendAlert: settings?.sendAlert ?? null,
    minimumSeverity: settings?.minimumSeverity ?? null,
    state: isFailing ? 'failing' : isIdle ? 'idle' : 'working',
    failingSince: instantOf(lane?.failingSince),
    waiting,
    oldest: instantOf(summary?.oldestEnqueuedAt),
    nextAttemptAt: instantOf(lane?.nextAttemptAt),
    lastFailure:
      lastFailure === null
        ? null
        : { at: isoOf(lastFailure.at), reason: lastFailure.reason, detail: lastFailure.detail },
    lastAcceptedAt: instantOf(lane?.lastAcceptedAt),
    deadLetters: summary?.deadLetters ?? 0,
  };
}

export function deadLetterRow({ destination, seq, message, at, result }: Receipt): DeadLetterRow {
  const [reason, detail] = result.kind === 'dead' ? [result.reason, result.detail] : ['', ''];
  return { ...inShort(destination, seq, message), at: isoOf(at), reason, detail };
}

export function waitingRow(destination: string, { seq, message, enqueuedAt }: OutboxRow): WaitingRow {
  return { ...inShort(destination, seq, message), enqueuedAt: isoOf(enqueuedAt) };
}

function inShort(destination: string, seq: number, message: Message) {
  const { id, topic, kind, severity, site, title, occurredAt } = message;
  return { destination, seq, id, topic, kind, severity, site, title, occurredAt: isoOf(occurredAt) };
}

/** What can be said of a message in a lane, whole. */
export function messageDetail(found: OutboxRow | Receipt, lane: LaneRow): MessageDetail {
  const { seq, message } = found;
  const letter = 'result' in found ? found : undefined;
  const { result } = letter ?? {};
  return {
    destination: lane.name,
    seq,
    fate: letter === undefined ? 'waiting' : 'dead',
    enqueuedAt: 'enqueuedAt' in found ? isoOf(found.enqueuedAt) : null,
    failure:
      letter !== undefined && result?.kind === 'dead'
        ? { at: isoOf(letter.at), reason: result.reason, detail: result.detail }
        : null,
    lane,
    payload: payloadOf(message),
    points: message.points.map((point) => ({ ...point, at: isoOf(point.at) })),
  };
}
