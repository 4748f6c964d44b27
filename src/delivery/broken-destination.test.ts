import { expect, it } from 'vitest';
import { alertMessage, builtAt } from '../../test/fakes/messages.ts';
import { accepted } from '../../test/fakes/scripted-destination.ts';
import { silentLogger } from '../platform/logger.ts';
import type { OutboxRow } from '../store/store.ts';
import type { AttemptResult } from './attempt.ts';
import { watchContract } from './broken-destination.ts';

const row = (seq: number): OutboxRow => ({
  seq,
  message: alertMessage({ id: `a-${seq}` }),
  enqueuedAt: builtAt,
});
const bug = new TypeError('secret-token is undefined');
const broken: AttemptResult = { kind: 'broken', error: bug };
const worked: AttemptResult = { kind: 'outcomes', outcomes: [accepted] };

function rig() {
  const logged: unknown[][] = [];
  const logger = { ...silentLogger, error: (...line: unknown[]) => void logged.push(line) };
  return { logged, contract: watchContract('hook', 10_000, logger) };
}

it('passes on the outcomes of a destination that keeps its contract, and says nothing', () => {
  const { contract, logged } = rig();
  expect(contract.outcomesOf(worked, [row(1)])).toEqual([accepted]);
  expect(contract.batchSize(7)).toBe(7);
  expect(logged).toEqual([]);
});

it('defers a message that breaks the destination, and keeps what the error says out of what is sent', () => {
  const { contract, logged } = rig();
  expect(contract.outcomesOf(broken, [row(1)])).toEqual([
    {
      kind: 'deferred',
      reason: 'internal',
      detail:
        'The destination failed in a way that it should not (TypeError); the log has the details. Please report it.',
    },
  ]);
  expect(logged).toEqual([
    [{ destination: 'hook', err: bug, id: 'a-1', attempts: 1 }, 'the destination broke its contract'],
  ]);
});

it('knows the kind of what was thrown that is no error', () => {
  const { contract } = rig();
  expect(contract.outcomesOf({ kind: 'broken', error: 'text' }, [row(1)])).toMatchObject([
    { detail: expect.stringContaining('should not (string);') },
  ]);
});

it('rejects a message when it breaks the destination for the tenth time in a row', () => {
  const { contract, logged } = rig();
  const kinds = Array.from({ length: 10 }, () => contract.outcomesOf(broken, [row(1)])[0]!.kind);
  expect(kinds).toEqual([...Array<string>(9).fill('deferred'), 'rejected']);
  expect(logged.at(-1)![0]).toMatchObject({ attempts: 10 });
});

it.each([
  ['another message breaks it in between', (): [AttemptResult, number] => [broken, 2]],
  ['it works in between', (): [AttemptResult, number] => [worked, 1]],
])('begins to count anew when %s', (_, between) => {
  const { contract } = rig();
  for (let time = 0; time < 9; time += 1) contract.outcomesOf(broken, [row(1)]);
  const [result, seq] = between();
  contract.outcomesOf(result, [row(seq)]);
  expect(contract.outcomesOf(broken, [row(1)])).toMatchObject([{ kind: 'deferred' }]);
});

it('defers a whole batch that breaks the destination, and takes its messages one by one from then on', () => {
  const { contract, logged } = rig();
  const rows = [row(1), row(2), row(3)];
  const outcomes = contract.outcomesOf(broken, rows);
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(['deferred', 'deferred', 'deferred']);
  expect(outcomes[0]).toMatchObject({ reason: 'internal', detail: expect.stringContaining('TypeError') });
  expect(logged).toEqual([
    [{ destination: 'hook', err: bug }, 'the destination broke its contract; messages go one by one now'],
  ]);
  expect(contract.batchSize(100)).toBe(1);
  contract.settled(2);
  expect(contract.batchSize(100)).toBe(1);
  contract.settled(1);
  expect(contract.batchSize(100)).toBe(100);
});

it('takes batches again as soon as all are settled, however many were settled with them', () => {
  const { contract } = rig();
  contract.outcomesOf(broken, [row(1), row(2)]);
  contract.settled(5);
  contract.outcomesOf(broken, [row(3), row(4)]);
  contract.settled(1);
  expect(contract.batchSize(100)).toBe(1);
});

it('never rejects a whole batch, however often it breaks the destination', () => {
  const { contract } = rig();
  for (let time = 0; time < 12; time += 1) {
    expect(contract.outcomesOf(broken, [row(1), row(2)])).toMatchObject([
      { kind: 'deferred' },
      { kind: 'deferred' },
    ]);
  }
});

it.each([
  [
    { kind: 'cut-short', error: bug } as const,
    'No answer within 10 s.',
    [[{ destination: 'hook', err: bug }, 'the destination threw at its deadline']],
  ],
  [
    { kind: 'overdue' } as const,
    'No answer within 10 s, and the attempt does not end.',
    [
      [
        { destination: 'hook' },
        'the destination does not stop at its deadline; nothing is sent until it does',
      ],
    ],
  ],
  [
    { kind: 'hanging' } as const,
    'An earlier attempt does not end. A restart of the service helps. Please report it.',
    [],
  ],
])('takes $kind for a timeout and says what happened', (result, detail, lines) => {
  const { contract, logged } = rig();
  const timeout = { kind: 'deferred', reason: 'timeout', detail };
  expect(contract.outcomesOf(result, [row(1), row(2)])).toEqual([timeout, timeout]);
  expect(logged).toEqual(lines);
  expect(contract.batchSize(100)).toBe(100);
});
