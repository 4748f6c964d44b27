import { describe, expect, it } from 'vitest';
import { alertMessage } from '../../test/fakes/messages.ts';
import { noticeId } from '../alert/notice.ts';
import type { Message } from '../store/message.ts';
import { idleLane } from '../store/store.ts';
import { deadLetterMessage, failingMessage, recoveredMessage } from './lane-alarm-message.ts';
import type { DeadRow } from './lane-record.ts';

const since = Date.UTC(2026, 10, 24, 6);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = since + 2 * HOUR_MS;
const words = { destination: 'broker', kind: 'mqtt', giveUpAfterMs: 7 * DAY_MS, waiting: 12 };
const failing = { ...idleLane, failingSince: since };

it('is an alert of the service itself, not of a site', () => {
  expect(recoveredMessage(failing, at, words)).toEqual({
    id: noticeId('destination-recovered', 'broker', since),
    topic: 'alert',
    kind: 'destination-recovered',
    severity: 'info',
    site: null,
    tags: {},
    occurredAt: at,
    lastConfirmedAt: null,
    reachable: true,
    license: null,
    product: null,
    rung: null,
    skippedRungs: [],
    reminder: false,
    title: 'Destination broker works again',
    text:
      'broker (mqtt) failed since 2026-11-24 06:00 UTC, for 2 h. ' +
      'What waited is being delivered now, in order. Nothing to do.',
    points: [
      {
        measurement: 'qlik_sense_server_license_alert',
        tags: { site: '', kind: 'destination-recovered', severity: 'info' },
        at,
        fields: {
          id: noticeId('destination-recovered', 'broker', since),
          title: 'Destination broker works again',
        },
      },
    ],
  } satisfies Message);
});

describe('that a lane fails', () => {
  const textOf = (waiting: number | null, lane = failing) =>
    failingMessage(lane, at, { ...words, waiting }).text;

  it('says how many messages wait, and where to see the first of several', () => {
    expect(textOf(2)).toContain(' 2 messages wait. Nothing is lost');
    expect(textOf(2)).toContain('so the first message holds up the others');
    expect(textOf(1)).toContain(' 1 message waits. Nothing is lost');
    expect(textOf(1)).not.toContain('Order is kept');
  });

  it('says nothing of messages or of a failure that it does not know', () => {
    expect(textOf(null)).toBe(
      'Nothing could be delivered to broker (mqtt) for 2 h. ' +
        'Nothing is lost: each message is tried for 7 d, and kept as a dead letter after that. ' +
        'Check that the destination runs and that its address and credentials in the configuration are right. ' +
        'Delivery goes on by itself.',
    );
  });

  it('has an id for each day on which it is said', () => {
    const idAt = (ms: number) => failingMessage(failing, since + ms, words).id;
    expect(idAt(HOUR_MS)).toBe(noticeId('destination-failing', 'broker', since, 0));
    expect(idAt(DAY_MS - 1)).toBe(idAt(HOUR_MS));
    expect(idAt(DAY_MS)).toBe(noticeId('destination-failing', 'broker', since, 1));
    expect(idAt(3 * DAY_MS + HOUR_MS)).toBe(noticeId('destination-failing', 'broker', since, 3));
  });

  it.each([
    ['ends in a full stop', 'Nobody listens', 'Nobody listens. Check'],
    ['gets no second full stop', 'Nobody listens.', 'Nobody listens. Check'],
    ['may ask', 'Is it there?', 'Is it there? Check'],
    ['may call', 'Stop!', 'Stop! Check'],
    ['stands between single blanks', '  Nobody listens \n', 'Nobody listens. Check'],
    ['may have 500 characters', 'x'.repeat(500), `${'x'.repeat(500)}. Check`],
    ['has no more than 500 characters', 'x'.repeat(501), `${'x'.repeat(500)}… Check`],
  ])('gives a reason that %s', (_, detail, expected) => {
    const lastFailure = { at, reason: 'unreachable', detail };
    expect(textOf(1, { ...failing, lastFailure })).toContain(`Last failure (unreachable): ${expected}`);
  });
});

describe('that messages died', () => {
  const dead = (count: number) =>
    Array.from(
      { length: count },
      (_, index): DeadRow => ({
        row: {
          seq: 7 + index,
          message: alertMessage({ id: `a-${index}`, title: `title ${index}` }),
          enqueuedAt: since + index * HOUR_MS,
        },
        reason: index === 0 ? 'unauthorized' : 'refused',
        detail: `HTTP 40${index}`,
      }),
    );

  it('names the message, since when it waited, why it died, and what to do', () => {
    expect(deadLetterMessage(dead(1), at, words)).toMatchObject({
      id: noticeId('dead-letter', 'broker', 7, 'a-0'),
      kind: 'dead-letter',
      severity: 'warning',
      reminder: false,
      title: 'Destination broker did not take 1 message, no longer tried',
      text:
        'Not delivered to broker (mqtt): "title 0". Waiting since 2026-11-24 06:00 UTC. ' +
        'Last failure (unauthorized): HTTP 400. ' +
        'Tell whoever relies on broker. Mend the cause, then see `license-sentinel outbox list` ' +
        'and send again with `license-sentinel outbox retry`.',
    });
  });

  it('names up to five, with the wait of the first and the reason of the last', () => {
    expect(deadLetterMessage(dead(5), at, words).text).toContain(
      'broker (mqtt): "title 0", "title 1", "title 2", "title 3", "title 4". ' +
        'Waiting since 2026-11-24 06:00 UTC. Last failure (refused): HTTP 404. ',
    );
    expect(deadLetterMessage(dead(6), at, words).text).toContain('"title 4" and 1 more. ');
  });
});
