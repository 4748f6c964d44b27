import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { alertMessage, builtAt, checkCommit, routed } from '../../../test/fakes/messages.ts';
import { silentLogger } from '../../platform/logger.ts';
import { idleLane, type Store } from '../store.ts';
import { firstTables } from './migrations/001-first-tables.ts';
import { openSqliteStore } from './open.ts';
import { readSqliteStore } from './read.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'sentinel.db');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

async function open(onDamage?: 'refuse'): Promise<Store> {
  const options = { path, logger: silentLogger, now: () => new Date(builtAt), reserveBytes: 0 };
  const store = await openSqliteStore({ ...options, ...(onDamage && { onDamage }) });
  onTestFinished(() => store.close());
  return store;
}

async function read(): Promise<Store> {
  const store = await readSqliteStore(path);
  onTestFinished(() => store?.close());
  return store!;
}

async function fill(): Promise<void> {
  const store = await open();
  await store.commitCheck(
    checkCommit({ messages: ['a1', 'a2'].map((id) => routed(alertMessage({ id }), 'hook')) }),
  );
  const [row] = await store.nextRows('hook', 1);
  const result = { kind: 'dead', reason: 'refused', detail: 'HTTP 400' } as const;
  const settlements = [{ seq: row!.seq, result }];
  await store.settle({ destination: 'hook', at: builtAt, settlements, lane: idleLane, messages: [] });
  await store.close();
}

it('gives what is stored, and changes no byte', async () => {
  await fill();
  const before = readFileSync(path);
  const store = await read();
  expect((await store.siteRecords()).map(({ site }) => site)).toEqual(['prod']);
  expect((await store.nextRows('hook', 9)).map(({ message }) => message.id)).toEqual(['a2']);
  expect((await store.deadLetters({ limit: 9 })).map(({ message }) => message.id)).toEqual(['a1']);
  await store.close();
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual(['sentinel.db']);
});

it('refuses to write, and everything once it is closed', async () => {
  await fill();
  const store = await read();
  expect(store.incidents).toEqual([]);
  await expect(store.enqueue([], 1)).rejects.toMatchObject({
    code: 'STORE_UNUSABLE',
    message: `The store ${path} was opened for reading only.`,
  });
  await expect(store.dropDeadLetter('hook', 1)).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
  await store.close();
  await store.close();
  await expect(store.siteRecords()).rejects.toMatchObject({
    code: 'STORE_CLOSED',
    message: `The store ${path} is closed.`,
  });
});

it('keeps the service from starting while it looks, and is kept out while the service runs', async () => {
  await fill();
  const reader = await read();
  await expect(open()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  await reader.close();
  await open();
  await expect(readSqliteStore(path)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
});

it('says of a row that is not what was stored that the file is damaged, and reads the others', async () => {
  await fill();
  const db = new DatabaseSync(path);
  db.exec("INSERT INTO site_version (site, state) SELECT id, '{' FROM site");
  db.close();
  const store = await read();
  await expect(store.versionRecord('prod')).rejects.toMatchObject({
    code: 'STORE_UNUSABLE',
    message: expect.stringMatching(/is damaged\. Nothing was changed/),
  });
  expect(await store.siteRecords()).toHaveLength(1);
});

it('makes no file where there is none, and leaves an empty one alone', async () => {
  expect(await readSqliteStore(join(folder, 'no', 'such.db'))).toBeUndefined();
  writeFileSync(path, '');
  expect(await readSqliteStore(path)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(['sentinel.db']);
  expect(readFileSync(path)).toHaveLength(0);
});

it('has what was acknowledged before a crash', async () => {
  const running = await open();
  await running.commitCheck(checkCommit());
  // As a kill leaves it: the log not yet written into the file.
  const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  await running.close();
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, log);
  expect(await (await read()).siteRecords()).toHaveLength(1);
});

it('reads an older format as if it were ours, and leaves it in its own', async () => {
  const db = new DatabaseSync(path);
  db.exec(firstTables);
  db.exec(`PRAGMA application_id = ${0x4c53656e}; PRAGMA user_version = 1`);
  db.exec("INSERT INTO destination (name) VALUES ('hook')");
  db.close();
  const store = await read();
  expect(await store.versionRecords()).toEqual([]);
  expect(await store.laneSummaries()).toMatchObject([{ destination: 'hook' }]);
  await store.close();
  const after = new DatabaseSync(path);
  onTestFinished(() => after.close());
  expect({ ...after.prepare('PRAGMA user_version').get() }).toEqual({ user_version: 1 });
  expect(after.prepare("SELECT name FROM sqlite_schema WHERE name = 'site_version'").get()).toBeUndefined();
});

it('refuses a newer format', async () => {
  await fill();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  await expect(readSqliteStore(path)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
});

it('leaves a database of another program alone', async () => {
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE theirs (a)');
  db.close();
  const before = readFileSync(path);
  await expect(readSqliteStore(path)).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
  expect(readFileSync(path).equals(before)).toBe(true);
});

it.each(['reading', 'acting'])('leaves a damaged file where it is when only %s', async (what) => {
  await fill();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 100, bytes.length);
  writeFileSync(path, bytes);
  const used = what === 'reading' ? readSqliteStore(path) : open('refuse');
  await expect(used).rejects.toMatchObject({
    code: 'STORE_UNUSABLE',
    message: expect.stringMatching(/is damaged\. Nothing was changed/),
  });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(existsSync(`${path}-wal`)).toBe(false);
});
