/** Looks into the file of a service that does not run, and leaves it as it is. */
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Store, StoreError } from '../store.ts';
import { damaged, locked, unusable } from './connect.ts';
import { explained, isCorrupt, isLocked } from './failures.ts';
import { refuseForeignFile } from './foreign.ts';
import { missingSteps } from './migrate.ts';
import { readsOf, type Tables, tablesIn } from './tables.ts';

/** A service that is just starting or stopping holds the file for a moment. */
const LOCK_WAIT_MS = 1000;

export interface ReadOptions {
  /** How long to hold up everything else for a file that is locked. Default: a second. */
  readonly lockWaitMs?: number;
}

/**
 * A store whose writes are refused; undefined when there is no file, or an empty one. The file is locked until it is
 * closed, so that no service starts meanwhile. A file of an older format is brought up to date within a transaction that
 * is undone in the end.
 *
 * @throws StoreError `STORE_LOCKED`, `STORE_TOO_NEW` or `STORE_UNUSABLE`
 */
export async function readSqliteStore(
  path: string,
  { lockWaitMs = LOCK_WAIT_MS }: ReadOptions = {},
): Promise<Store | undefined> {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  refuseForeignFile(path);
  const { db, tables } = openForReading(path, lockWaitMs);
  const assertOpen = (): void => {
    if (!db.isOpen) throw new StoreError('STORE_CLOSED', `The store ${path} is closed.`);
  };
  const refuse = async (): Promise<never> => {
    throw new StoreError('STORE_UNUSABLE', `The store ${path} was opened for reading only.`);
  };
  const reads = readsOf(tables, (query) => {
    assertOpen();
    try {
      return query();
    } catch (error) {
      throw isCorrupt(error) || error instanceof SyntaxError ? damaged(path) : explained(error, path);
    }
  });
  return {
    incidents: [],
    onIncident: () => undefined,
    ...reads,
    commitCheck: refuse,
    commitAlertState: refuse,
    commitVersion: refuse,
    enqueue: refuse,
    settle: refuse,
    retryDeadLetter: refuse,
    dropDeadLetter: refuse,
    thinHistory: refuse,
    touch: refuse,
    async close() {
      if (db.isOpen) undo(db);
    },
  };
}

function openForReading(
  path: string,
  timeout: number,
): { readonly db: DatabaseSync; readonly tables: Tables } {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout });
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE');
    for (const step of missingSteps(db, path)) db.exec(step);
    const noLimit = Number.MAX_SAFE_INTEGER;
    const limits = { longLaneRows: noLimit, maxStatusRowsPerLane: noLimit, onDropped: () => undefined };
    return { db, tables: tablesIn(db, limits) };
  } catch (error) {
    if (db !== undefined) undo(db);
    if (error instanceof StoreError) throw error;
    if (isLocked(error)) throw locked(path, error);
    throw isCorrupt(error) || error instanceof SyntaxError ? damaged(path) : unusable(path, error);
  }
}

function undo(db: DatabaseSync): void {
  if (db.isTransaction) db.exec('ROLLBACK');
  db.close();
}
