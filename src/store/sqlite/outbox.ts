/** Messages that wait: taken in once for each destination, given out in order, dropped only where that is allowed. */
import type { DatabaseSync } from 'node:sqlite';
import type { Message, RoutedMessage } from '../message.ts';
import type { OutboxRow } from '../store.ts';
import type { Lanes } from './lanes.ts';
import type { Names } from './names.ts';

/** A message and its text, made before the transaction so that what cannot be stored fails on its own. */
export interface PreparedMessage {
  readonly id: string;
  readonly isAlert: boolean;
  readonly site: string | null;
  readonly body: string;
  readonly destinations: RoutedMessage['destinations'];
}

export interface WaitingRow {
  readonly seq: number;
  readonly isAlert: boolean;
  readonly site: number | null;
}

export interface Outbox {
  take(messages: readonly PreparedMessage[], at: number): void;
  rows(destination: string, limit: number, afterSeq: number): OutboxRow[];
  /**
   * Takes rows out of their lane together with the messages that nothing else shows, when they are just the statuses that wait
   * between the first and the last of them; false, with nothing done, when they are not.
   *
   * @param seqs growing
   */
  removeStatuses(destination: number, seqs: readonly number[]): boolean;
  /** Takes a row out of its lane and leaves its message; undefined when it does not wait. */
  takeOut(destination: number, seq: number): WaitingRow | undefined;
  /** Says that one place less shows the message; the last one removes it. */
  release(seq: number): void;
  /** Puts the message at the end of the lane, as a message of its own. */
  putBack(destination: number, seq: number, at: number): void;
  /** Drops the oldest waiting status rows of all lanes; returns how many. */
  dropOldStatuses(limit: number): number;
}

export interface OutboxOptions {
  readonly db: DatabaseSync;
  readonly sites: Names;
  readonly destinations: Names;
  readonly lanes: Lanes;
  readonly longLaneRows: number;
  readonly maxStatusRowsPerLane: number;
  /** Told how many status rows were dropped because a lane was full. */
  readonly onDropped: (destination: string, count: number) => void;
}

/** @param known the texts of messages that were written already */
export function prepareMessages(
  messages: readonly RoutedMessage[],
  known: ReadonlyMap<Message, string> = new Map(),
): PreparedMessage[] {
  return messages.map(({ message, destinations }) => ({
    id: message.id,
    isAlert: message.topic === 'alert',
    site: message.site,
    body: known.get(message) ?? JSON.stringify(message),
    destinations: destinations.map(({ name, supersedes }) => ({ name, supersedes })),
  }));
}

export function outboxIn(options: OutboxOptions): Outbox {
  const { db, sites, destinations, lanes, longLaneRows, maxStatusRowsPerLane, onDropped } = options;
  const sql = statementsIn(db);

  const isTaken = (messageSeqs: readonly number[], destination: number): boolean =>
    messageSeqs.some((seq) => sql.isTaken.get(destination, seq, destination, seq) !== undefined);

  const release = (seq: number): void => {
    if (sql.deleteLastUse.run(seq).changes === 0) sql.useLess.run(seq);
  };

  const drop = (destination: number, seqs: readonly number[]): void => {
    const length = lanes.lengthOf(destination);
    for (const seq of seqs) {
      sql.takeOut.run(destination, seq);
      release(seq);
    }
    length.statuses -= seqs.length;
  };

  const dropSuperseded = (destination: number, site: number, seq: number): void => {
    drop(destination, seqsOf(sql.olderOfSite.all(destination, site, seq)));
  };

  const dropBeyondLimit = (destination: number, name: string): void => {
    const surplus = lanes.lengthOf(destination).statuses - maxStatusRowsPerLane;
    if (surplus <= 0) return;
    drop(destination, seqsOf(sql.oldestStatuses.all(destination, surplus)));
    onDropped(name, surplus);
  };

  const takeOne = (message: PreparedMessage, at: number): void => {
    const already = seqsOf(sql.byId.all(message.id));
    const wanted = new Map<number, (typeof message.destinations)[number]>();
    for (const one of message.destinations) {
      const id = destinations.idOf(one.name);
      if (!wanted.has(id) && !isTaken(already, id)) wanted.set(id, one);
    }
    if (wanted.size === 0) return;

    const topic = message.isAlert ? 1 : 0;
    const site = message.site === null ? null : sites.idOf(message.site);
    const { lastInsertRowid } = sql.insertMessage.run(message.id, topic, site, at, wanted.size, message.body);
    const seq = Number(lastInsertRowid);
    for (const [destination, { name, supersedes }] of wanted) {
      const length = lanes.lengthOf(destination);
      sql.insertRow.run(destination, seq, topic, site);
      length[message.isAlert ? 'alerts' : 'statuses'] += 1;
      const isLong = length.alerts + length.statuses > longLaneRows;
      if (supersedes && isLong && !message.isAlert && site !== null) dropSuperseded(destination, site, seq);
      dropBeyondLimit(destination, name);
    }
  };

  return {
    take: (messages, at) => {
      for (const message of messages) takeOne(message, at);
    },
    rows(destination, limit, afterSeq) {
      const id = destinations.find(destination);
      if (id === undefined) return [];
      return sql.rows.all(id, afterSeq, limit).map((row) => ({
        seq: Number(row['seq']),
        message: JSON.parse(String(row['body'])) as Message,
        enqueuedAt: Number(row['enqueued_at']),
      }));
    },
    removeStatuses(destination, seqs) {
      const [first, last] = [seqs[0], seqs.at(-1)];
      if (first === undefined || last === undefined) return false;
      const between = sql.countBetween.get(destination, first, last)!;
      if (between['rows'] !== seqs.length || between['alerts'] !== 0) return false;
      const length = lanes.lengthOf(destination);
      const usedOnce = sql.deleteLastUses.run(destination, first, last).changes;
      if (usedOnce !== seqs.length) sql.useAllLess.run(destination, first, last);
      if (sql.deleteBetween.run(destination, first, last).changes !== seqs.length) {
        throw new Error('rows changed within a transaction');
      }
      length.statuses -= seqs.length;
      return true;
    },
    takeOut(destination, seq) {
      const length = lanes.lengthOf(destination);
      const row = sql.takeOut.get(destination, seq);
      if (row === undefined) return undefined;
      const isAlert = row['topic'] === 1;
      length[isAlert ? 'alerts' : 'statuses'] -= 1;
      return { seq, isAlert, site: row['site'] === null ? null : Number(row['site']) };
    },
    release,
    putBack(destination, seq, at) {
      const length = lanes.lengthOf(destination);
      const copied = sql.copyMessage.get(at, seq);
      if (copied === undefined) return;
      sql.insertRow.run(destination, copied['seq']!, copied['topic']!, copied['site']!);
      length[copied['topic'] === 1 ? 'alerts' : 'statuses'] += 1;
      release(seq);
    },
    dropOldStatuses(limit) {
      const rows = sql.oldestStatusesOfAll.all(limit);
      for (const row of rows) drop(Number(row['destination']), [Number(row['seq'])]);
      return rows.length;
    },
  };
}

function statementsIn(db: DatabaseSync) {
  return {
    byId: db.prepare('SELECT seq FROM message WHERE id = ?'),
    isTaken: db.prepare(`
      SELECT 1 FROM outbox WHERE destination = ? AND seq = ?
      UNION ALL SELECT 1 FROM receipt WHERE destination = ? AND seq = ?
    `),
    insertMessage: db.prepare(
      'INSERT INTO message (id, topic, site, enqueued_at, uses, body) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    copyMessage: db.prepare(`
      INSERT INTO message (id, topic, site, enqueued_at, uses, body)
      SELECT id, topic, site, ?, 1, body FROM message WHERE seq = ?
      RETURNING seq, topic, site
    `),
    insertRow: db.prepare('INSERT INTO outbox (destination, seq, topic, site) VALUES (?, ?, ?, ?)'),
    rows: db.prepare(`
      SELECT outbox.seq, message.enqueued_at, message.body
      FROM outbox CROSS JOIN message ON message.seq = outbox.seq
      WHERE outbox.destination = ? AND outbox.seq > ? ORDER BY outbox.seq LIMIT ?
    `),
    takeOut: db.prepare('DELETE FROM outbox WHERE destination = ? AND seq = ? RETURNING topic, site'),
    countBetween: db.prepare(
      'SELECT count(*) AS rows, coalesce(sum(topic), 0) AS alerts FROM outbox WHERE destination = ? AND seq BETWEEN ? AND ?',
    ),
    deleteBetween: db.prepare('DELETE FROM outbox WHERE destination = ? AND seq BETWEEN ? AND ?'),
    // Before `useAllLess`, after which more are used once.
    deleteLastUses: db.prepare(`DELETE FROM message WHERE uses = 1 AND seq IN
      (SELECT seq FROM outbox WHERE destination = ? AND seq BETWEEN ? AND ?)`),
    useAllLess: db.prepare(`UPDATE message SET uses = uses - 1 WHERE uses > 1 AND seq IN
      (SELECT seq FROM outbox WHERE destination = ? AND seq BETWEEN ? AND ?)`),
    deleteLastUse: db.prepare('DELETE FROM message WHERE seq = ? AND uses = 1'),
    useLess: db.prepare('UPDATE message SET uses = uses - 1 WHERE seq = ?'),
    olderOfSite: db.prepare(
      'SELECT seq FROM outbox WHERE destination = ? AND site = ? AND topic = 0 AND seq < ? ORDER BY seq',
    ),
    // "+topic" keeps SQLite from the index of statuses by site, which would have to be sorted.
    oldestStatuses: db.prepare(
      'SELECT seq FROM outbox WHERE destination = ? AND +topic = 0 ORDER BY seq LIMIT ?',
    ),
    oldestStatusesOfAll: db.prepare('SELECT destination, seq FROM outbox WHERE +topic = 0 LIMIT ?'),
  };
}

function seqsOf(rows: readonly Record<string, unknown>[]): number[] {
  return rows.map((row) => Number(row['seq']));
}
