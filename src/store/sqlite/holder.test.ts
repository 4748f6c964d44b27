import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { locked } from './connect.ts';
import { holderOf, isAlive, noteHolder, removeHolderNote } from './holder.ts';

function storePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'sentinel.db');
}

it('the note says which process holds the store, in a line of its own, until it is taken away', () => {
  const path = storePath();
  noteHolder(path);
  expect(readFileSync(`${path}.pid`, 'utf8')).toBe(`${process.pid}\n`);
  expect(holderOf(path)).toBe(process.pid);
  removeHolderNote(path);
  expect(existsSync(`${path}.pid`)).toBe(false);
  expect(holderOf(path)).toBeNull();
});

it.each(['', '0', '-7', 'x', '99999999999999999999'])('a note that says %j names nobody', (note) => {
  const path = storePath();
  writeFileSync(`${path}.pid`, note);
  expect(holderOf(path)).toBeNull();
});

it('a note that cannot be written or taken away stops nobody', () => {
  const path = join(storePath(), 'not-a-folder', 'sentinel.db');
  expect(() => noteHolder(path)).not.toThrow();
  expect(() => removeHolderNote(path)).not.toThrow();
});

it('a process is alive as long as it runs', () => {
  expect(isAlive(process.pid)).toBe(true);
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(isAlive(pid)).toBe(false);
});

it('a store in use names its holder where that is known, and what to do', () => {
  const path = storePath();
  const cause = new Error('database is locked');
  expect(locked(path, cause)).toMatchObject({
    code: 'STORE_LOCKED',
    cause,
    message: `The store ${path} is in use by another process. Two services cannot share one store: stop the other one, or name another file for the store.`,
  });
  noteHolder(path);
  expect(locked(path, cause).message).toContain(`is in use by process ${process.pid}. Two services`);
});
