import { expect, it } from 'vitest';
import { alertMessage } from '../../test/fakes/messages.ts';
import { idleLane, type LaneRecord } from '../store/store.ts';
import type { DeliveryFailureReason } from './destination.ts';
import { type Attempted, correctedLane, recordAfter, shiftedLane } from './lane-record.ts';

const at = Date.UTC(2026, 10, 24, 10);
const HOUR_MS = 3_600_000;
const unlucky = () => 1;

const attempted = (changes: Partial<Attempted>): Attempted => ({
  at,
  accepted: 0,
  dead: [],
  failure: undefined,
  ...changes,
});
const dead = (reason: DeliveryFailureReason) => [
  { row: { seq: 1, message: alertMessage(), enqueuedAt: at }, reason, detail: 'why' },
];
const failure = { reason: 'unreachable', detail: 'Nobody listens.' } as const;
const failing: LaneRecord = {
  failingSince: at - HOUR_MS,
  failedAttempts: 3,
  nextAttemptAt: at - 1,
  lastFailure: { at: at - 1, reason: 'timeout', detail: 'slow' },
  lastAcceptedAt: at - 2 * HOUR_MS,
  announcedAt: null,
};

it('begins to fail with the first failure', () => {
  expect(recordAfter(idleLane, attempted({ failure }), unlucky)).toEqual({
    ...idleLane,
    failingSince: at,
    failedAttempts: 1,
    nextAttemptAt: at + 5_000,
    lastFailure: { at, ...failure },
  });
});

it('fails since the first failure, and waits longer each time', () => {
  expect(recordAfter(failing, attempted({ failure }), unlucky)).toMatchObject({
    failingSince: at - HOUR_MS,
    failedAttempts: 4,
    nextAttemptAt: at + 40_000,
  });
});

it('works again as soon as something is accepted, and still knows its last failure', () => {
  const announced = { ...failing, announcedAt: at - 1 };
  expect(recordAfter(announced, attempted({ accepted: 1 }), unlucky)).toEqual({
    ...idleLane,
    lastFailure: failing.lastFailure,
    lastAcceptedAt: at,
  });
});

it('begins to fail anew when the same batch was partly accepted', () => {
  expect(recordAfter(failing, attempted({ accepted: 1, failure }), unlucky)).toMatchObject({
    failingSince: at,
    failedAttempts: 1,
    lastAcceptedAt: at,
  });
});

it('does not fail because a message was refused, and tries the next one at once', () => {
  const after = recordAfter(failing, attempted({ dead: dead('refused') }), unlucky);
  expect(after).toMatchObject({ failingSince: null, failedAttempts: 0, nextAttemptAt: null });
  expect(after.lastFailure).toEqual({ at, reason: 'refused', detail: 'why' });
});

it('stays announced as failing until something is accepted, even when messages are refused meanwhile', () => {
  const announced = { ...failing, announcedAt: at - 1 };
  const after = recordAfter(announced, attempted({ dead: dead('refused') }), unlucky);
  expect(after).toMatchObject({
    failingSince: failing.failingSince,
    announcedAt: at - 1,
    nextAttemptAt: null,
  });
});

it('still fails after a message that breaks the destination was set aside', () => {
  const after = recordAfter(failing, attempted({ dead: dead('internal') }), unlucky);
  expect(after).toMatchObject({ failingSince: failing.failingSince, failedAttempts: 0, nextAttemptAt: null });
});

it('goes on backing off after a message was given up', () => {
  const after = recordAfter(failing, attempted({ dead: dead('gave-up'), failure }), unlucky);
  expect(after).toMatchObject({ failingSince: failing.failingSince, failedAttempts: 4 });
});

it('keeps its distances when the clock is stepped', () => {
  expect(shiftedLane({ ...failing, announcedAt: at }, -HOUR_MS)).toEqual({
    failingSince: at - 2 * HOUR_MS,
    failedAttempts: 3,
    nextAttemptAt: at - 1 - HOUR_MS,
    lastFailure: { at: at - 1 - HOUR_MS, reason: 'timeout', detail: 'slow' },
    lastAcceptedAt: at - 3 * HOUR_MS,
    announcedAt: at - HOUR_MS,
  });
  expect(shiftedLane(idleLane, HOUR_MS)).toEqual(idleLane);
});

const failedAt = (time: number) => ({ at: time, reason: 'timeout', detail: 'slow' });

it.each([
  ['a wait that is under way stays', at - HOUR_MS, at + HOUR_MS, at + HOUR_MS],
  ['a wait that is over stays over', at - HOUR_MS, at - 1, at - 1],
  ['a failure in the future is taken for just now', at + 6 * HOUR_MS, at + 6 * HOUR_MS + 5_000, at + 5_000],
  ['no wait is longer than a day', at - 1, at + 400 * 24 * HOUR_MS, at + 24 * HOUR_MS],
])('knows after a restart when to try again: %s', (_, lastFailureAt, nextAttemptAt, expected) => {
  const lane = { ...failing, lastFailure: failedAt(lastFailureAt), nextAttemptAt };
  expect(correctedLane(lane, at).nextAttemptAt).toBe(expected);
});

it('does not wait after a restart when it does not know what for', () => {
  const lane = { ...idleLane, nextAttemptAt: at + HOUR_MS };
  expect(correctedLane(lane, at).nextAttemptAt).toBe(at);
});

it('neither fails nor was announced in the future', () => {
  const future = { ...failing, failingSince: at + 1, announcedAt: at + 5 };
  expect(correctedLane(future, at)).toMatchObject({ failingSince: at, announcedAt: at });
  expect(correctedLane(idleLane, at)).toEqual(idleLane);
});
