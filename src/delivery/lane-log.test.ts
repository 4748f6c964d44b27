import { expect, it } from 'vitest';
import { alertMessage, builtAt, statusMessage } from '../../test/fakes/messages.ts';
import type { Message } from '../store/message.ts';
import type { OutboxRow } from '../store/store.ts';
import type { Judgement } from './judgement.ts';
import { logAlarms, logAttempt } from './lane-log.ts';

function recorder() {
  const lines: unknown[][] = [];
  const at =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

const row = (message: Message): OutboxRow => ({ seq: 1, message, enqueuedAt: builtAt });
const rows = [
  row(statusMessage({ id: 's' })),
  row(alertMessage({ id: 'a' })),
  row(alertMessage({ id: 'b' })),
];
const judgement = (changes: Partial<Judgement>): Judgement => ({
  settlements: [],
  accepted: 0,
  dead: [],
  failure: undefined,
  ...changes,
});
const dead = (row: OutboxRow, detail = 'HTTP 400') => ({ row, reason: 'refused' as const, detail });
const logged = (rows: readonly OutboxRow[], changes: Partial<Judgement>, ms = 12.6) => {
  const { lines, logger } = recorder();
  logAttempt(logger, 'hook', { rows, judgement: judgement(changes), ms });
  return lines;
};

it('says of an attempt how many messages it had, which of them are alerts, and how long it took', () => {
  expect(logged(rows, { accepted: 3 })).toEqual([
    [
      'info',
      {
        destination: 'hook',
        messages: 3,
        alerts: ['a', 'b'],
        accepted: 3,
        dead: 0,
        outcome: 'accepted',
        ms: 13,
      },
      'delivered',
    ],
  ]);
});

it('warns of an attempt that has to be repeated, and says why', () => {
  const failure = { reason: 'timeout', detail: 'No answer.' } as const;
  expect(logged(rows.slice(0, 1), { failure })).toEqual([
    [
      'warn',
      {
        destination: 'hook',
        messages: 1,
        alerts: [],
        accepted: 0,
        dead: 0,
        outcome: 'deferred',
        ms: 13,
        ...failure,
      },
      'not delivered; will be tried again',
    ],
  ]);
});

it('has an error for what died, with the last reason', () => {
  const [attempt, ...more] = logged(rows, { dead: [dead(rows[1]!), dead(rows[2]!, 'HTTP 404')] });
  expect(attempt).toEqual(['info', expect.objectContaining({ dead: 2, outcome: 'rejected' }), 'delivered']);
  expect(more).toEqual([
    [
      'error',
      { destination: 'hook', messages: 2, ids: ['a', 'b'], reason: 'refused', detail: 'HTTP 404' },
      'dead letter: no longer tried',
    ],
  ]);
});

it.each([
  ['accepted', 'something was accepted though another died', { accepted: 1, dead: [dead(rows[1]!)] }],
  ['accepted', 'nothing had to be done', {}],
  [
    'deferred',
    'something has to come again though another died',
    { dead: [dead(rows[1]!)], failure: { reason: 'timeout', detail: '' } },
  ],
] as const)('calls an attempt %s when %s', (outcome, _, changes) => {
  expect(logged(rows, changes)[0]![1]).toMatchObject({ outcome });
});

it('names a hundred ids at most', () => {
  const many = Array.from({ length: 101 }, (_, index) => row(alertMessage({ id: `a-${index}` })));
  const [attempt, death] = logged(many, { dead: many.map((each) => dead(each)) });
  const hundred = many.slice(0, 100).map(({ message }) => message.id);
  expect(attempt![1]).toMatchObject({ messages: 101, alerts: hundred });
  expect(death![1]).toMatchObject({ messages: 101, ids: hundred });
});

it('says what the other lanes are told, except of dead letters, which have a line of their own', () => {
  const { lines, logger } = recorder();
  logAlarms(logger, 'hook', [
    alertMessage({ id: '1', kind: 'destination-failing', title: 'fails' }),
    alertMessage({ id: '2', kind: 'destination-recovered', title: 'works' }),
    alertMessage({ id: '3', kind: 'dead-letter', title: 'dead' }),
  ]);
  expect(lines).toEqual([
    ['error', { destination: 'hook', id: '1' }, 'fails'],
    ['info', { destination: 'hook', id: '2' }, 'works'],
  ]);
});
