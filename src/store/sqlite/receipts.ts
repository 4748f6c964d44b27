/** What became of messages: deliveries of alerts, and dead letters of either topic. */
import type { DatabaseSync } from 'node:sqlite';
import type { Message } from '../message.ts';
import type { DeadLetterFilter, Receipt, ReceiptFilter, Settlement } from '../store.ts';
import type { Names } from './names.ts';
import type { Outbox, WaitingRow } from './outbox.ts';

export interface Receipts {
  /** Settles waiting rows; one that does not wait is ignored. */
  settle(destination: number, settlements: readonly Settlement[], at: number): void;
  list(filter: ReceiptFilter): Receipt[];
  deadLetters(filter: DeadLetterFilter): Receipt[];
  retry(destination: string, seq: number, at: number): boolean;
  drop(destination: string, seq: number): boolean;
  /** Forgets receipts of before that time, at most `limit`; returns how many. */
  forgetBefore(time: number, limit: number): number;
}

const COLUMNS = `
  SELECT destination.name AS destination, receipt.seq, receipt.at, receipt.reason, receipt.detail, message.body
  FROM receipt CROSS JOIN destination ON destination.id = receipt.destination
  CROSS JOIN message ON message.seq = receipt.seq`;
const NEWEST_FIRST = 'ORDER BY receipt.at DESC, receipt.seq DESC';
const fromTheNewest = { at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

export function receiptsIn(
  db: DatabaseSync,
  names: { readonly sites: Names; readonly destinations: Names },
  outbox: Outbox,
): Receipts {
  const { sites, destinations } = names;
  const insert = db.prepare(
    'INSERT INTO receipt (destination, seq, topic, site, at, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const removeDead = db.prepare(
    'DELETE FROM receipt WHERE destination = ? AND seq = ? AND reason IS NOT NULL RETURNING seq',
  );
  const forget = db.prepare(`
    DELETE FROM receipt WHERE (destination, seq) IN
      (SELECT destination, seq FROM receipt WHERE at < ? ORDER BY at, seq LIMIT ?)
    RETURNING seq
  `);
  const ofAll = db.prepare(`${COLUMNS} WHERE receipt.topic = 1 AND (?1 IS NULL OR receipt.destination = ?1)
    AND (receipt.at, receipt.seq) < (?2, ?3) ${NEWEST_FIRST} LIMIT ?4`);
  const ofSite = db.prepare(`${COLUMNS} WHERE receipt.topic = 1 AND receipt.site = ?5
    AND (?1 IS NULL OR receipt.destination = ?1) AND (receipt.at, receipt.seq) < (?2, ?3) ${NEWEST_FIRST} LIMIT ?4`);
  const dead = { oldestFirst: deadStatement(db, 'ASC'), newestFirst: deadStatement(db, 'DESC') };

  const record = (
    destination: number,
    row: WaitingRow,
    settled: { at: number; result: Settlement['result'] },
  ) => {
    const { at, result } = settled;
    const [reason, detail] = result.kind === 'dead' ? [result.reason, result.detail] : [null, null];
    insert.run(destination, row.seq, row.isAlert ? 1 : 0, row.site, at, reason, detail);
  };
  const takeDead = (destination: number | undefined, seq: number): boolean =>
    destination !== undefined && removeDead.get(destination, seq) !== undefined;

  const settleOne = (destination: number, { seq, result }: Settlement, at: number): void => {
    const row = outbox.takeOut(destination, seq);
    if (row === undefined) return;
    if (result.kind === 'accepted' && !row.isAlert) outbox.release(seq);
    else record(destination, row, { at, result });
  };

  return {
    settle(destination, settlements, at) {
      const isAccepted = settlements.every(({ result }) => result.kind === 'accepted');
      const seqs = settlements.map(({ seq }) => seq);
      if (isAccepted && isGrowing(seqs) && outbox.removeStatuses(destination, seqs)) return;
      for (const settlement of settlements) settleOne(destination, settlement, at);
    },
    list({ destination, site, before = fromTheNewest, limit }) {
      const destinationId = destination === undefined ? null : destinations.find(destination);
      if (destinationId === undefined) return [];
      const shared = [destinationId, before.at, before.seq, limit] as const;
      if (site === undefined) return ofAll.all(...shared).map(receiptOf);
      const siteId = sites.find(site);
      return siteId === undefined ? [] : ofSite.all(...shared, siteId).map(receiptOf);
    },
    deadLetters({ destination, afterSeq = 0, newestFirst = false, limit }) {
      const id = destination === undefined ? null : destinations.find(destination);
      if (id === undefined) return [];
      const statement = newestFirst ? dead.newestFirst : dead.oldestFirst;
      return statement.all(id, afterSeq, limit).map(receiptOf);
    },
    retry(destination, seq, at) {
      const id = destinations.find(destination);
      if (!takeDead(id, seq)) return false;
      outbox.putBack(id!, seq, at);
      return true;
    },
    drop(destination, seq) {
      if (!takeDead(destinations.find(destination), seq)) return false;
      outbox.release(seq);
      return true;
    },
    forgetBefore(time, limit) {
      const forgotten = forget.all(time, limit);
      for (const { seq } of forgotten) outbox.release(Number(seq));
      return forgotten.length;
    },
  };
}

function isGrowing(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > numbers[index - 1]!);
}

/** The letters of a page are found first, so that the text of no other message is read. */
function deadStatement(db: DatabaseSync, direction: 'ASC' | 'DESC') {
  return db.prepare(`
    SELECT destination.name AS destination, letter.seq, letter.at, letter.reason, letter.detail, message.body
    FROM (
      SELECT * FROM receipt
      WHERE reason IS NOT NULL AND (?1 IS NULL OR destination = ?1) AND seq > ?2
      ORDER BY seq ${direction}, destination ${direction} LIMIT ?3
    ) AS letter
    CROSS JOIN destination ON destination.id = letter.destination
    CROSS JOIN message ON message.seq = letter.seq
    ORDER BY letter.seq ${direction}, letter.destination ${direction}
  `);
}

function receiptOf(row: Record<string, unknown>): Receipt {
  const reason = row['reason'] as string | null;
  return {
    destination: String(row['destination']),
    seq: Number(row['seq']),
    message: JSON.parse(String(row['body'])) as Message,
    at: Number(row['at']),
    result:
      reason === null ? { kind: 'accepted' } : { kind: 'dead', reason, detail: row['detail'] as string },
  };
}
