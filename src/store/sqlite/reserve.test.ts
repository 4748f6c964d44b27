import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { noReserve, reserveAt } from './reserve.ts';

const BYTES = 200_000;

function ballast() {
  const folder = mkdtempSync(join(tmpdir(), 'reserve-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'sentinel.db.reserve');
  return { folder, path, reserve: reserveAt(path, BYTES) };
}

it('is written in full, and takes up blocks of the disk', () => {
  const { path, reserve } = ballast();
  expect(reserve.isWhole()).toBe(false);
  expect(reserve.restore()).toEqual({ kind: 'whole' });
  expect(reserve.isWhole()).toBe(true);
  expect(statSync(path).size).toBe(BYTES);
  expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(BYTES);
});

it('is given up in two halves, and then there is nothing left to give', () => {
  const { path, reserve } = ballast();
  reserve.restore();
  expect(reserve.release()).toBe(true);
  expect(statSync(path).size).toBe(BYTES / 2);
  expect(reserve.isWhole()).toBe(false);
  expect(reserve.release()).toBe(true);
  expect(existsSync(path)).toBe(false);
  expect(reserve.release()).toBe(false);
});

it('is made whole again from whatever is left of it', () => {
  const { path, reserve } = ballast();
  reserve.restore();
  reserve.release();
  expect(reserve.restore()).toEqual({ kind: 'whole' });
  expect(statSync(path).size).toBe(BYTES);
});

it('is left alone where it is whole already, as one of another size may be', () => {
  const { path, reserve } = ballast();
  writeFileSync(path, Buffer.alloc(BYTES + 1));
  expect(reserve.restore()).toEqual({ kind: 'whole' });
  expect(statSync(path).size).toBe(BYTES + 1);
  expect(reserve.release()).toBe(true);
  expect(statSync(path).size).toBe(BYTES / 2);
});

it('is not written where it would take more than half of what is free', () => {
  const { folder, path } = ballast();
  const asked: string[] = [];
  const withFree = (bytes: number) =>
    reserveAt(path, BYTES, (where) => {
      asked.push(where);
      return bytes;
    });
  expect(withFree(2 * BYTES - 1).restore()).toEqual({ kind: 'no-room' });
  expect(existsSync(path)).toBe(false);
  expect(withFree(2 * BYTES).restore()).toEqual({ kind: 'whole' });
  expect(asked).toEqual([folder, folder]);
});

it('does without, where its folder is gone', () => {
  const { folder, reserve } = ballast();
  rmSync(folder, { recursive: true });
  expect(reserve.restore()).toEqual({ kind: 'failed', code: 'ENOENT' });
  expect(reserve.release()).toBe(false);
});

it('of a store without a file is always whole, and gives nothing', () => {
  expect([noReserve.isWhole(), noReserve.release(), noReserve.restore()]).toEqual([
    true,
    false,
    { kind: 'whole' },
  ]);
});
