/**
 * What happens when the disk is full. Alerts go on being stored from a reserve, at the cost of what is worth less:
 * first the history row and the status messages of the same commit, then old history and waiting status messages.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../platform/logger.ts';
import type { StoreIncident } from '../store.ts';
import { codeOfWriteBeside } from './disk-probe.ts';
import { brokenDisk, explained, isNoRoom, isWriteFailure } from './failures.ts';
import { pragmaNumber } from './pragma.ts';
import type { Reserve, Restored } from './reserve.ts';
import { diskFullDetail, reserveMissingDetail } from './room-words.ts';

export interface Room {
  /** Runs the commit; when there is no room for it, makes some and runs it again, thriftily. */
  withRoom(commit: (isThrifty: boolean) => void): void;
  /** Writes one page that stays as it is, without making room for it. @throws StoreError */
  touch(): void;
  /** Logs that something was not stored, at most once a minute. */
  logRefusal(error: unknown): void;
  /** Tells everybody of something about the store. */
  tell(incident: StoreIncident): void;
  onIncident(listener: (incident: StoreIncident) => void): void;
}

export interface RoomOptions {
  readonly db: DatabaseSync;
  readonly path: string;
  readonly reserve: Reserve;
  /** What became of the reserve when the store was opened. */
  readonly restored: Restored;
  readonly logger: Logger;
  readonly monotonicMs: () => number;
  /** Removes, inside a transaction, a little of what is worth least; returns how many rows. */
  readonly clearAway: () => number;
  /** Called when something was rolled back. */
  readonly forget: () => void;
}

const RECOVERY_INTERVAL_MS = 60_000;
const LOG_INTERVAL_MS = 60_000;

export function roomIn(options: RoomOptions): Room {
  const { db, path, reserve, restored, logger, monotonicMs, clearAway, forget } = options;
  const listeners: ((incident: StoreIncident) => void)[] = [];
  let isShort = restored.kind === 'no-room';
  /** The reserve could not be written, though there is room. */
  let isUnsafe = restored.kind === 'failed';
  let lastRecoveryTryMs = monotonicMs();
  let lastRefusalLogMs: number | undefined;

  const tell = (incident: StoreIncident): void => {
    // Later, because a listener may store a message, and a commit is under way here.
    queueMicrotask(() => {
      for (const listener of listeners) listener(incident);
    });
  };

  const becomeShort = (): void => {
    lastRecoveryTryMs = monotonicMs();
    if (isShort) return;
    isShort = true;
    isUnsafe = false;
    const detail = diskFullDetail(path);
    logger.error({ path }, detail);
    tell({ kind: 'disk-full', detail });
  };

  const tellLogged = (kind: StoreIncident['kind'], detail: string): void => {
    if (kind === 'reserve-missing') logger.error({ path }, detail);
    else logger.info({ path }, detail);
    tell({ kind, detail });
  };

  /** Restores the reserve now and then while it is not whole. */
  const recover = (): void => {
    if (!isShort && !isUnsafe) return;
    if (monotonicMs() - lastRecoveryTryMs < RECOVERY_INTERVAL_MS) return;
    lastRecoveryTryMs = monotonicMs();
    const now = reserve.restore();
    if (now.kind === 'no-room') return;
    if (isShort) {
      const detail = `The disk of the store ${path} has room again. Checks and status messages are stored again.`;
      tellLogged('disk-recovered', detail);
      if (now.kind === 'failed') tellLogged('reserve-missing', reserveMissingDetail(path, now.code));
    } else if (now.kind === 'whole') {
      tellLogged('reserve-restored', `The reserve of the store ${path} is there again.`);
    }
    isShort = false;
    isUnsafe = now.kind === 'failed';
  };

  /** Frees the write-ahead log by moving what it holds into the database. */
  const checkpoint = (): void => {
    try {
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    } catch (error) {
      logger.debug({ path, error }, 'The write-ahead log could not be moved into the database.');
    }
  };

  const clear = (): boolean => {
    try {
      db.exec('BEGIN IMMEDIATE');
      const cleared = clearAway();
      db.exec('COMMIT');
      if (cleared > 0)
        logger.warn({ path, rows: cleared }, 'Dropped old history and statuses: the disk is full.');
      return cleared > 0;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      forget();
      if (!isNoRoom(error)) throw error;
      return false;
    }
  };

  const remedies = [() => reserve.release(), clear, () => reserve.release() && (clear() || true)];

  const commitWithRemedies = (commit: (isThrifty: boolean) => void, firstError: unknown): void => {
    let error = firstError;
    const brokenBy = isWriteFailure(error) ? codeOfWriteBeside(path) : undefined;
    if (brokenBy === 'EROFS' || brokenBy === 'EIO') throw brokenDisk(error, path, brokenBy);
    for (const remedy of remedies) {
      if (!isNoRoom(error)) break;
      becomeShort();
      if (!remedy()) continue;
      checkpoint();
      try {
        commit(true);
        return;
      } catch (next) {
        error = next;
      }
    }
    throw explained(error, path);
  };

  return {
    tell(incident) {
      logger.error({ path }, incident.detail);
      tell(incident);
    },
    onIncident: (listener) => void listeners.push(listener),
    logRefusal(error) {
      if (lastRefusalLogMs !== undefined && monotonicMs() - lastRefusalLogMs < LOG_INTERVAL_MS) return;
      lastRefusalLogMs = monotonicMs();
      logger.error({ path, error }, 'The store could not keep what it was given.');
    },
    touch() {
      recover();
      try {
        db.exec(`PRAGMA user_version = ${pragmaNumber(db, 'user_version')}`);
      } catch (error) {
        throw explained(error, path);
      }
    },
    withRoom(commit) {
      recover();
      try {
        commit(isShort);
      } catch (error) {
        commitWithRemedies(commit, error);
      }
      if (isShort) checkpoint();
    },
  };
}
