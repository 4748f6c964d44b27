/** Brings the file to the format this version knows, one numbered step at a time. */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store.ts';
import { firstTables } from './migrations/001-first-tables.ts';
import { versions } from './migrations/002-versions.ts';
import { revisions } from './migrations/003-revisions.ts';

/** Step n leads from format n - 1 to format n. A step that was released is never changed, only followed by another. */
const steps: readonly string[] = [firstTables, versions, revisions];

/** "LSen" in ASCII, in the header of the file: tells our files from other people's databases. */
const APPLICATION_ID = 0x4c53656e;

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
      throw error;
    }
  });
}

/** What leads from the format of the file to ours, without doing it. Throws as `migrate` does. */
export function missingSteps(db: DatabaseSync, path: string): readonly string[] {
  refuseForeign(db, path);
  const format = pragmaNumber(db, 'user_version');
  if (format <= steps.length) return steps.slice(format);
  throw new StoreError(
    'STORE_TOO_NEW',
    `The store ${path} has format ${format}, but this version of License Sentinel knows formats up to ${steps.length}. ` +
      'It was written by a newer version: install that one again, or name another file for the store.',
  );
}

function refuseForeign(db: DatabaseSync, path: string): void {
  if (pragmaNumber(db, 'application_id') === APPLICATION_ID) return;
  if (db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined) return;
  throw new StoreError(
    'STORE_UNUSABLE',
    `${path} is a database of another program and was left untouched. Name another file for the store.`,
  );
}

export function pragmaNumber(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
