/**
 * Whether the file that is open is still the one that has its name. Where somebody removed or replaced it, the service
 * goes on with the file that it holds, which nobody else can reach any longer; it would be lost without a word.
 */
import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreIncident } from '../store.ts';
import { createPrivately } from './private-file.ts';

export interface FileWatch {
  /** Looks, and tells once when the file is gone. */
  look(): void;
  /** Puts what the service holds back in its place; where another file is there now, beside it. */
  rescue(): void;
}

const noWatch: FileWatch = { look: () => undefined, rescue: () => undefined };

export function watchFile(
  db: DatabaseSync,
  path: string,
  now: () => Date,
  tell: (incident: StoreIncident) => void,
): FileWatch {
  // Windows neither lets go of an open file nor has a number for it that could be trusted.
  if (path === ':memory:' || process.platform === 'win32') return noWatch;
  const opened = identityOf(path);
  let isTold = false;

  return {
    look() {
      const isGone = identityOf(path) !== opened;
      if (isGone && !isTold) tell({ kind: 'file-gone', detail: goneDetail(path) });
      isTold = isGone;
    },
    rescue() {
      if (identityOf(path) === opened) return;
      const stamp = now().toISOString().replaceAll(':', '-');
      const place = existsSync(path) ? `${path}.rescued-${stamp}` : path;
      createPrivately(place);
      db.prepare('VACUUM INTO ?').run(place);
    },
  };
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

function goneDetail(path: string): string {
  return (
    `The store ${path} was removed or replaced while the service runs. Alerts are still delivered, but what is not ` +
    'delivered and what was announced would be lost if the service were killed now. Find out who did that, then restart ' +
    'the service: when it stops, it puts its store back, or beside the file that is there now as *.rescued-*.'
  );
}
