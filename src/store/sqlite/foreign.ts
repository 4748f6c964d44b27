/** Whether a file is the database of another program: looked at before anything is done that could change it. */
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreError } from '../store.ts';
import { corruption } from './failures.ts';
import { pragmaNumber } from './pragma.ts';

/** "LSen" in ASCII, in the header of the file: tells our files from other people's databases. */
export const APPLICATION_ID = 0x4c53656e;

/** No other program has all of these: a file that does is ours, whatever is left of its header. */
const OUR_TABLES = ['destination', 'site', 'finding', 'past_check', 'message', 'outbox', 'receipt'];

/**
 * Without a lock, without a journal and without its log, so that not a byte of the file or beside it changes. What
 * cannot be seen that way is left to `refuseForeign`, under the lock.
 *
 * @throws StoreError `STORE_UNUSABLE`
 */
export function refuseForeignFile(path: string): void {
  if (path === ':memory:' || (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(url, { readOnly: true });
    refuseForeign(db, path);
  } catch (error) {
    // Anything else may only be what another process is writing just now.
    if (error instanceof StoreError) throw error;
  } finally {
    db?.close();
  }
}

/** @throws StoreError `STORE_UNUSABLE`, or an error of a corrupt file for one of ours that has lost its mark */
export function refuseForeign(db: DatabaseSync, path: string): void {
  if (pragmaNumber(db, 'application_id') === APPLICATION_ID) return;
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (names.length === 0) return;
  const found = new Set(names.map(({ name }) => name));
  if (OUR_TABLES.every((name) => found.has(name))) throw corruption('its application id is wrong');
  throw new StoreError(
    'STORE_UNUSABLE',
    `${path} is a database of another program and was left untouched. Name another file for the store.`,
  );
}
