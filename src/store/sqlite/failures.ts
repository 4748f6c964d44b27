/** What SQLite's error codes mean for us. */
import { StoreError } from '../store.ts';

/** Primary result codes, see https://sqlite.org/rescode.html. */
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
/** The extended code of a failed write. A used-up quota shows as this instead of SQLITE_FULL. */
const SQLITE_IOERR_WRITE = 778;

/** The extended result code of an error from SQLite; undefined for any other error. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

function primaryCode(error: unknown): number | undefined {
  const code = sqliteCode(error);
  return code === undefined ? undefined : code & 0xff;
}

export function isNoRoom(error: unknown): boolean {
  return primaryCode(error) === SQLITE_FULL || sqliteCode(error) === SQLITE_IOERR_WRITE;
}

/** A write that failed, for lack of room or for another reason. */
export function isWriteFailure(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_IOERR_WRITE;
}

export function isLocked(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

export function isCorrupt(error: unknown): boolean {
  const code = primaryCode(error);
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return true;
  // What it says of a header that names a format no SQLite ever wrote; it has no code of its own.
  return code === SQLITE_ERROR && error instanceof Error && error.message === 'unsupported file format';
}

/** The error for a damage that SQLite reports as a finding instead of throwing. */
export function corruption(finding: string): Error {
  return Object.assign(new Error(finding), { errcode: SQLITE_CORRUPT });
}

/** The error to show: what SQLite says of a broken disk or file gets a sentence, everything else stays as it is. */
export function explained(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  if (isNoRoom(error)) {
    return new StoreError(
      'STORE_FULL',
      `The disk of the store ${path} is full (${error.message}), and what was kept in reserve is used up. ` +
        'Nothing of this was stored. Free some space on that disk; the service goes on by itself then.',
      { cause: error },
    );
  }
  // What was stored is JSON, so what does not parse is not what was stored.
  if (isCorrupt(error) || primaryCode(error) === SQLITE_IOERR || error instanceof SyntaxError) {
    return new StoreError(
      'STORE_UNUSABLE',
      `The store ${path} cannot be read or written (${error.message}). Check its disk and restart the service: ` +
        'it checks the file when it starts and sets it aside if it is damaged.',
      { cause: error },
    );
  }
  return error;
}

/** @param code what the system says: `EROFS` or `EIO` */
export function brokenDisk(error: unknown, path: string, code: 'EROFS' | 'EIO'): StoreError {
  const what =
    code === 'EROFS'
      ? 'has become read-only, as happens after a fault of the disk'
      : 'fails when it is written (EIO)';
  return new StoreError(
    'STORE_UNUSABLE',
    `The disk of the store ${path} ${what}. Nothing of this was stored. Check the disk, make it writable again and ` +
      'restart the service: it says again what it could not store.',
    { cause: error },
  );
}
