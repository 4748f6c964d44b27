import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  alertMessage,
  builtAt,
  checkCommit,
  commitNext,
  routed,
  statusMessage,
} from '../../../test/fakes/messages.ts';
import type { Logger } from '../../platform/logger.ts';
import { silentLogger } from '../../platform/logger.ts';
import type { Store } from '../store.ts';
import { connect } from './connect.ts';
import { openSqliteStore, type SqliteStoreOptions } from './open.ts';
import { noReserve } from './reserve.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'sentinel.db');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

async function open(options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const now = () => new Date(builtAt);
  const store = await openSqliteStore({ path, logger: silentLogger, now, reserveBytes: 0, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A store with a thousand messages, closed again. */
async function fill(): Promise<void> {
  const store = await open();
  const messages = Array.from({ length: 1000 }, (_, n) => routed(alertMessage({ id: `a${n}` }), 'a'));
  await commitNext(store, checkCommit({ messages }));
  await store.close();
}

it('waits for the disk at every commit, or a power cut could take an alert that was promised', () => {
  const { db } = connect(path, () => new Date(builtAt), noReserve);
  onTestFinished(() => db.close());
  expect({ ...db.prepare('PRAGMA synchronous').get() }).toEqual({ synchronous: 2 });
  expect({ ...db.prepare('PRAGMA journal_mode').get() }).toEqual({ journal_mode: 'wal' });
});

describe('a damaged file', () => {
  const expectSetAside = async (): Promise<string> => {
    const store = await open();
    expect(store.incidents).toMatchObject([{ kind: 'corrupt-file-set-aside' }]);
    const asidePath = `${path}.corrupt-2026-11-24T10-00-00.000Z`;
    expect(store.incidents[0]?.detail).toBe(
      `The store ${path} was damaged. It was set aside as ${asidePath} and a new, empty store was begun: history, ` +
        'waiting messages and the memory of what was announced start afresh, so some alerts may come again. ' +
        'Check the disk. To rescue data from the damaged file, use the command ".recover" of the sqlite3 shell.',
    );
    expect(await store.siteRecords()).toEqual([]);
    await commitNext(store, checkCommit());
    await store.close();

    const again = await open();
    expect(again.incidents).toEqual([]);
    expect(await again.siteRecords()).toHaveLength(1);
    return asidePath;
  };

  it('that is no database is set aside unchanged, with its log, and a new store begins', async () => {
    writeFileSync(path, 'This is not a database. '.repeat(1000));
    writeFileSync(`${path}-wal`, 'nor is this a log');
    const asidePath = await expectSetAside();
    expect(readFileSync(asidePath, 'utf8')).toBe('This is not a database. '.repeat(1000));
    expect(readFileSync(`${asidePath}-wal`, 'utf8')).toBe('nor is this a log');
  });

  it.each([
    ['in the middle', 0.5],
    ['near its end', 0.9],
    ['in its list of tables', 0],
  ])('with wrong bytes %s is set aside', async (_where, share) => {
    await fill();
    const bytes = readFileSync(path);
    const start = Math.floor((bytes.length * share) / 4096) * 4096 + (share === 0 ? 100 : 0);
    bytes.fill(0xa5, start, start + 6 * 4096);
    writeFileSync(path, bytes);
    await expectSetAside();
  });

  it('that was cut short is set aside', async () => {
    await fill();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2 / 4096) * 4096));
    await expectSetAside();
  });

  it('that cannot be set aside stays where it is, and is let go of', async () => {
    await fill();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * Math.floor(bytes.length / 2 / 4096), bytes.length - 4096);
    writeFileSync(path, bytes);
    const asidePath = `${path}.corrupt-2026-11-24T10-00-00.000Z`;
    mkdirSync(asidePath);
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      message: expect.stringContaining('cannot be opened'),
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    rmSync(asidePath, { recursive: true });
    await expectSetAside();
  });

  it('is not what an empty file is', async () => {
    writeFileSync(path, '');
    expect((await open()).incidents).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([]);
  });
});

describe('a file that cannot be used', () => {
  it('costs nothing of the reserve where room is not what it lacks', async () => {
    await (await open()).close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    let released = 0;
    const release = () => {
      released += 1;
      return false;
    };
    expect(() => connect(path, () => new Date(builtAt), { ...noReserve, release })).toThrow('format 99');
    expect(released).toBe(0);
  });

  it('because it is newer is left as it is, with both formats named', async () => {
    await fill();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_TOO_NEW',
      message: expect.stringMatching(/format 99, but this version .* formats up to 3\..*newer version/),
    });
    const after = new DatabaseSync(path);
    expect(after.prepare('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: 1000 });
    after.close();
  });

  it('because it belongs to another program is left as it is', async () => {
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
    db.close();
    const before = readFileSync(path);
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      message: expect.stringContaining('database of another program'),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['sentinel.db']);
  });

  it('because it belongs to another program that has it open, whose log and locks are left alone too', async () => {
    const theirs = new DatabaseSync(path);
    onTestFinished(() => theirs.close());
    theirs.exec('PRAGMA journal_mode = WAL; CREATE TABLE theirs (x); PRAGMA wal_checkpoint(TRUNCATE)');
    theirs.exec('INSERT INTO theirs VALUES (1)');
    const bytesOf = () => [path, `${path}-wal`].map((file) => readFileSync(file).toString('base64'));
    const before = bytesOf();
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      message: expect.stringContaining('database of another program'),
    });
    expect(bytesOf()).toEqual(before);
    theirs.exec('INSERT INTO theirs VALUES (2)');
    expect(theirs.prepare('SELECT x FROM theirs').all()).toEqual([{ x: 1 }, { x: 2 }]);
  });

  it('because a folder is in its place, or a file where its folder should be', async () => {
    mkdirSync(path);
    const unusable = {
      code: 'STORE_UNUSABLE',
      message: expect.stringMatching(/cannot be opened.*Check that/),
    };
    await expect(open()).rejects.toMatchObject(unusable);
    writeFileSync(join(folder, 'file'), '');
    await expect(open({ path: join(folder, 'file', 'sentinel.db') })).rejects.toMatchObject(unusable);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('because of its rights', async () => {
    await fill();
    chmodSync(path, 0o400);
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
  });
});

describe('a file that goes while it is open', () => {
  const goOn = async () => {
    const store = await open();
    const incidents: string[] = [];
    store.onIncident(({ kind, detail }) => incidents.push(`${kind}: ${detail}`));
    await store.enqueue([routed(alertMessage({ id: 'a1' }), 'a')], 1);
    rmSync(path);
    return { store, incidents };
  };
  const idsIn = async (store: Store) => (await store.nextRows('a', 10)).map(({ message }) => message.id);

  it.skipIf(process.platform === 'win32')('is told once, and put back with all it held', async () => {
    const { store, incidents } = await goOn();
    for (const id of ['a2', 'a3']) {
      await store.enqueue([routed(alertMessage({ id }), 'a')], 1);
      expect(incidents).toEqual([
        expect.stringMatching(
          /^file-gone: The store .* restart the service: when it stops, it puts its store back/,
        ),
      ]);
    }
    await store.close();
    const again = await open();
    expect(again.incidents).toEqual([]);
    expect(await idsIn(again)).toEqual(['a1', 'a2', 'a3']);
  });

  it.skipIf(process.platform === 'win32')('is kept beside the one that has its name by then', async () => {
    const { store } = await goOn();
    writeFileSync(path, 'something else');
    await store.close();
    expect(readFileSync(path, 'utf8')).toBe('something else');
    const rescued = readdirSync(folder).find((name) => name.includes('.rescued-'))!;
    expect(rescued).toBe('sentinel.db.rescued-2026-11-24T10-00-00.000Z');
    expect(await idsIn(await open({ path: join(folder, rescued) }))).toEqual(['a1']);
  });
});

it('makes the folder that is missing, and leaves only its own files in it', async () => {
  const deep = join(folder, 'a', 'b', 'sentinel.db');
  const store = await open({ path: deep, reserveBytes: 100_000 });
  await store.enqueue([routed(alertMessage(), 'a')], 1);
  expect(readdirSync(join(folder, 'a', 'b')).sort()).toEqual([
    'sentinel.db',
    'sentinel.db-wal',
    'sentinel.db.pid',
    'sentinel.db.reserve',
  ]);
  await store.close();
  expect(readdirSync(join(folder, 'a', 'b')).sort()).toEqual(['sentinel.db', 'sentinel.db.reserve']);
});

describe.skipIf(process.platform === 'win32')('the rights of the files', () => {
  const modes = () =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
    );
  let umask: number;
  beforeEach(() => {
    umask = process.umask(0);
  });
  afterEach(() => {
    process.umask(umask);
  });

  it('are for the user of the service only, whatever the umask', async () => {
    const warned: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => warned.push(message) };
    const store = await open({ reserveBytes: 100_000, logger });
    await store.enqueue([routed(alertMessage(), 'a')], 1);
    expect(modes()).toMatchObject({
      'sentinel.db': '600',
      'sentinel.db-wal': '600',
      'sentinel.db.reserve': '600',
    });
    for (const name of ['sentinel.db', 'sentinel.db-wal']) rmSync(join(folder, name));
    await store.close();
    expect(modes()).toMatchObject({ 'sentinel.db': '600' });
    expect(warned).toEqual([]);
  });

  it('of a file that is there stay, with a warning where others may read it', async () => {
    writeFileSync(path, '', { mode: 0o640 });
    const warned: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => warned.push(message) };
    await (await open({ logger })).close();
    expect(modes()).toMatchObject({ 'sentinel.db': '640' });
    expect(warned).toEqual([expect.stringContaining('chmod 600')]);
  });
});

it('works in memory, and leaves no file behind', async () => {
  const store = await open({ path: ':memory:' });
  await store.enqueue([routed(alertMessage(), 'a')], 1);
  expect(await store.nextRows('a', 1)).toHaveLength(1);
  expect(existsSync(':memory:')).toBe(false);
});

it('lets a call that the database refuses fail alone, and counts right afterwards', async () => {
  const store = await open();
  const nameless = alertMessage({ id: undefined as unknown as string });
  const results = await Promise.allSettled([
    store.enqueue([routed(alertMessage({ id: 'a1' }), 'a')], 1),
    store.enqueue([routed(alertMessage({ id: 'a2' }), 'a', 'new'), routed(nameless, 'a')], 1),
    store.enqueue([routed(alertMessage({ id: 'a3' }), 'a')], 1),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await store.enqueue([routed(alertMessage({ id: 'a2' }), 'new')], 1);
  expect(await store.laneSummaries()).toMatchObject([
    { destination: 'a', waiting: 2 },
    { destination: 'new', waiting: 1 },
  ]);
});

it('stores one finding for checks that say the same, and removes it with the last of them', async () => {
  const store = await open();
  for (let n = 0; n < 10; n += 1) await commitNext(store, checkCommit({ check: { at: n, durationMs: n } }));
  await commitNext(store, checkCommit({ check: { at: 10, host: 'other.example.com' } }));
  await store.thinHistory({ now: 10 + 86_400_000, thinAfterDays: 1, keepDays: 1 });
  await store.close();
  const db = new DatabaseSync(path);
  expect(db.prepare('SELECT count(*) AS n FROM finding').get()).toEqual({ n: 1 });
  expect(db.prepare('SELECT count(*) AS n FROM past_check').get()).toEqual({ n: 1 });
  db.close();
});

it('keeps no message that nobody shows any more', async () => {
  const store = await open({ longLaneRows: 1 });
  const lane = await store.lane('a');
  for (let n = 0; n < 20; n += 1) {
    await store.enqueue([routed(statusMessage({ id: `s${n}` }), 'a', { name: 'b', supersedes: true })], n);
  }
  for (const destination of ['a', 'b']) {
    const rows = await store.nextRows(destination, 100);
    const settlements = rows.map(({ seq }) => ({ seq, result: { kind: 'accepted' as const } }));
    await store.settle({ destination, at: 1, settlements, lane, messages: [] });
  }
  await store.close();
  const db = new DatabaseSync(path);
  expect(
    db.prepare('SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM outbox) AS n').get(),
  ).toEqual({
    n: 0,
  });
  db.close();
});

it('gives room back to the disk when much history is forgotten', async () => {
  const store = await open();
  const text = 'x'.repeat(20_000);
  for (let n = 0; n < 800; n += 1) {
    await store.enqueue([routed(statusMessage({ id: `s${n}`, text }), 'a')], 1);
  }
  const rows = await store.nextRows('a', 1000);
  const settlements = rows.map(({ seq }) => ({ seq, result: { kind: 'accepted' as const } }));
  await store.settle({ destination: 'a', at: 1, settlements, lane: await store.lane('a'), messages: [] });
  while (await store.thinHistory({ now: builtAt, thinAfterDays: 30, keepDays: 400 }));
  await store.close();
  expect(readFileSync(path).length).toBeLessThan(10_000_000);
});

it('says in the log that a full lane lost statuses, once a minute and with all counts', async () => {
  const warnings: object[] = [];
  const words = new Set<string>();
  const logger: Logger = {
    ...silentLogger,
    warn: (fields, message) => words.add(message) && warnings.push(fields),
  };
  let ms = 0;
  const store = await open({ logger, monotonicMs: () => ms, maxStatusRowsPerLane: 1 });
  const add = async (id: string) => store.enqueue([routed(statusMessage({ id }), 'a', 'b')], 1);
  for (const id of ['s1', 's2', 's3']) await add(id);
  expect(warnings).toEqual([{ dropped: { a: 1 } }]);
  ms = 60_000;
  await add('s4');
  expect(warnings).toEqual([{ dropped: { a: 1 } }, { dropped: { a: 2, b: 2 } }]);
  expect([...words]).toEqual([
    'Dropped the oldest status messages of lanes that are full; alerts are all kept. Repair these destinations.',
  ]);
});
