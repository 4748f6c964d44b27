/** Opens the database file: alone, checked, and in the current format; a damaged file is set aside, never deleted. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { shortageBehind, shortageOfFiles, shortageWords } from '../../platform/shortage.ts';
import { StoreError, type StoreIncident } from '../store.ts';
import { isCorrupt, isLocked, isNoRoom } from './failures.ts';
import { refuseForeignFile } from './foreign.ts';
import { holderOf, noteHolder } from './holder.ts';
import { checkIntegrity } from './integrity.ts';
import { migrate } from './migrate.ts';
import { pragmaNumber } from './pragma.ts';
import { createPrivately } from './private-file.ts';
import type { Reserve } from './reserve.ts';

/** How long to wait for a holder that is just closing, as when the service restarts. */
const LOCK_WAIT_MS = 1000;

export interface Connection {
  readonly db: DatabaseSync;
  readonly incidents: readonly StoreIncident[];
}

/** What to do with a damaged file. Only the service, which tells everybody about it, sets one aside. */
export type OnDamage = 'set-aside' | 'refuse';

/**
 * Gives up the reserve where opening alone needs more room than there is.
 *
 * @throws StoreError `STORE_LOCKED`, `STORE_TOO_NEW` or `STORE_UNUSABLE`
 */
export function connect(
  path: string,
  now: () => Date,
  reserve: Reserve,
  onDamage: OnDamage = 'set-aside',
): Connection {
  refuseForeignFile(path);
  const db = openFile(path);
  try {
    prepare(db, path);
    return { db, incidents: [] };
  } catch (error) {
    if (!isCorrupt(error)) {
      // Before it is closed, which gives back the files that may be what it lacks.
      const failure = error instanceof StoreError ? error : unusable(path, error);
      db.close();
      if (isNoRoom(error) && reserve.release()) return connect(path, now, reserve, onDamage);
      throw failure;
    }
  }
  if (onDamage === 'refuse') {
    db.close();
    throw damaged(path);
  }
  const asidePath = setAside(db, path, now());
  const detail =
    `The store ${path} was damaged. It was set aside as ${asidePath} and a new, empty store was begun: history, ` +
    'waiting messages and the memory of what was announced start afresh, so some alerts may come again. ' +
    'Check the disk. To rescue data from the damaged file, use the command ".recover" of the sqlite3 shell.';
  const fresh = openFile(path);
  try {
    prepare(fresh, path);
  } catch (error) {
    fresh.close();
    throw error instanceof StoreError ? error : unusable(path, error);
  }
  return { db: fresh, incidents: [{ kind: 'corrupt-file-set-aside', detail }] };
}

function openFile(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true });
      createPrivately(path);
    }
    return new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  } catch (error) {
    throw unusable(path, error);
  }
}

function prepare(db: DatabaseSync, path: string): void {
  lock(db, path);
  migrate(db, path);
  checkIntegrity(db, path);
  if (path !== ':memory:') syncFolder(path);
}

/**
 * Exclusive locking: SQLite locks the file for the life of the connection, so a second service cannot open it, and
 * the operating system releases the lock even after kill -9. It also does without the -shm file.
 *
 * The file must not be opened and closed behind SQLite's back while it is held: closing any descriptor of a file
 * gives up this process' POSIX locks on it.
 */
function lock(db: DatabaseSync, path: string): void {
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    // Only for a new file: said to an old one it would write, which a full disk does not allow.
    if (pragmaNumber(db, 'page_count') === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = 16777216;
      PRAGMA cache_size = -16000;
      PRAGMA temp_store = MEMORY;
      BEGIN IMMEDIATE;
      COMMIT;
    `);
  } catch (error) {
    throw isLocked(error) ? locked(path, error) : error;
  }
  if (path !== ':memory:') noteHolder(path);
}

export function locked(path: string, error: unknown): StoreError {
  const pid = holderOf(path);
  return new StoreError(
    'STORE_LOCKED',
    `The store ${path} is in use by ${pid === null ? 'another process' : `process ${pid}`}. ` +
      'Two services cannot share one store: stop the other one, or name another file for the store.',
    { cause: error },
  );
}

export function damaged(path: string): StoreError {
  return new StoreError(
    'STORE_UNUSABLE',
    `The store ${path} is damaged. Nothing was changed: the service sets such a file aside when it starts, begins a new ` +
      'one and tells everybody. Check the disk. To rescue data, use the command ".recover" of the sqlite3 shell.',
  );
}

/** Makes the name of a new file as durable as its content. Windows does that by itself and cannot open folders. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Renames the file and what belongs to it, and closes it. The log goes first: SQLite deletes a log that it finds
 * without its database. Closing comes last, because it would write the log into the damaged file; only where open
 * files cannot be renamed (Windows) it has to come first.
 */
function setAside(db: DatabaseSync, path: string, at: Date): string {
  const asidePath = `${path}.corrupt-${at.toISOString().replaceAll(':', '-')}`;
  const rename = () => {
    for (const suffix of ['-wal', '-shm', '']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, asidePath + suffix);
    }
  };
  try {
    if (process.platform === 'win32') db.close();
    rename();
    return asidePath;
  } catch (error) {
    throw unusable(path, error);
  } finally {
    if (db.isOpen) db.close();
  }
}

export function unusable(path: string, error: unknown): StoreError {
  const shortage = shortageBehind(error) ?? shortageOfFiles();
  if (shortage !== undefined) {
    const detail = `The store ${path} cannot be opened: ${shortageWords[shortage]}. Nothing was changed.`;
    return new StoreError('STORE_UNUSABLE', detail, { cause: error });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new StoreError(
    'STORE_UNUSABLE',
    `The store ${path} cannot be opened: ${why}. Check that the service's account may write to that file and its ` +
      'folder, and that the disk is there, has room and is not mounted read-only.',
    { cause: error },
  );
}
