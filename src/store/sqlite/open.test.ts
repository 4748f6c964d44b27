import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { describeStore, type StoreLimits } from '../../../test/contracts/store.ts';
import { alertMessage, builtAt, checkCommit, routed } from '../../../test/fakes/messages.ts';
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

it('brings a file of format 1 to the present one, and keeps everything in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sentinel.db');
  const before = await openAt(path);
  await before.commitCheck(checkCommit({ messages: [routed(alertMessage(), 'a')] }));
  const kept = await snapshotOf(before);
  await before.close();
  const db = new DatabaseSync(path);
  db.exec('DROP TABLE site_version; PRAGMA user_version = 1');
  db.close();

  const after = await openAt(path);
  expect(await snapshotOf(after)).toEqual(kept);
  expect(await after.versionRecords()).toEqual([]);
  const version = { site: 'prod', at: builtAt, state: initialVersionState, messages: [] };
  await after.commitVersion(version);
  expect(await after.versionRecord('prod')).toEqual({ site: 'prod', state: initialVersionState });
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
