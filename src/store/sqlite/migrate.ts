/** Brings the file to the format this version knows, one numbered step at a time. */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store.ts';
import { corruption } from './failures.ts';
import { APPLICATION_ID, refuseForeign } from './foreign.ts';
import { firstTables } from './migrations/001-first-tables.ts';
import { versions } from './migrations/002-versions.ts';
import { revisions } from './migrations/003-revisions.ts';
import { pragmaNumber } from './pragma.ts';

/** Step n leads from format n - 1 to format n. A step that was released is never changed, only followed by another. */
const steps: readonly string[] = [firstTables, versions, revisions];

/** No version will ever have more, so that a larger one is a damaged header. */
const LARGEST_FORMAT = 100;

/** @throws StoreError `STORE_TOO_NEW` for a newer format, `STORE_UNUSABLE` for a database of something else */
export function migrate(db: DatabaseSync, path: string): void {
  const missing = missingSteps(db, path);
  const format = steps.length - missing.length;
  missing.forEach((step, index) => {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(step);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${format + index + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw isDoneAlready(error) ? corruption(`its format ${format} does not fit its tables`) : error;
    }
  });
}

/** What leads from the format of the file to ours, without doing it. Throws as `migrate` does. */
export function missingSteps(db: DatabaseSync, path: string): readonly string[] {
  refuseForeign(db, path);
  const format = pragmaNumber(db, 'user_version');
  if (format < 0 || format > LARGEST_FORMAT) throw corruption(`its format ${format} is none`);
  if (format <= steps.length) return steps.slice(format);
  throw new StoreError(
    'STORE_TOO_NEW',
    `The store ${path} has format ${format}, but this version of License Sentinel knows formats up to ${steps.length}. ` +
      'It was written by a newer version: install that one again, or name another file for the store.',
  );
}

/** A step that finds its own work done: the format in the header is lower than the one of the tables. */
function isDoneAlready(error: unknown): boolean {
  return error instanceof Error && /already exists|duplicate column name/.test(error.message);
}
