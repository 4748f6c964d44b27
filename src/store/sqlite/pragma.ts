/** Settings and header fields of a database file. */
import type { DatabaseSync } from 'node:sqlite';

export function pragmaNumber(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
