/** The messages about a lane, in words for people. Pure. */
import { type NoticeKind, noticeId, type Severity } from '../alert/notice.ts';
import { renderDuration } from '../platform/duration.ts';
import { instant } from '../platform/instant.ts';
import { alertOfService, type Message } from '../store/message.ts';
import type { LaneRecord } from '../store/store.ts';
import type { DeadRow } from './lane-record.ts';

const MS_PER_DAY = 86_400_000;
/** More would make the message unreadable; the rest is in the list of dead letters. */
const MAX_TITLES = 5;
const MAX_DETAIL_CHARS = 500;

interface Words {
  readonly destination: string;
  readonly kind: string;
  readonly giveUpAfterMs: number;
  readonly waiting: number | null;
}

/** Each day on which it is said has its own id, so that a repeat is not taken for what was said before. */
export function failingMessage(lane: LaneRecord, at: number, words: Words): Message {
  const { destination, kind, giveUpAfterMs, waiting } = words;
  const since = lane.failingSince ?? at;
  const day = Math.floor((at - since) / MS_PER_DAY);
  return laneMessage({
    id: noticeId('destination-failing', destination, since, day),
    kind: 'destination-failing',
    severity: 'warning',
    at,
    reminder: lane.announcedAt !== null,
    title: `Destination ${destination} fails since ${instant(since)}`,
    sentences: [
      `Nothing could be delivered to ${destination} (${kind}) for ${renderDuration(at - since)}.`,
      waiting !== null && `${countOf(waiting)} ${waiting === 1 ? 'waits' : 'wait'}.`,
      `Nothing is lost: each message is tried for ${renderDuration(giveUpAfterMs)}, and kept as a dead letter after that.`,
      lane.lastFailure !== null &&
        `Last failure (${lane.lastFailure.reason}): ${asSentence(lane.lastFailure.detail)}`,
      'Check that the destination runs and that its address and credentials in the configuration are right. Delivery goes on by itself.',
      waiting !== null &&
        waiting > 1 &&
        `Order is kept, so the first message holds up the others: \`license-sentinel outbox list --destination ${destination}\` shows it.`,
    ],
  });
}

/** @param before the lane as it was while it failed */
export function recoveredMessage(before: LaneRecord, at: number, { destination, kind }: Words): Message {
  const since = before.failingSince ?? at;
  return laneMessage({
    id: noticeId('destination-recovered', destination, since),
    kind: 'destination-recovered',
    severity: 'info',
    at,
    reminder: false,
    title: `Destination ${destination} works again`,
    sentences: [
      `${destination} (${kind}) failed since ${instant(since)}, for ${renderDuration(at - since)}.`,
      'What waited is being delivered now, in order. Nothing to do.',
    ],
  });
}

/** @param dead what died at once, at least one */
export function deadLetterMessage(dead: readonly DeadRow[], at: number, words: Words): Message {
  const { destination, kind } = words;
  const [first] = dead as readonly [DeadRow, ...DeadRow[]];
  const last = dead.at(-1) ?? first;
  const titles = dead.slice(0, MAX_TITLES).map(({ row }) => `"${row.message.title}"`);
  const further = dead.length - titles.length;
  return laneMessage({
    id: noticeId('dead-letter', destination, first.row.seq, first.row.message.id),
    kind: 'dead-letter',
    severity: dead.some(({ row }) => row.message.severity === 'critical') ? 'critical' : 'warning',
    at,
    reminder: false,
    title: `Destination ${destination} did not take ${countOf(dead.length)}, no longer tried`,
    sentences: [
      `Not delivered to ${destination} (${kind}): ${titles.join(', ')}${further > 0 ? ` and ${further} more` : ''}.`,
      `Waiting since ${instant(first.row.enqueuedAt)}.`,
      `Last failure (${last.reason}): ${asSentence(last.detail)}`,
      `Tell whoever relies on ${destination}. Mend the cause, then see \`license-sentinel outbox list\` and send again with \`license-sentinel outbox retry\`.`,
    ],
  });
}

function laneMessage(facts: {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  readonly at: number;
  readonly reminder: boolean;
  readonly title: string;
  readonly sentences: readonly (string | false)[];
}): Message {
  const { sentences, ...said } = facts;
  return alertOfService({ ...said, text: sentences.filter((sentence) => sentence !== false).join(' ') });
}

const countOf = (messages: number) => (messages === 1 ? '1 message' : `${messages} messages`);

function asSentence(detail: string): string {
  const short = detail.length > MAX_DETAIL_CHARS ? `${detail.slice(0, MAX_DETAIL_CHARS)}…` : detail.trim();
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
