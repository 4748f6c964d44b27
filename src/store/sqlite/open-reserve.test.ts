/** What opening and closing do beside the database: the reserve, who may read it, and what the operator is told. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { alertMessage, builtAt, checkCommit, routed, statusMessage } from '../../../test/fakes/messages.ts';
import { type LogLine, recordingLogger } from '../../../test/fakes/recording-logger.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Store, StoreIncident } from '../store.ts';
import { openSqliteStore, type SqliteStoreOptions } from './open.ts';
import { diskFullDetail, reserveMissingDetail } from './room-words.ts';

const MINUTE = 60_000;

let folder: string;
let path: string;
let nowMs: number;
let logger: Logger;
let logged: readonly LogLine[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'sentinel.db');
  nowMs = builtAt;
  ({ logger, lines: logged } = recordingLogger());
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function open(overrides: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({
    path,
    now: () => new Date(nowMs),
    logger,
    ...overrides,
  });
  onTestFinished(() => store.close());
  return store;
}

describe('the reserve', () => {
  it('is 4 MiB beside the file, and nothing is said of it', async () => {
    const store = await open();
    expect(statSync(`${path}.reserve`).size).toBe(4 * 1024 * 1024);
    expect(store.incidents).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('is not kept where none is wanted, nor for a store that keeps nothing', async () => {
    onTestFinished(() => rmSync(':memory:.reserve', { force: true }));
    await open({ reserveBytes: 0 });
    await open({ path: ':memory:' });
    expect([`${path}.reserve`, ':memory:.reserve'].filter((one) => existsSync(one))).toEqual([]);
  });

  it('that finds no room is told of as a full disk; then alerts alone are stored', async () => {
    const store = await open({ reserveBytes: 100_000, freeBytes: () => 199_999 });
    const detail = diskFullDetail(path);
    expect(store.incidents).toEqual([{ kind: 'disk-full', detail }]);
    expect(logged[0]).toEqual({ level: 'error', fields: { kind: 'disk-full', path }, message: detail });

    const messages = [routed(statusMessage(), 'hook'), routed(alertMessage(), 'hook')];
    await store.commitCheck(checkCommit({ messages }));
    expect((await store.nextRows('hook', 9)).map(({ message }) => message.id)).toEqual(['alert-1']);
    expect(await store.history('prod', { from: 0, to: builtAt + 1, limit: 9 })).toEqual([]);
    expect(await store.siteRecords()).toHaveLength(1);
  });

  it('that cannot be written is told of, tried again after a minute, and told of when it is there', async () => {
    mkdirSync(`${path}.reserve`);
    const store = await open({ reserveBytes: 100_000 });
    const detail = reserveMissingDetail(path, 'EISDIR');
    expect(store.incidents).toEqual([{ kind: 'reserve-missing', detail }]);
    expect(logged).toEqual([{ level: 'error', fields: { kind: 'reserve-missing', path }, message: detail }]);

    const told: StoreIncident[] = [];
    store.onIncident((incident) => void told.push(incident));
    nowMs += MINUTE;
    await store.enqueue([routed(statusMessage(), 'hook')], nowMs);
    expect(await store.nextRows('hook', 9)).toHaveLength(1);
    rmdirSync(`${path}.reserve`);
    nowMs += MINUTE - 1;
    await store.touch();
    expect(existsSync(`${path}.reserve`)).toBe(false);
    nowMs += 1;
    await store.touch();
    expect(statSync(`${path}.reserve`).size).toBe(100_000);
    nowMs += MINUTE;
    await store.touch();
    await Promise.resolve();
    const restored = `The reserve of the store ${path} is there again.`;
    expect(told).toEqual([{ kind: 'reserve-restored', detail: restored }]);
    expect(logged.slice(1)).toEqual([{ level: 'info', fields: { path }, message: restored }]);
  });
});

it('a touch really writes', async () => {
  const store = await open({ reserveBytes: 0 });
  const before = statSync(`${path}-wal`).size;
  await store.touch();
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(before);
});

it.skipIf(process.platform === 'win32')('a file that others may read is warned of', async () => {
  await (await open({ reserveBytes: 0 })).close();
  chmodSync(path, 0o644);
  await open({ reserveBytes: 0 });
  expect(logged).toEqual([
    {
      level: 'warn',
      fields: { path },
      message: 'other users of this machine may read the store; chmod 600 keeps it to the service',
    },
  ]);
});

it.skipIf(process.platform === 'win32')(
  'a store whose folder is gone closes all the same, and says what is lost',
  async () => {
    const store = await open({ reserveBytes: 0 });
    rmSync(folder, { recursive: true });
    await store.close();
    expect(logged).toEqual([
      {
        level: 'error',
        fields: { path, err: expect.objectContaining({ code: 'ENOENT' }) },
        message: 'The store file was removed, and could not be put back.',
      },
    ]);
    await expect(store.siteRecords()).rejects.toThrow(`The store ${path} is closed.`);
  },
);
