/** Whether a file holds what was put there, as far as that can be seen. */
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { corruption } from './failures.ts';
import { migrate } from './migrate.ts';

/** Comparing every index with its table takes about a second for a file of this size. */
const LARGEST_INDEX_CHECK_BYTES = 64 * 1024 * 1024;
/** Reading a file of this size takes about a second. Of a larger one only what holds alerts is checked. */
const LARGEST_FULL_CHECK_BYTES = 256 * 1024 * 1024;
const TABLES_THAT_MATTER = ['destination', 'site', 'outbox', 'receipt', 'message'];

/** Columns of JSON. What does not parse could never be delivered, and would stand in the way of all that waits behind. */
const JSON_THAT_MATTERS: readonly (readonly [table: string, ...columns: string[]])[] = [
  ['site', 'alert_state', 'last_check', 'status'],
  ['site_version', 'state'],
  ['destination', 'lane'],
  ['message', 'body'],
];
const ALL_JSON = [...JSON_THAT_MATTERS, ['finding', 'body']] as const;

/**
 * Tables, pages and JSON. A wrong byte within a text goes unseen, because SQLite keeps no checksums of content: that is
 * left to the file system and the disk.
 *
 * @throws an error of a corrupt file
 */
export function checkIntegrity(db: DatabaseSync, path: string): void {
  checkColumns(db);
  const bytes = path === ':memory:' ? 0 : statSync(path).size;
  const isLarge = bytes > LARGEST_FULL_CHECK_BYTES;
  for (const check of pageChecks(bytes)) {
    const finding = Object.values(db.prepare(`PRAGMA ${check}`).get() ?? {})[0];
    if (finding !== 'ok') throw corruption(String(finding));
  }
  for (const [table, ...columns] of isLarge ? JSON_THAT_MATTERS : ALL_JSON) {
    const isWrong = columns.map((column) => `json_valid(${column}) = 0`).join(' OR ');
    if (db.prepare(`SELECT 1 FROM ${table} WHERE ${isWrong} LIMIT 1`).get() !== undefined) {
      throw corruption(`a row of ${table} is not JSON`);
    }
  }
}

function pageChecks(bytes: number): readonly string[] {
  if (bytes > LARGEST_FULL_CHECK_BYTES) return TABLES_THAT_MATTER.map((table) => `quick_check('${table}')`);
  return [bytes > LARGEST_INDEX_CHECK_BYTES ? 'quick_check(1)' : 'integrity_check(1)'];
}

/** By what they are, not by the text that made them, which another version of SQLite may word in another way. */
const COLUMNS = `
  SELECT m.name AS "table", c.name, c.type, c."notnull", c.pk
  FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS c WHERE m.type = 'table' ORDER BY m.name, c.cid
`;

function checkColumns(db: DatabaseSync): void {
  const model = new DatabaseSync(':memory:');
  try {
    migrate(model, ':memory:');
    const found = new Set(
      db
        .prepare(COLUMNS)
        .all()
        .map((column) => JSON.stringify(column)),
    );
    for (const column of model.prepare(COLUMNS).all()) {
      if (column['table'] !== 'sqlite_sequence' && !found.has(JSON.stringify(column))) {
        throw corruption(`the column ${String(column['name'])} of ${String(column['table'])} is not there`);
      }
    }
  } finally {
    model.close();
  }
}
