/** What the system says when something is written beside the store: SQLite has one code for several causes. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';

/** The code of the system, such as `EROFS`, `EIO` or `ENOSPC`; undefined when a write goes well. */
export function codeOfWriteBeside(path: string): string | undefined {
  const probe = `${path}.probe`;
  try {
    const file = openSync(probe, 'w', 0o600);
    try {
      writeSync(file, 'x');
      fsyncSync(file);
    } finally {
      closeSync(file);
      rmSync(probe, { force: true });
    }
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}
