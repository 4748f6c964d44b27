/** Suites that need a small disk of their own: a tmpfs, which takes the right to mount one. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMountable } from './describe-mountable.ts';

const MB = 1024 * 1024;

export interface SmallDisk {
  readonly folder: string;
  /** Takes every block that is left, as a log file that grows. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  remountReadOnly(): void;
  /** Also with files open on it. */
  remove(): void;
}

/** `describe`; without the right to mount, the suite is skipped under a telling name. */
export function describeWithSmallDisk(name: string, body: () => void): void {
  describeMountable(
    {
      need: 'needs tmpfs mount',
      advice: 'a tmpfs could not be mounted; run as root, in a container with the capability SYS_ADMIN',
      mount: () => mountSmallDisk(MB),
    },
    name,
    body,
  );
}

export function mountSmallDisk(bytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  const other = join(folder, 'other.log');
  return {
    folder,
    fill() {
      const file = openSync(other, 'a');
      try {
        for (const size of [MB, 4096]) writeUntilFull(file, size);
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(other),
    remountReadOnly: () => run('mount', '-o', 'remount,ro', folder),
    remove() {
      run('umount', '-l', folder);
      rmdirSync(folder);
    },
  };
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'ignore' });
}

function writeUntilFull(file: number, bytes: number): void {
  try {
    for (;;) writeSync(file, Buffer.alloc(bytes));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
