import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { builtAt } from '../../../test/fakes/messages.ts';
import { silentLogger } from '../../platform/logger.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';

const childScript = join(import.meta.dirname, '../../../test/faults/store-child.ts');

function storePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'sentinel.db');
}

function open(path: string): Promise<Store> {
  return openSqliteStore({ path, logger: silentLogger, now: () => new Date(builtAt), reserveBytes: 0 });
}

/** A child that works on the store; `lines` are what it says. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [childScript, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface(child.stdout) };
}

async function kill(child: ChildProcessWithoutNullStreams): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

it('keeps all that was acknowledged and nothing by half, however often the process is killed', {
  timeout: 60_000,
}, async () => {
  const path = storePath();
  const stored = new Set<number>();
  let first = 1;

  for (const killAfter of [1, 5, 17, 40, 90, 160, 250, 400]) {
    const { child, lines } = start('commit', path, String(first));
    let said = 0;
    for await (const line of lines) {
      const number = Number(line.replace('stored ', ''));
      if (Number.isNaN(number)) continue;
      stored.add(number);
      said += 1;
      if (said === killAfter) child.kill('SIGKILL');
    }

    const store = await open(path);
    expect(store.incidents).toEqual([]);
    const records = await store.siteRecords();
    const numbers = records.map(({ lastCheck }) => lastCheck.at).sort((a, b) => a - b);
    const expectedIds = numbers.map((number) => `alert-${number}`).sort();
    const delivered = (await store.receipts({ limit: 100_000 })).map(({ message }) => message.id);
    const waiting = async (destination: string) =>
      (await store.nextRows(destination, 100_000)).map(({ message }) => message.id);

    expect([...stored].filter((number) => !numbers.includes(number))).toEqual([]);
    expect((await waiting('a')).sort()).toEqual(expectedIds);
    expect([...(await waiting('b')), ...delivered].sort()).toEqual(expectedIds);
    for (const { site, alertState, lastCheck } of records) {
      expect(alertState.timesTold['number']).toBe(lastCheck.at);
      expect(await store.history(site, { from: 0, to: builtAt, limit: 10 })).toEqual([lastCheck]);
    }
    first = Math.max(0, ...numbers) + 1;
    await store.close();
  }
  expect(stored.size).toBeGreaterThanOrEqual(963);
});

it('refuses a store that another process holds, and takes it over when that process was killed', async () => {
  const path = storePath();
  const { child, lines } = start('hold', path);
  await once(lines, 'line');

  await expect(open(path)).rejects.toMatchObject({
    name: 'StoreError',
    code: 'STORE_LOCKED',
    message: expect.stringMatching(`in use by process ${child.pid}.*stop the other one`),
  });

  await kill(child);
  const store = await open(path);
  await store.close();
  expect(existsSync(`${path}.pid`)).toBe(false);
});

it('refuses a store that this process already holds, and leaves the first holder its lock', async () => {
  const path = storePath();
  const store = await open(path);
  await expect(open(path)).rejects.toMatchObject({ code: 'STORE_LOCKED' });

  const { child, lines } = start('hold', path);
  let said = '';
  lines.on('line', (line) => {
    said += line;
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).not.toBe(0);
  expect(said).toBe('');
  expect(complaint).toContain('STORE_LOCKED');
  await store.close();
});
