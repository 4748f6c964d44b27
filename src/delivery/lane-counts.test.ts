import { expect, it } from 'vitest';
import { alertMessage, builtAt } from '../../test/fakes/messages.ts';
import type { DeliveryFailureReason } from './destination.ts';
import { countsAfter, nothingCounted } from './lane-counts.ts';

const dead = (...reasons: readonly DeliveryFailureReason[]) =>
  reasons.map((reason) => ({
    row: { seq: 1, message: alertMessage(), enqueuedAt: builtAt },
    reason,
    detail: 'why',
  }));
const nothing = { settlements: [], accepted: 0, dead: [], failure: undefined };
const failed = (reason: DeliveryFailureReason) => ({ ...nothing, failure: { reason, detail: 'why' } });

it('counts nothing before the first attempt', () => {
  expect(nothingCounted).toEqual({ accepted: 0, deferred: {}, rejected: {} });
});

it('adds up what was accepted, message by message', () => {
  const once = countsAfter(nothingCounted, { ...nothing, accepted: 2 });
  expect(countsAfter(once, { ...nothing, accepted: 3 })).toEqual({ accepted: 5, deferred: {}, rejected: {} });
});

it('counts an attempt that has to be repeated once, by its reason', () => {
  const counts = [failed('timeout'), failed('timeout'), failed('tls')].reduce(countsAfter, nothingCounted);
  expect(counts).toEqual({ accepted: 0, deferred: { timeout: 2, tls: 1 }, rejected: {} });
});

it('counts every dead letter, by its reason', () => {
  const once = countsAfter(nothingCounted, { ...nothing, dead: dead('refused', 'gave-up', 'refused') });
  expect(countsAfter(once, { ...nothing, dead: dead('refused') })).toEqual({
    accepted: 0,
    deferred: {},
    rejected: { refused: 3, 'gave-up': 1 },
  });
});
