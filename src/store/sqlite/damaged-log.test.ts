/**
 * What a kill leaves in the log of the file, with wrong bytes. SQLite cannot tell it from a write that was cut off, and reads
 * up to there: the store is as it was at some earlier moment, whole, and never anything between.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { alertMessage, builtAt, checkCommit, commitNext, routed } from '../../../test/fakes/messages.ts';
import { silentLogger } from '../../platform/logger.ts';
import { openSqliteStore } from './open.ts';

const COMMITS = 20;
const SPOTS = 120;

const open = (path: string) =>
  openSqliteStore({ path, logger: silentLogger, now: () => new Date(builtAt), reserveBytes: 0 });

/** A file and its log as after a kill, with one alert and one check a commit. */
async function killed(folder: string): Promise<{ readonly file: Buffer; readonly log: Buffer }> {
  const store = await open(join(folder, 'running.db'));
  for (let n = 0; n < COMMITS; n += 1) {
    const messages = [routed(alertMessage({ id: `alert-${n}` }), 'a')];
    await commitNext(store, checkCommit({ check: { site: 'prod', at: builtAt + n }, messages }));
  }
  for (const suffix of ['', '-wal']) {
    cpSync(join(folder, `running.db${suffix}`), join(folder, `killed.db${suffix}`));
  }
  await store.close();
  return { file: readFileSync(join(folder, 'killed.db')), log: readFileSync(join(folder, 'killed.db-wal')) };
}

it('is read up to the first wrong byte of its log, whole commits only, and written on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'damaged-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { file, log } = await killed(folder);
  const path = join(folder, 'again.db');
  const counts: number[] = [];
  for (let spot = 0; spot <= SPOTS; spot += 1) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    const broken = Buffer.from(log);
    // The last one is left as it was.
    const at = Math.floor((spot * log.length) / SPOTS);
    if (at < log.length) broken[at]! ^= 0xff;
    writeFileSync(path, file);
    writeFileSync(`${path}-wal`, broken);

    const store = await open(path);
    const waiting = (await store.nextRows('a', 100)).map(({ message }) => message.id);
    expect(waiting).toEqual(Array.from({ length: waiting.length }, (_, n) => `alert-${n}`));
    const seen = (await store.siteRecord('prod'))?.lastCheck.at;
    expect(seen).toBe(waiting.length === 0 ? undefined : builtAt + waiting.length - 1);
    await commitNext(store, checkCommit({ check: { site: 'prod', at: builtAt + COMMITS } }));
    await store.close();
    counts.push(waiting.length);
  }
  expect(counts.at(-1)).toBe(COMMITS);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(new Set(counts).size).toBeGreaterThan(COMMITS / 2);
});
