import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { describeStore, type StoreLimits } from '../../../test/contracts/store.ts';
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
