/**
 * Ballast beside the database: room that is given up when the disk is full, because on a full disk SQLite cannot
 * even delete. Given up in two halves: the first for what has to be stored, the second to clear old rows away.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface Reserve {
  /** True when all of it is there. */
  isWhole(): boolean;
  /** Gives up half of it, then the rest. False when there was nothing left to give. */
  release(): boolean;
  /** Writes what is missing. */
  restore(): Restored;
}

/** `failed`: not for lack of room; `code` says why, such as `EIO`. */
export type Restored =
  | { readonly kind: 'whole' }
  | { readonly kind: 'no-room' }
  | { readonly kind: 'failed'; readonly code: string };

/** The last one: a limit on the size of files. */
const NO_ROOM_CODES = ['ENOSPC', 'EDQUOT', 'EFBIG'];

const CHUNK_BYTES = 64 * 1024;

/** No ballast at all, for a store without a file. */
export const noReserve: Reserve = {
  isWhole: () => true,
  release: () => false,
  restore: () => ({ kind: 'whole' }),
};

/** Bytes that are free on the disk of a folder. @throws the error of the system */
export function freeBytesIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

export function reserveAt(path: string, bytes: number, freeBytes = freeBytesIn): Reserve {
  const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

  /** Twice its size has to be free, so that what was full a moment ago is not full again with the next message. */
  const hasRoom = () => freeBytes(dirname(path)) >= 2 * (bytes - size());

  const resize = (target: number) => {
    const file = openSync(path, 'a', 0o600);
    try {
      ftruncateSync(file, Math.min(size(), target));
      // Written, because a file that is only made longer takes up no blocks.
      const chunk = Buffer.alloc(CHUNK_BYTES, 0xff);
      for (let left = target - size(); left > 0; )
        left -= writeSync(file, chunk, 0, Math.min(left, CHUNK_BYTES));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  };

  const isWhole = () => size() >= bytes;
  return {
    isWhole,
    release() {
      const current = size();
      if (current === 0) return false;
      try {
        if (current > bytes / 2) resize(Math.floor(bytes / 2));
        else rmSync(path);
        return true;
      } catch {
        return false;
      }
    },
    restore() {
      let before = 0;
      try {
        if (isWhole()) return { kind: 'whole' };
        before = size();
        if (!hasRoom()) return { kind: 'no-room' };
        resize(bytes);
        return { kind: 'whole' };
      } catch (error) {
        giveBack(path, before);
        const { code = 'unknown error' } = error as NodeJS.ErrnoException;
        return NO_ROOM_CODES.includes(code) ? { kind: 'no-room' } : { kind: 'failed', code };
      }
    },
  };
}

function giveBack(path: string, bytes: number): void {
  try {
    const file = openSync(path, 'a');
    ftruncateSync(file, bytes);
    closeSync(file);
  } catch {
    // What could not be written cannot be in the way.
  }
}
