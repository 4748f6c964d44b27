/**
 * A disk of its own that turns read-only under way, as a file system does after a fault of its disk: an ext4 in a file,
 * and its mount option `abort`. An ordinary remount is refused while somebody has a file open for writing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMountable } from './describe-mountable.ts';

const BYTES = 32 * 1024 * 1024;

export interface FailingDisk {
  readonly folder: string;
  turnReadOnly(): void;
  /** Unmounted and mounted anew, as by a restart of the machine: what was not synced is gone. Nobody may use it. */
  repair(): void;
  remove(): void;
}

/** `describe`; without the right to mount, the suite is skipped under a telling name. */
export function describeWithFailingDisk(name: string, body: () => void): void {
  describeMountable(
    {
      need: 'needs loop mount',
      advice: 'an ext4 in a file could not be mounted; run as root, with loop devices',
      mount: mountFailingDisk,
    },
    name,
    body,
  );
}

export function mountFailingDisk(): FailingDisk {
  const base = mkdtempSync(join(tmpdir(), 'failing-disk-'));
  const image = join(base, 'image');
  const folder = join(base, 'disk');
  try {
    writeFileSync(image, '');
    truncateSync(image, BYTES);
    run('mkfs.ext4', '-q', image);
    run('mkdir', folder);
    run('mount', '-o', 'loop', image, folder);
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    throw error;
  }
  return {
    folder,
    turnReadOnly: () => run('mount', '-o', 'remount,abort', folder),
    repair() {
      run('umount', folder);
      run('mount', '-o', 'loop', image, folder);
    },
    remove() {
      run('umount', '-l', folder);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'ignore' });
}
