import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createPrivately, isReadableByOthers } from './private-file.ts';

let path: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'private-'));
  path = join(folder, 'sentinel.db');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function onPlatform(platform: NodeJS.Platform): void {
  const real = Object.getOwnPropertyDescriptor(process, 'platform')!;
  Object.defineProperty(process, 'platform', { ...real, value: platform });
  onTestFinished(() => void Object.defineProperty(process, 'platform', real));
}

describe('a file made privately', () => {
  it.skipIf(process.platform === 'win32')('is empty, and for its user only', () => {
    createPrivately(path);
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(isReadableByOthers(path)).toBe(false);
  });

  it('stays as it is where it exists', () => {
    writeFileSync(path, 'kept', { mode: 0o640 });
    const before = statSync(path).mode;
    createPrivately(path);
    expect(readFileSync(path, 'utf8')).toBe('kept');
    expect(statSync(path).mode).toBe(before);
  });

  it('says why it could not be made', () => {
    expect(() => createPrivately(join(path, 'in', 'no', 'folder'))).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });
});

describe.skipIf(process.platform === 'win32')('others may read', () => {
  it.each([
    [0o600, false],
    [0o711, false],
    [0o640, true],
    [0o604, true],
  ])('a file of mode %i: %s', (mode, expected) => {
    writeFileSync(path, '');
    chmodSync(path, mode);
    expect(isReadableByOthers(path)).toBe(expected);
  });

  it('no file that is not there', () => {
    expect(isReadableByOthers(path)).toBe(false);
  });

  it('nothing that could be told by its mode on Windows', () => {
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    onPlatform('win32');
    expect(isReadableByOthers(path)).toBe(false);
  });
});
