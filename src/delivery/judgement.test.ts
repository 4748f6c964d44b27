import { expect, it } from 'vitest';
import { alertMessage, builtAt } from '../../test/fakes/messages.ts';
import { accepted, deferred, rejected } from '../../test/fakes/scripted-destination.ts';
import type { OutboxRow } from '../store/store.ts';
import type { Outcome } from './destination.ts';
import { judge } from './judgement.ts';

const WEEK_MS = 7 * 86_400_000;

const row = (seq: number, ageMs = 0): OutboxRow => ({
  seq,
  message: alertMessage({ id: `a-${seq}` }),
  enqueuedAt: builtAt - ageMs,
});
const judged = (rows: readonly OutboxRow[], outcomes: readonly Outcome[], giveUpAfterMs = WEEK_MS) =>
  judge(rows, outcomes, { at: builtAt, giveUpAfterMs });
const seqs = ({ settlements }: ReturnType<typeof judge>, kind: 'accepted' | 'dead') =>
  settlements.filter(({ result }) => result.kind === kind).map(({ seq }) => seq);

const threeRows = [row(1), row(2), row(3)];

it.each([
  ['all are settled', [accepted, accepted, accepted], [1, 2, 3], [], false],
  ['a rejected one holds up nobody', [accepted, rejected, accepted], [1, 3], [2], false],
  ['a deferred one holds up the rest', [accepted, deferred, accepted], [1], [], true],
  ['not even a rejection counts after a deferred one', [deferred, rejected, accepted], [], [], true],
  ['a rejection before a deferred one counts', [rejected, deferred, deferred], [], [1], true],
] as const)('%s', (_, outcomes, acceptedSeqs, deadSeqs, hasFailure) => {
  const judgement = judged(threeRows, outcomes);
  expect(seqs(judgement, 'accepted')).toEqual(acceptedSeqs);
  expect(seqs(judgement, 'dead')).toEqual(deadSeqs);
  expect(judgement.accepted).toBe(acceptedSeqs.length);
  expect(judgement.dead.map((each) => each.row.seq)).toEqual(deadSeqs);
  expect(judgement.failure !== undefined).toBe(hasFailure);
});

it('gives up what was deferred at its full age, and keeps what is younger', () => {
  const rows = [row(1, WEEK_MS), row(2, WEEK_MS - 1), row(3, WEEK_MS + 1)];
  const judgement = judged(rows, [deferred, deferred, deferred]);
  expect(seqs(judgement, 'dead')).toEqual([1, 3]);
  expect(judgement.dead[0]).toMatchObject({ reason: 'gave-up' });
  expect(judgement.dead[0]?.detail).toBe(
    'Tried for 7 d without success. The last failure (unreachable): Nobody listens.',
  );
  expect(judgement.failure).toEqual(deferred);
});

it('never gives up what was accepted, or not tried because of the one before', () => {
  expect(seqs(judged([row(1, WEEK_MS)], [accepted]), 'dead')).toEqual([]);
  expect(seqs(judged([row(1), row(2, WEEK_MS)], [deferred, accepted]), 'dead')).toEqual([]);
});

it('gives nothing up while nothing may be', () => {
  expect(seqs(judged([row(1, 100 * WEEK_MS)], [deferred], Number.POSITIVE_INFINITY), 'dead')).toEqual([]);
});

it('names the first of several failures', () => {
  const later: Outcome = { kind: 'deferred', reason: 'timeout', detail: 'Not tried.' };
  expect(judged([row(1), row(2)], [deferred, later]).failure).toEqual(deferred);
});
