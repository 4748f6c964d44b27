import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { codeOfWriteBeside } from './disk-probe.ts';

const OPEN_FILES = '/proc/self/fd';

describe('a write beside the store', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'probe-'));
    path = join(folder, 'sentinel.db');
    onTestFinished(() => rmSync(folder, { recursive: true }));
  });

  it('that goes well has no code, and leaves nothing behind', () => {
    expect(codeOfWriteBeside(path)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!existsSync(OPEN_FILES))('leaves no file open', () => {
    const before = readdirSync(OPEN_FILES).length;
    for (let n = 0; n < 40; n += 1) codeOfWriteBeside(path);
    // Some room for what others in this process open meanwhile.
    expect(readdirSync(OPEN_FILES).length).toBeLessThan(before + 20);
  });

  it('for which no file can be made has the code of the system', () => {
    expect(codeOfWriteBeside(join(folder, 'gone', 'sentinel.db'))).toBe('ENOENT');
  });

  describe.skipIf(!existsSync('/dev/full'))('that begins well and fails', () => {
    it.each([
      ['for lack of room', '/dev/full', 'ENOSPC'],
      ['on its way to the disk', '/dev/null', 'EINVAL'],
    ])('%s has the code of the system, and leaves nothing behind', (_what, device, code) => {
      symlinkSync(device, `${path}.probe`);
      expect(codeOfWriteBeside(path)).toBe(code);
      expect(readdirSync(folder)).toEqual([]);
    });
  });
});
