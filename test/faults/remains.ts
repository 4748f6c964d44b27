/** What a store holds: right after a kill, without disturbing it, and at the end, in a form that two runs can be compared in. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Message } from '../../src/store/message.ts';
import type { CheckRecord, Receipt } from '../../src/store/store.ts';
import { readStore } from '../end-to-end/program.ts';

/** An alert that was committed for a destination, whether it still waits or was settled. */
export interface Committed {
  readonly destination: string;
  readonly message: Message;
  readonly isWaiting: boolean;
}

/** Reads a copy, because opening the store itself would repair it before the program can. */
export async function committedAlerts(folder: string): Promise<readonly Committed[]> {
  const copy = await mkdtemp(join(tmpdir(), 'license-sentinel-remains-'));
  try {
    for (const file of ['store.db', 'store.db-wal']) {
      await cp(join(folder, file), join(copy, file)).catch(() => undefined);
    }
    const db = new DatabaseSync(join(copy, 'store.db'));
    try {
      if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'receipt'").get() === undefined) return [];
      const rows = db.prepare(`
        SELECT destination.name, message.body, waits FROM (
          SELECT destination, seq, 1 AS waits FROM outbox WHERE topic = 1
          UNION SELECT destination, seq, 0 AS waits FROM receipt WHERE topic = 1
        ) AS kept JOIN message ON message.seq = kept.seq JOIN destination ON destination.id = kept.destination
        ORDER BY message.seq`);
      return rows.all().map(({ name, body, waits }) => ({
        destination: String(name),
        message: JSON.parse(String(body)) as Message,
        isWaiting: waits === 1,
      }));
    } finally {
      db.close();
    }
  } finally {
    await rm(copy, { recursive: true });
  }
}

export interface Remains {
  /** Alerts that are settled, oldest first within a destination. */
  readonly receipts: readonly Receipt[];
  /** The rest, without what differs from run to run, such as times. */
  readonly state: unknown;
}

/** Everything that a store holds when no program runs on it. */
export async function remainsOf(folder: string, sites: readonly string[]): Promise<Remains> {
  const problems = soundness(folder);
  return readStore(folder, async (store) => {
    const receipts = (await store.receipts({ limit: 1000 })).toSorted((a, b) => a.seq - b.seq);
    const histories = await Promise.all(
      sites.map((site) => store.history(site, { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 })),
    );
    const state = {
      problems,
      incidents: store.incidents,
      sites: (await store.siteRecords()).map((record) => ({
        ...record,
        // A restart checks once more, which a revision counts.
        revision: 0,
        status: { ...record.status, id: '' },
      })),
      versions: await store.versionRecords(),
      histories: histories.map(outcomesThatDiffer),
      lanes: (await store.laneSummaries()).map(({ destination, deadLetters, lane }) => ({
        destination,
        deadLetters,
        failedAttempts: lane.failedAttempts,
        lastFailure: lane.lastFailure?.reason,
        announced: lane.announcedAt !== null,
      })),
      receipts: receipts
        .map(({ destination, message, result }) => ({
          destination,
          result,
          // The id of a dead letter counts the messages before it, of which a restart makes more. The product is there
          // when the look for the version came first.
          message: {
            ...message,
            id: message.kind === 'dead-letter' ? '' : message.id,
            points: [],
            product: null,
          },
        }))
        .toSorted((a, b) => titleOf(a).localeCompare(titleOf(b))),
    };
    return { receipts, state: timeless(state) };
  });
}

const titleOf = ({ destination, message }: Pick<Receipt, 'destination' | 'message'>) =>
  `${destination} ${message.title}`;

/** Only SQLite knows; nothing through the store's port would show it. */
function soundness(folder: string): readonly unknown[] {
  const db = new DatabaseSync(join(folder, 'store.db'));
  try {
    return [
      ...db.prepare('PRAGMA integrity_check').all(),
      ...db.prepare('PRAGMA user_version').all(),
      // A status may still wait; there will be a newer one.
      ...db.prepare('SELECT count(*) AS waitingAlerts FROM outbox WHERE topic = 1').all(),
      ...db
        .prepare(`
          SELECT count(*) AS miscounted FROM message WHERE uses <>
            (SELECT count(*) FROM outbox WHERE outbox.seq = message.seq) +
            (SELECT count(*) FROM receipt WHERE receipt.seq = message.seq)`)
        .all(),
      ...db
        .prepare(`
          SELECT count(*) AS orphans FROM finding WHERE NOT EXISTS (SELECT 1 FROM past_check WHERE finding = finding.id)`)
        .all(),
    ].map((row) => ({ ...row }));
  } finally {
    db.close();
  }
}

/** A restart looks at the sites once more, so only what changed from check to check can be the same. */
function outcomesThatDiffer(checks: readonly CheckRecord[]): readonly unknown[] {
  return checks
    .map(({ site, outcome }) => ({ site, outcome }))
    .filter(
      ({ outcome }, index, all) =>
        JSON.stringify(timeless(outcome)) !== JSON.stringify(timeless(all[index - 1]?.outcome ?? null)),
    );
}

/** The same without instants, durations, ports, and how often a site could not be read. */
function timeless(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)/g, 'an instant')
    .replaceAll(/\b1[6-9]\d{11}\b|\b2[0-2]\d{11}\b/g, '0')
    .replaceAll(/"(durationMs|failures)":[\d.]+/g, '"$1":0')
    .replaceAll(/(127\.0\.0\.1:)\d+/g, '$1port');
  return JSON.parse(text);
}
