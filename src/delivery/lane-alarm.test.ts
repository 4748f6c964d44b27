import { expect, it } from 'vitest';
import { alertMessage, statusMessage } from '../../test/fakes/messages.ts';
import type { Message } from '../store/message.ts';
import { idleLane, type LaneRecord } from '../store/store.ts';
import { alarmDueAt, stepLane } from './lane-alarm.ts';
import type { Attempted, DeadRow } from './lane-record.ts';

const start = Date.UTC(2026, 10, 24, 6);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const context = {
  destination: 'broker',
  kind: 'mqtt',
  alertAfterMs: HOUR_MS,
  giveUpAfterMs: 7 * DAY_MS,
  waiting: 12,
  random: () => 1,
};
const failure = { reason: 'unreachable', detail: 'ECONNREFUSED. Check that the broker runs' } as const;
const failed = (at: number): Attempted => ({ at, accepted: 0, dead: [], failure });
const worked = (at: number): Attempted => ({ at, accepted: 1, dead: [], failure: undefined });
const died = (at: number, ...messages: readonly Partial<Message>[]): Attempted => ({
  at,
  accepted: 0,
  failure: undefined,
  dead: messages.map(
    (message, index): DeadRow => ({
      row: { seq: 7 + index, message: alertMessage(message), enqueuedAt: start },
      reason: 'refused',
      detail: 'HTTP 404',
    }),
  ),
});

/** What is said on the way through these attempts. */
function said(...attempts: readonly Attempted[]): readonly Message[] {
  const messages: Message[] = [];
  let lane: LaneRecord = idleLane;
  for (const attempted of attempts) {
    const step = stepLane(lane, attempted, context);
    lane = step.lane;
    messages.push(...step.messages);
  }
  return messages;
}
const kindsOf = (messages: readonly Message[]) => messages.map(({ kind }) => kind);

it('is silent about a lane that fails for less than an hour', () => {
  expect(said(failed(start), failed(start + HOUR_MS - 1), worked(start + HOUR_MS))).toEqual([]);
});

it('speaks once when a lane has failed for an hour, then once a day, and when it works again', () => {
  const hourly = Array.from({ length: 50 }, (_, hour) => failed(start + hour * HOUR_MS));
  const messages = said(...hourly, worked(start + 50 * HOUR_MS), worked(start + 51 * HOUR_MS));
  expect(
    messages.map(({ kind, occurredAt, reminder }) => [kind, (occurredAt - start) / HOUR_MS, reminder]),
  ).toEqual([
    ['destination-failing', 1, false],
    ['destination-failing', 25, true],
    ['destination-failing', 49, true],
    ['destination-recovered', 50, false],
  ]);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
});

it('says what happened, since when, how many wait, why, and what to do', () => {
  const [message] = said(failed(start), failed(start + 65 * MINUTE_MS));
  expect(message).toMatchObject({
    topic: 'alert',
    site: null,
    severity: 'warning',
    license: null,
    tags: {},
    title: 'Destination broker fails since 2026-11-24 06:00 UTC',
    text:
      'Nothing could be delivered to broker (mqtt) for 1 h 5 min. 12 messages wait. ' +
      'Nothing is lost: each message is tried for 7 d, and kept as a dead letter after that. ' +
      'Last failure (unreachable): ECONNREFUSED. Check that the broker runs. ' +
      'Check that the destination runs and that its address and credentials in the configuration are right. ' +
      'Delivery goes on by itself. Order is kept, so the first message holds up the others: ' +
      '`license-sentinel outbox list --destination broker` shows it.',
  });
  expect(message?.points).toEqual([
    {
      measurement: 'qlik_sense_server_license_alert',
      tags: { site: '', kind: 'destination-failing', severity: 'warning' },
      at: start + 65 * MINUTE_MS,
      fields: { id: message?.id, title: message?.title },
    },
  ]);
});

it('says the same with the same id when it has to say it again after a crash', () => {
  const run = () => said(failed(start), failed(start + HOUR_MS), died(start + 2 * HOUR_MS, { id: 'x' }));
  expect(run()).toEqual(run());
  expect(run()).toHaveLength(2);
});

it('tells of a dead letter with its title, its reason and what to do', () => {
  const [message] = said(died(start, { title: 'prod: Qlik Sense license ends in 30 days, on 2026-12-24' }));
  expect(message).toMatchObject({
    kind: 'dead-letter',
    severity: 'warning',
    site: null,
    title: 'Destination broker did not take 1 message, no longer tried',
  });
  for (const part of [
    'license ends in 30 days',
    '(refused): HTTP 404.',
    'outbox retry',
    '2026-11-24 06:00 UTC',
  ]) {
    expect(message?.text).toContain(part);
  }
});

it('tells of many dead letters at once in one message that names how many', () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({ id: `a-${index}`, title: `title ${index}` }));
  const [message, ...more] = said(died(start, ...many));
  expect(more).toEqual([]);
  expect(message?.title).toContain('1000 messages');
  expect(message?.text).toContain('"title 4" and 995 more');
  expect(message?.text.length).toBeLessThan(1000);
});

it('is as urgent about a dead letter as the most urgent one of them', () => {
  expect(said(died(start, {}, { severity: 'critical' }, {}))[0]?.severity).toBe('critical');
});

it('does not cut off the reason in an endless text', () => {
  const endless = {
    ...died(start, {}),
    dead: died(start, {}).dead.map((each) => ({ ...each, detail: 'x'.repeat(9999) })),
  };
  expect(said(endless)[0]?.text.length).toBeLessThan(1000);
});

it.each(['destination-failing', 'destination-recovered', 'dead-letter'] as const)(
  'does not announce the dead letter of a message of kind %s, which is about a lane itself',
  (kind) => {
    expect(said(died(start, { kind }))).toEqual([]);
    expect(kindsOf(said(died(start, { kind }, { kind: 'expired' })))).toEqual(['dead-letter']);
  },
);

it('tells of dead status messages too', () => {
  const { kind, topic } = statusMessage();
  expect(kindsOf(said(died(start, { kind, topic })))).toEqual(['dead-letter']);
});

it('does not call a lane recovered that only refuses', () => {
  const messages = said(
    failed(start),
    failed(start + HOUR_MS),
    died(start + 2 * HOUR_MS, {}),
    worked(start + 3 * HOUR_MS),
  );
  expect(kindsOf(messages)).toEqual(['destination-failing', 'dead-letter', 'destination-recovered']);
});

it('does not name a number of waiting messages that is not known', () => {
  const { messages } = stepLane({ ...idleLane, failingSince: start }, failed(start + HOUR_MS), {
    ...context,
    waiting: null,
  });
  expect(messages[0]?.text).not.toContain('wait');
});

it('knows when it has to speak next', () => {
  expect(alarmDueAt(idleLane, HOUR_MS)).toBeNull();
  expect(alarmDueAt({ ...idleLane, failingSince: start }, HOUR_MS)).toBe(start + HOUR_MS);
  expect(alarmDueAt({ ...idleLane, failingSince: start, announcedAt: start + 5 }, HOUR_MS)).toBe(
    start + 5 + DAY_MS,
  );
});
