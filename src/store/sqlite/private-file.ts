/** Who may read the store: license dates, site names and what waits are for the service's user only. */
import { closeSync, openSync, statSync } from 'node:fs';

const PRIVATE = 0o600;
/** Reading, for the group and for everybody. */
const READABLE_BY_OTHERS = 0o044;

/**
 * Makes an empty file for the service's user only, whatever the umask; one that exists stays as it is. SQLite gives its
 * log the rights of the database.
 *
 * @throws an error of the system
 */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', PRIVATE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Whether others than its user may read the file. Windows has other rights, which are not looked at. */
export function isReadableByOthers(path: string): boolean {
  if (process.platform === 'win32') return false;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & READABLE_BY_OTHERS) !== 0;
}
