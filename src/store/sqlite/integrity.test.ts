import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../store.ts';
import { isCorrupt } from './failures.ts';
import { checkIntegrity } from './integrity.ts';
import { migrate, missingSteps } from './migrate.ts';

const MB = 1024 * 1024;

function database(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  return db;
}

function ours(): DatabaseSync {
  const db = database();
  migrate(db, ':memory:');
  return db;
}

/** A file of that size, which takes up no room. */
function fileOf(bytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'integrity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sentinel.db');
  writeFileSync(path, '');
  truncateSync(path, bytes);
  return path;
}

/** What is looked at in a file of that size: the checks of SQLite, and the tables whose JSON is parsed. */
function lookedAt(bytes: number) {
  const db = ours();
  const checks: string[] = [];
  const tables: string[] = [];
  const recording = {
    prepare(sql: string) {
      if (sql.startsWith('PRAGMA')) checks.push(sql.slice('PRAGMA '.length));
      const table = /FROM (\w+) WHERE json_valid/.exec(sql)?.[1];
      if (table !== undefined) tables.push(table);
      return db.prepare(sql);
    },
  };
  checkIntegrity(recording as unknown as DatabaseSync, fileOf(bytes));
  return { checks, tables };
}

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a file is looked at as long as a start may take:', () => {
  const everything = ['site', 'site_version', 'destination', 'message', 'finding'];

  it.each([64 * MB, 1])('up to 64 MB in full, indexes too (%i bytes)', (bytes) => {
    expect(lookedAt(bytes)).toEqual({ checks: ['integrity_check(1)'], tables: everything });
  });

  it.each([64 * MB + 1, 256 * MB])('up to 256 MB without comparing indexes (%i bytes)', (bytes) => {
    expect(lookedAt(bytes)).toEqual({ checks: ['quick_check(1)'], tables: everything });
  });

  it('beyond that only what alerts depend on', () => {
    expect(lookedAt(256 * MB + 1)).toEqual({
      checks: ['destination', 'site', 'outbox', 'receipt', 'message'].map((name) => `quick_check('${name}')`),
      tables: ['site', 'site_version', 'destination', 'message'],
    });
  });
});

describe('it is damaged', () => {
  it('where a text is not JSON, naming the table', () => {
    const db = ours();
    db.exec("INSERT INTO finding (body) VALUES ('{')");
    const error = thrownBy(() => checkIntegrity(db, ':memory:'));
    expect(isCorrupt(error)).toBe(true);
    expect((error as Error).message).toBe('a row of finding is not JSON');
  });

  it('where a column is missing, naming it', () => {
    const db = ours();
    db.exec('ALTER TABLE receipt RENAME COLUMN detail TO details');
    const error = thrownBy(() => checkIntegrity(db, ':memory:'));
    expect(isCorrupt(error)).toBe(true);
    expect((error as Error).message).toBe('the column detail of receipt is not there');
  });

  it('where its format is none that any version will have', () => {
    for (const format of [-1, 101]) {
      const db = ours();
      db.exec(`PRAGMA user_version = ${format}`);
      const error = thrownBy(() => migrate(db, '/data/sentinel.db'));
      expect(isCorrupt(error)).toBe(true);
      expect((error as Error).message).toBe(`its format ${format} is none`);
    }
  });

  it('where its format is older than its tables, which are left as they are', () => {
    const db = ours();
    db.exec('PRAGMA user_version = 1');
    const error = thrownBy(() => migrate(db, '/data/sentinel.db'));
    expect(isCorrupt(error)).toBe(true);
    expect((error as Error).message).toBe('its format 1 does not fit its tables');
    expect(db.isTransaction).toBe(false);
  });

  it('not where a step fails for another reason, which stays what it is', () => {
    const db = ours();
    db.exec('PRAGMA user_version = 0; PRAGMA query_only = 1');
    const error = thrownBy(() => migrate(db, '/data/sentinel.db'));
    expect(error).toBeInstanceOf(Error);
    expect(isCorrupt(error)).toBe(false);
  });

  it('where it has all our tables but not our mark', () => {
    const db = ours();
    db.exec('PRAGMA application_id = 7');
    const error = thrownBy(() => migrate(db, '/data/sentinel.db'));
    expect(isCorrupt(error)).toBe(true);
    expect((error as Error).message).toBe('its application id is wrong');
  });
});

it('the largest format there may be is one of a newer version, which is named', () => {
  const db = ours();
  db.exec('PRAGMA user_version = 100');
  expect(thrownBy(() => missingSteps(db, '/data/sentinel.db'))).toMatchObject({
    code: 'STORE_TOO_NEW',
    message: expect.stringContaining(
      'has format 100, but this version of License Sentinel knows formats up to 3',
    ),
  });
});

it('a database of another program is one even where it has some tables of the same names', () => {
  const db = database();
  db.exec('CREATE TABLE message (id); CREATE TABLE site (id)');
  const error = thrownBy(() => migrate(db, '/data/other.db'));
  expect(error).toBeInstanceOf(StoreError);
  expect((error as Error).message).toBe(
    '/data/other.db is a database of another program and was left untouched. Name another file for the store.',
  );
});
