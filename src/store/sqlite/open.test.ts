import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { describeStore, type StoreLimits } from '../../../test/contracts/store.ts';
import { alertMessage, builtAt, checkCommit, commitNext, routed } from '../../../test/fakes/messages.ts';
import { initialVersionState } from '../../alert/version.ts';
import { silentLogger } from '../../platform/logger.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';

const places = new WeakMap<Store, string>();

async function openAt(path: string, limits: StoreLimits = {}): Promise<Store> {
  const now = () => new Date('2026-11-24T10:00:00Z');
  const store = await openSqliteStore({ path, logger: silentLogger, now, reserveBytes: 0, ...limits });
  places.set(store, path);
  return store;
}

describeStore('the SQLite store', {
  async open(limits) {
    const folder = mkdtempSync(join(tmpdir(), 'store-'));
    const store = await openAt(join(folder, 'sentinel.db'), limits);
    onTestFinished(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });
    return store;
  },
  async reopen(store) {
    await store.close();
    return openAt(places.get(store)!);
  },
});

it.each([
  [1, 'ALTER TABLE site DROP COLUMN revision; DROP TABLE site_version'],
  [2, 'ALTER TABLE site DROP COLUMN revision'],
])('brings a file of format %i to the present one, and keeps everything in it', async (format, backwards) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sentinel.db');
  const before = await openAt(path);
  await before.commitCheck(checkCommit({ messages: [routed(alertMessage(), 'a')] }));
  const kept = await snapshotOf(before);
  await before.close();
  const db = new DatabaseSync(path);
  db.exec(`${backwards}; PRAGMA user_version = ${format}`);
  db.close();

  const after = await openAt(path);
  expect(await snapshotOf(after)).toEqual(kept);
  expect(await after.versionRecords()).toEqual([]);
  const version = { site: 'prod', at: builtAt, state: initialVersionState, messages: [] };
  await after.commitVersion(version);
  expect(await after.versionRecord('prod')).toEqual({ site: 'prod', state: initialVersionState });
  // The checks go on from what was known.
  await commitNext(after, checkCommit({ check: { at: builtAt + 1 } }));
  await after.close();
});

async function snapshotOf(store: Store) {
  return {
    sites: await store.siteRecords(),
    history: await store.history('prod', { from: 0, to: builtAt + 1, limit: 10 }),
    waiting: await store.nextRows('a', 10),
    lanes: await store.laneSummaries(),
  };
}
