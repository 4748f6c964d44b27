/** The least that keeping an answer takes: one row each in SQLite, those of one moment in one synced transaction. */
import { DatabaseSync } from 'node:sqlite';

export interface BareStore {
  /** Resolves when the row is on the disk. */
  keep(site: number, body: string): Promise<void>;
  close(): void;
}

export function bareStore(path: string): BareStore {
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE kept (site INTEGER PRIMARY KEY, body TEXT);
  `);
  const write = db.prepare('REPLACE INTO kept VALUES (?, ?)');
  let waiting: { site: number; body: string; done: () => void }[] = [];

  const flush = () => {
    const now = waiting;
    waiting = [];
    db.exec('BEGIN');
    for (const { site, body } of now) write.run(site, body);
    db.exec('COMMIT');
    for (const { done } of now) done();
  };
  return {
    keep: (site, body) =>
      new Promise((done) => {
        if (waiting.push({ site, body, done }) === 1) setImmediate(flush);
      }),
    close: () => db.close(),
  };
}
