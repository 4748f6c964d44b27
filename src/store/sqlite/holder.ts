/**
 * Who holds the store, for the words of `STORE_LOCKED`. Only a note: the lock itself is SQLite's lock on the
 * database file, which ends with the process however it ends.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const noteOf = (path: string) => `${path}.pid`;

/** A full or read-only disk must not keep the service from starting, so a note that cannot be written is left out. */
export function noteHolder(path: string): void {
  ignoringErrors(() => writeFileSync(noteOf(path), `${process.pid}\n`));
}

export function removeHolderNote(path: string): void {
  ignoringErrors(() => rmSync(noteOf(path), { force: true }));
}

/** The process that holds the store, as far as its note tells; null when there is no readable note. */
export function holderOf(path: string): number | null {
  let pid = Number.NaN;
  ignoringErrors(() => {
    pid = Number.parseInt(readFileSync(noteOf(path), 'utf8'), 10);
  });
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/** Whether there is such a process. A number may have been given to another one since. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ignoringErrors(attempt: () => void): void {
  try {
    attempt();
  } catch {
    // See noteHolder.
  }
}
