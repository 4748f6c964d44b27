import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import {
  alertMessage,
  builtAt,
  checkCommit,
  commitNext,
  routed,
  statusMessage,
} from '../../../test/fakes/messages.ts';
import { describeWithSmallDisk, mountSmallDisk, type SmallDisk } from '../../../test/servers/small-disk.ts';
import type { Logger } from '../../platform/logger.ts';
import { silentLogger } from '../../platform/logger.ts';
import { idleLane, type Store, StoreError, type StoreIncident } from '../store.ts';
import { openSqliteStore } from './open.ts';

const MB = 1024 * 1024;
const RESERVE_BYTES = 2 * MB;

describeWithSmallDisk('the SQLite store on a disk that is full', () => {
  let disk: SmallDisk;
  let path: string;
  let ms: number;
  let logged: string[];
  const logger: Logger = { ...silentLogger, error: (_fields, message) => logged.push(message) };

  beforeEach(() => {
    disk = mountSmallDisk(12 * MB);
    path = join(disk.folder, 'sentinel.db');
    ms = 0;
    logged = [];
    onTestFinished(() => disk.remove());
  });

  const open = async (): Promise<Store> => {
    const now = () => new Date(builtAt);
    const store = await openSqliteStore({
      path,
      logger,
      now,
      monotonicMs: () => ms,
      reserveBytes: RESERVE_BYTES,
    });
    onTestFinished(() => store.close());
    return store;
  };
  const reserveSize = () => statSync(`${path}.reserve`, { throwIfNoEntry: false })?.size ?? 0;
  const listen = (store: Store) => {
    const incidents: StoreIncident['kind'][] = [];
    store.onIncident(({ kind }) => incidents.push(kind));
    return incidents;
  };
  /** A check with an alert of 1 KB and a status. Two at once are of two sites. */
  const commit = (store: Store, n: number, site = 'prod') =>
    commitNext(
      store,
      checkCommit({
        check: { site, at: builtAt + n },
        messages: [
          routed(alertMessage({ id: `alert-${n}` }), 'a', 'b'),
          routed(statusMessage({ id: `status-${n}` }), 'a'),
        ],
      }),
    );
  const waiting = async (store: Store, destination: string) =>
    (await store.nextRows(destination, 100_000)).map(({ message }) => message.id);
  const alertIds = (...numbers: readonly number[]) => numbers.map((n) => `alert-${n}`);
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  it('keeps alerts from the reserve, says so once, and has everything after a restart', async () => {
    const store = await open();
    const incidents = listen(store);
    for (const n of upTo(20)) await commit(store, n);
    disk.fill();
    // Several at a time, some alone.
    for (const n of upTo(10)) {
      await Promise.all(upTo(20).map((k) => commit(store, 20 + n * 21 + k, `site-${k}`)));
      await commit(store, 20 + n * 21 + 20);
    }
    expect(incidents).toEqual(['disk-full']);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('Free some space');
    expect(reserveSize()).toBeLessThan(RESERVE_BYTES);

    const expected = alertIds(...upTo(230));
    expect((await waiting(store, 'a')).filter((id) => id.startsWith('alert')).sort()).toEqual(
      [...expected].sort(),
    );
    expect((await store.siteRecord('prod'))?.lastCheck.at).toBe(builtAt + 229);
    expect(await waiting(store, 'a')).not.toContain('status-229');
    await store.close();

    const again = await open();
    expect(again.incidents).toMatchObject([{ kind: 'disk-full' }]);
    expect(await waiting(again, 'b')).toEqual(expected);
    await commit(again, 230);
    expect(await waiting(again, 'b')).toEqual([...expected, 'alert-230']);
  });

  it('goes on delivering, with receipts, dead letters and what is told to others', async () => {
    const store = await open();
    for (const n of upTo(200)) await commit(store, n);
    disk.fill();
    for (const n of upTo(50)) await commit(store, 200 + n);

    const rows = await store.nextRows('b', 1000);
    expect(rows).toHaveLength(250);
    for (let n = 0; n < rows.length; n += 50) {
      await store.settle({
        destination: 'b',
        at: builtAt,
        settlements: rows.slice(n, n + 50).map(({ seq }) => ({ seq, result: { kind: 'accepted' as const } })),
        lane: { ...idleLane, lastAcceptedAt: n },
        messages: [routed(alertMessage({ id: `told-${n}`, site: null, kind: 'destination-failing' }), 'c')],
      });
    }
    expect(await waiting(store, 'b')).toEqual([]);
    expect(await waiting(store, 'c')).toHaveLength(5);
    expect(await store.receipts({ destination: 'b', limit: 1000 })).toHaveLength(250);
  });

  it('refuses what cannot be kept at all, keeps what it said it kept, and goes on when there is room', {
    timeout: 60_000,
  }, async () => {
    const store = await open();
    const incidents = listen(store);
    const kept: string[] = [];
    for (const n of upTo(300)) await commit(store, n).then(() => kept.push(`alert-${n}`));
    disk.fill();

    const refused: unknown[] = [];
    for (let n = 300; refused.length < 30; n += 1) {
      const results = await Promise.allSettled(upTo(5).map((k) => commit(store, n * 10 + k, `site-${k}`)));
      results.forEach((result, k) => {
        if (result.status === 'fulfilled') kept.push(`alert-${n * 10 + k}`);
        else refused.push(result.reason);
      });
    }
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(StoreError);
      expect(reason).toMatchObject({
        code: 'STORE_FULL',
        message: expect.stringContaining('Free some space'),
      });
    }
    // The reserve is 2 MB and an alert is less than 4 KB with all its indexes.
    expect(kept.length).toBeGreaterThan(300 + 300);
    expect((await waiting(store, 'b')).sort()).toEqual([...kept].sort());
    expect(logged).toHaveLength(2);
    expect(reserveSize()).toBe(0);

    disk.free();
    await commit(store, 1_000_000);
    kept.push('alert-1000000');
    expect(await store.history('prod', { from: builtAt + 1_000_000, to: builtAt * 2, limit: 1 })).toEqual([]);
    ms += 60_000;
    await commit(store, 2_000_000);
    kept.push('alert-2000000');
    expect(incidents).toEqual(['disk-full', 'disk-recovered']);
    expect(reserveSize()).toBe(RESERVE_BYTES);
    expect(
      await store.history('prod', { from: builtAt + 2_000_000, to: builtAt * 2, limit: 1 }),
    ).toHaveLength(1);
    expect(await waiting(store, 'a')).toContain('status-2000000');

    await store.close();
    const again = await open();
    expect(again.incidents).toEqual([]);
    expect((await waiting(again, 'b')).sort()).toEqual([...kept].sort());
  });

  it('tells by a touch whether there is room again, and gives up nothing for it', async () => {
    const store = await open();
    const incidents = listen(store);
    for (const n of upTo(50)) await commit(store, n);
    await store.touch();
    disk.fill();
    for (let n = 50; (await Promise.allSettled([commit(store, n)]))[0]!.status === 'fulfilled'; ) n += 1;
    await store.enqueue([routed(statusMessage({ id: 'last' }), 'a')], builtAt).catch(() => undefined);
    const before = await waiting(store, 'a');
    for (const _n of upTo(200)) {
      await store.touch().catch((error: unknown) => expect(error).toMatchObject({ code: 'STORE_FULL' }));
    }
    expect(await waiting(store, 'a')).toEqual(before);

    disk.free();
    ms += 60_000;
    await store.touch();
    await Promise.resolve();
    expect(incidents).toEqual(['disk-full', 'disk-recovered']);
  });

  it('makes a reserve that is missing at the start, as far as there is room', async () => {
    await (await open()).close();
    rmSync(`${path}.reserve`);
    await (await open()).close();
    expect(reserveSize()).toBe(RESERVE_BYTES);
    expect(statSync(`${path}.reserve`).blocks * 512).toBeGreaterThanOrEqual(RESERVE_BYTES);

    rmSync(`${path}.reserve`);
    disk.fill();
    const store = await open();
    expect(store.incidents).toMatchObject([{ kind: 'disk-full' }]);
  });

  it('calls a reserve that cannot be written for another reason by that, and goes on storing everything', async () => {
    mkdirSync(`${path}.reserve`);
    const store = await open();
    expect(store.incidents).toMatchObject([
      { kind: 'reserve-missing', detail: expect.stringMatching(/could not be written \(EISDIR\)/) },
    ]);
    const incidents = listen(store);
    await commit(store, 1);
    expect(await waiting(store, 'a')).toEqual(['alert-1', 'status-1']);

    rmdirSync(`${path}.reserve`);
    ms += 61_000;
    await commit(store, 2);
    await Promise.resolve();
    expect(incidents).toEqual(['reserve-restored']);
    expect(reserveSize()).toBe(RESERVE_BYTES);
  });

  it('says that the disk is full when it is, though there is no reserve', async () => {
    mkdirSync(`${path}.reserve`);
    const store = await open();
    const incidents = listen(store);
    for (const n of upTo(20)) await commit(store, n);
    disk.fill();
    for (let n = 20; n < 2000 && incidents.length === 0; n += 1)
      await commit(store, n).catch(() => undefined);
    expect(incidents).toEqual(['disk-full']);
  });

  it('opens after a crash on the full disk, and has what was acknowledged', async () => {
    const childScript = join(import.meta.dirname, '../../../test/faults/store-child.ts');
    const child = spawnSync(process.execPath, [childScript, 'commit', path, '1'], { encoding: 'utf8' });
    expect(child.stderr).toContain('STORE_FULL');
    const stored = [...child.stdout.matchAll(/^stored (\d+)$/gm)].map(([, n]) => Number(n));
    expect(stored.length).toBeGreaterThan(500);

    const store = await open();
    expect(store.incidents).toMatchObject([{ kind: 'disk-full' }]);
    const found = new Set(await waiting(store, 'a'));
    expect(alertIds(...stored).filter((id) => !found.has(id))).toEqual([]);
  });

  it('is refused with a sentence when that disk is read-only, and not set aside', async () => {
    await (await open()).close();
    disk.remountReadOnly();
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      message: expect.stringMatching(/cannot be opened: .*Check that .*read-only/),
    });
    expect(readdirSync(disk.folder).sort()).toEqual(['sentinel.db', 'sentinel.db.reserve']);
  });

  it('lets a listener store a message about it', async () => {
    const store = await open();
    store.onIncident(({ kind }) => {
      void store.enqueue([routed(alertMessage({ id: kind, site: null, kind: 'store-full' }), 'a')], builtAt);
    });
    disk.fill();
    for (let n = 0; n < 2000 && logged.length === 0; n += 1) await commit(store, n);
    await commit(store, 2000);
    expect(await waiting(store, 'a')).toContain('disk-full');
  });
});
