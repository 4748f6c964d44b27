import { describe, expect, it, onTestFinished } from 'vitest';
import { alertMessage, builtAt, routed, statusMessage } from '../../../test/fakes/messages.ts';
import type { RoutedMessage } from '../message.ts';
import type { Settlement } from '../store.ts';
import { connect } from './connect.ts';
import { prepareMessages } from './outbox.ts';
import { receiptsIn } from './receipts.ts';
import { noReserve } from './reserve.ts';
import { tablesIn } from './tables.ts';

/** The tables of a store in memory, and its lanes in short: what waits, and how long the lane is taken for. */
function inMemory() {
  const { db } = connect(':memory:', () => new Date(builtAt), noReserve);
  onTestFinished(() => db.close());
  const tables = tablesIn(db, { longLaneRows: 100, maxStatusRowsPerLane: 1000, onDropped: () => undefined });
  const { outbox, names, lanes } = tables;
  return {
    db,
    tables,
    outbox,
    take: (...messages: readonly RoutedMessage[]) => outbox.take(prepareMessages(messages), builtAt),
    a: () => names.destinations.idOf('a'),
    b: () => names.destinations.idOf('b'),
    waiting: (destination: string) =>
      outbox.rows(destination, 100, 0).map(({ seq, message }) => `${seq}:${message.id}`),
    length: (destination: string) => ({ ...lanes.lengthOf(names.destinations.idOf(destination)) }),
    stored: () =>
      db
        .prepare('SELECT id, uses FROM message ORDER BY seq')
        .all()
        .map(({ id, uses }) => `${String(id)} ${String(uses)}`),
  };
}

const status = (id: string, ...to: readonly string[]) => routed(statusMessage({ id }), ...to);
const alert = (id: string, ...to: readonly string[]) => routed(alertMessage({ id }), ...to);

describe('statuses that are taken out at once', () => {
  it('are gone with the messages that no other lane shows, and the lane is shorter by them', () => {
    const { outbox, take, a, waiting, length, stored } = inMemory();
    take(status('s1', 'a'), status('s2', 'a', 'b'), status('s3', 'a'), status('s4', 'a'));
    expect(outbox.removeStatuses(a(), [1, 2, 3])).toBe(true);
    expect(waiting('a')).toEqual(['4:s4']);
    expect(waiting('b')).toEqual(['2:s2']);
    expect(stored()).toEqual(['s2 1', 's4 1']);
    expect(length('a')).toEqual({ alerts: 0, statuses: 1 });
  });

  it('may be a single one', () => {
    const { outbox, take, a, waiting } = inMemory();
    take(status('s1', 'a'), status('s2', 'a'));
    expect(outbox.removeStatuses(a(), [1])).toBe(true);
    expect(waiting('a')).toEqual(['2:s2']);
  });

  it.each([
    ['an alert is among them', [1, 2, 3]],
    ['one between them is not among them', [3, 5]],
    ['one of them does not wait', [3, 4, 5, 6]],
    ['there are none', []],
  ])('stay where they are when %s', (_why, seqs) => {
    const { outbox, take, a, waiting, length, stored } = inMemory();
    take(status('s1', 'a'), alert('a2', 'a'), status('s3', 'a'), status('s4', 'a'), status('s5', 'a'));
    expect(outbox.removeStatuses(a(), seqs)).toBe(false);
    expect(waiting('a')).toEqual(['1:s1', '2:a2', '3:s3', '4:s4', '5:s5']);
    expect(stored()).toHaveLength(5);
    expect(length('a')).toEqual({ alerts: 1, statuses: 4 });
  });
});

describe('a settlement', () => {
  const accepted = (seq: number): Settlement => ({ seq, result: { kind: 'accepted' } });
  const dead = (seq: number): Settlement => ({
    seq,
    result: { kind: 'dead', reason: 'refused', detail: 'no' },
  });

  /** Which of them were tried to be taken out at once. */
  const atOnce = (...settlements: readonly Settlement[]) => {
    const { db, tables, take, a } = inMemory();
    take(status('s1', 'a'), status('s2', 'a'), status('s3', 'a'));
    const tried: (readonly number[])[] = [];
    const outbox: typeof tables.outbox = {
      ...tables.outbox,
      removeStatuses(destination, seqs) {
        tried.push(seqs);
        return tables.outbox.removeStatuses(destination, seqs);
      },
    };
    receiptsIn(db, tables.names, outbox).settle(a(), settlements, builtAt);
    const left = tables.outbox.rows('a', 10, 0).map(({ seq }) => seq);
    return { tried, left };
  };

  it('of statuses that were all accepted takes them out at once, because a lane may have thousands', () => {
    expect(atOnce(accepted(1), accepted(2), accepted(3))).toEqual({ tried: [[1, 2, 3]], left: [] });
    expect(atOnce(accepted(2))).toEqual({ tried: [[2]], left: [1, 3] });
  });

  it('takes them out one by one where one died, or where they are in no order', () => {
    expect(atOnce(accepted(1), dead(2), accepted(3))).toEqual({ tried: [], left: [] });
    expect(atOnce(accepted(2), accepted(1))).toEqual({ tried: [], left: [3] });
    expect(atOnce(accepted(1), accepted(3), accepted(2))).toEqual({ tried: [], left: [] });
    expect(atOnce(accepted(1), accepted(1))).toEqual({ tried: [], left: [2, 3] });
  });

  it('leaves no receipt of a status that was accepted, and one of every alert and every dead letter', () => {
    const { tables, take, a, stored } = inMemory();
    take(status('s1', 'a'), alert('a2', 'a'), status('s3', 'a'));
    tables.receipts.settle(a(), [accepted(1), accepted(2), dead(3)], builtAt);
    expect(tables.receipts.list({ limit: 9 }).map(({ message }) => message.id)).toEqual(['a2']);
    expect(tables.receipts.deadLetters({ limit: 9 }).map(({ message }) => message.id)).toEqual(['s3']);
    expect(stored()).toEqual(['a2 1', 's3 1']);
  });

  it('of a destination that nobody knows has no receipts', () => {
    const { tables } = inMemory();
    expect(tables.receipts.list({ destination: 'x', limit: 9 })).toEqual([]);
    expect(tables.receipts.list({ site: 'x', limit: 9 })).toEqual([]);
    expect(tables.receipts.deadLetters({ destination: 'x', limit: 9 })).toEqual([]);
  });
});

describe('a dead letter', () => {
  const died = (message: RoutedMessage) => {
    const self = inMemory();
    self.take(message, status('later', 'a'));
    const result = { kind: 'dead', reason: 'refused', detail: 'no' } as const;
    self.tables.receipts.settle(self.a(), [{ seq: 1, result }], builtAt);
    return self;
  };

  it.each([
    ['alert', alert('m', 'a'), { alerts: 1, statuses: 1 }],
    ['status', status('m', 'a'), { alerts: 0, statuses: 2 }],
  ] as const)('that is an %s waits again as one, at the end of its lane', (_topic, message, expected) => {
    const { tables, waiting, length, stored } = died(message);
    expect(length('a')).toEqual({ alerts: 0, statuses: 1 });
    expect(tables.receipts.retry('a', 1, builtAt + 1)).toBe(true);
    expect(waiting('a')).toEqual(['2:later', '3:m']);
    expect(length('a')).toEqual(expected);
    expect(stored()).toEqual(['later 1', 'm 1']);
    expect(tables.receipts.retry('a', 1, builtAt + 1)).toBe(false);
  });

  it('that is dropped or forgotten takes its message with it', () => {
    const dropped = died(alert('m', 'a'));
    expect(dropped.tables.receipts.drop('x', 1)).toBe(false);
    expect(dropped.tables.receipts.drop('a', 1)).toBe(true);
    expect(dropped.stored()).toEqual(['later 1']);
    const forgotten = died(alert('m', 'a'));
    expect(forgotten.tables.receipts.forgetBefore(builtAt, 9)).toBe(0);
    expect(forgotten.tables.receipts.forgetBefore(builtAt + 1, 9)).toBe(1);
    expect(forgotten.stored()).toEqual(['later 1']);
  });

  it('about the service, which has no site, stays without one', () => {
    const { db } = died(routed(alertMessage({ id: 'm', site: null }), 'a'));
    expect({ ...db.prepare('SELECT site FROM receipt').get() }).toEqual({ site: null });
  });
});

it('a full disk costs the oldest statuses of all lanes, as many as were asked for, and no alert', () => {
  const { outbox, take, waiting, length, stored } = inMemory();
  take(alert('a1', 'a'), status('s2', 'a'), status('s3', 'b'), status('s4', 'a'), alert('a5', 'b'));
  expect(outbox.dropOldStatuses(2)).toBe(2);
  expect([...waiting('a'), ...waiting('b')].filter((row) => row.includes(':a'))).toEqual(['1:a1', '5:a5']);
  expect(stored()).toHaveLength(3);
  expect(outbox.dropOldStatuses(9)).toBe(1);
  expect(stored()).toEqual(['a1 1', 'a5 1']);
  expect([length('a'), length('b')]).toEqual([
    { alerts: 1, statuses: 0 },
    { alerts: 1, statuses: 0 },
  ]);
  expect(outbox.dropOldStatuses(9)).toBe(0);
});
