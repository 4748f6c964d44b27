/** The store in one SQLite file: joins its parts. */
import type { Logger } from '../../platform/logger.ts';
import { type Store, StoreError, type StoreIncident } from '../store.ts';
import { connect, type OnDamage } from './connect.ts';
import { droppedLog } from './dropped-log.ts';
import { explained } from './failures.ts';
import { watchFile } from './file-watch.ts';
import { groupCommit, type Work } from './group-commit.ts';
import { prepareCheck } from './history.ts';
import { removeHolderNote } from './holder.ts';
import { type PreparedMessage, prepareMessages } from './outbox.ts';
import { isReadableByOthers } from './private-file.ts';
import { noReserve, type Restored, reserveAt } from './reserve.ts';
import { roomIn } from './room.ts';
import { diskFullDetail, reserveMissingDetail } from './room-words.ts';
import { prepareSite } from './sites.ts';
import { readsOf, tablesIn } from './tables.ts';
import { thinningIn } from './thin-history.ts';

export interface SqliteStoreOptions {
  /** The database file; its folder is made when missing. `:memory:` keeps nothing. */
  readonly path: string;
  readonly logger: Logger;
  /** Default: `set-aside`. */
  readonly onDamage?: OnDamage;
  /** Names a damaged file that is set aside. */
  readonly now: () => Date;
  /** Milliseconds that never jump, for what happens at most once a minute. Default: taken from `now`. */
  readonly monotonicMs?: () => number;
  /** Room kept on the disk for the day it is full; 0 for none. */
  readonly reserveBytes?: number;
  /** Bytes that are free on the disk of a folder. Default: what the system says. */
  readonly freeBytes?: (folder: string) => number;
  /** A lane with more waiting rows is long: newer statuses supersede older ones where that is allowed. */
  readonly longLaneRows?: number;
  /** Beyond it, a lane loses its oldest statuses. */
  readonly maxStatusRowsPerLane?: number;
}

const DEFAULT_RESERVE_BYTES = 4 * 1024 * 1024;
const CLEARED_STATUS_ROWS = 200;

/** @throws StoreError `STORE_LOCKED`, `STORE_TOO_NEW` or `STORE_UNUSABLE` */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, logger, now } = options;
  const monotonicMs = options.monotonicMs ?? (() => now().getTime());
  const reserveBytes = path === ':memory:' ? 0 : (options.reserveBytes ?? DEFAULT_RESERVE_BYTES);
  const reserve =
    reserveBytes > 0 ? reserveAt(`${path}.reserve`, reserveBytes, options.freeBytes) : noReserve;
  const { db, incidents: found } = connect(path, now, reserve, options.onDamage);

  const tables = tablesIn(db, {
    longLaneRows: options.longLaneRows ?? 100,
    maxStatusRowsPerLane: options.maxStatusRowsPerLane ?? 500_000,
    onDropped: droppedLog(logger, monotonicMs),
  });
  const { names, lanes, sites, versions, history, outbox, receipts, forget } = tables;
  const thinning = thinningIn(db, history, receipts);

  const restored = reserve.restore();
  const incidents = [...found, ...incidentsOf(restored, path)];
  for (const { kind, detail } of incidents) logger.error({ kind, path }, detail);
  if (path !== ':memory:' && isReadableByOthers(path)) {
    logger.warn(
      { path },
      'other users of this machine may read the store; chmod 600 keeps it to the service',
    );
  }

  const room = roomIn({
    db,
    path,
    reserve,
    restored,
    logger,
    monotonicMs,
    clearAway: () => thinning.clearOldest() + outbox.dropOldStatuses(CLEARED_STATUS_ROWS),
    forget,
  });
  const file = watchFile(db, path, now, room.tell);
  const group = groupCommit({
    db,
    forget,
    withRoom: (run) => {
      file.look();
      room.withRoom(run);
    },
    onRefused: (error) => room.logRefusal(error),
  });
  let isClosed = false;

  const assertOpen = (): void => {
    if (isClosed) throw new StoreError('STORE_CLOSED', `The store ${path} is closed.`);
  };
  const commit = <T>(work: Work<T>): Promise<T> => {
    assertOpen();
    return group.submit(work);
  };
  const read = <T>(query: () => T): T => {
    assertOpen();
    try {
      return query();
    } catch (error) {
      throw explained(error, path);
    }
  };
  const take = (messages: readonly PreparedMessage[], at: number, isThrifty: boolean): void =>
    outbox.take(isThrifty ? messages.filter(({ isAlert }) => isAlert) : messages, at);

  return {
    incidents,
    onIncident: (listener) => room.onIncident(listener),
    ...readsOf(tables, read),

    async commitCheck(commitment) {
      assertOpen();
      const site = prepareSite(commitment);
      const check = prepareCheck(commitment.check);
      const messages = prepareMessages(commitment.messages, new Map([[commitment.status, site.status]]));
      return commit((isThrifty) => {
        if (!sites.save(site)) return 'stale';
        if (!isThrifty) history.add(check);
        take(messages, check.at, isThrifty);
        return 'stored';
      });
    },
    async commitAlertState({ site: name, at, basedOn, alertState, messages }) {
      assertOpen();
      const site = { name, basedOn, alertState: JSON.stringify(alertState) };
      const prepared = prepareMessages(messages);
      return commit((isThrifty) => {
        if (!sites.saveAlertState(site)) return 'stale';
        take(prepared, at, isThrifty);
        return 'stored';
      });
    },
    async commitVersion({ site, at, state, messages }) {
      assertOpen();
      const [body, prepared] = [JSON.stringify(state), prepareMessages(messages)];
      return commit((isThrifty) => {
        versions.save(site, body);
        take(prepared, at, isThrifty);
      });
    },
    async enqueue(messages, at) {
      assertOpen();
      const prepared = prepareMessages(messages);
      return commit((isThrifty) => take(prepared, at, isThrifty));
    },

    async settle({ destination, at, settlements, lane, messages }) {
      assertOpen();
      const prepared = prepareMessages(messages);
      const settled = [...settlements];
      return commit((isThrifty) => {
        const id = names.destinations.idOf(destination);
        receipts.settle(id, settled, at);
        lanes.save(id, lane);
        take(prepared, at, isThrifty);
      });
    },

    retryDeadLetter: async (destination, seq, at) => commit(() => receipts.retry(destination, seq, at)),
    dropDeadLetter: async (destination, seq) => commit(() => receipts.drop(destination, seq)),

    thinHistory: async (limits) => commit(() => thinning.thin(limits)),

    async touch() {
      assertOpen();
      room.touch();
    },

    async close() {
      if (isClosed) return;
      isClosed = true;
      group.flush();
      try {
        file.rescue();
      } catch (error) {
        logger.error({ path, err: error }, 'The store file was removed, and could not be put back.');
      }
      // Before the lock ends, so that it cannot be the next holder's note that is removed.
      if (path !== ':memory:') removeHolderNote(path);
      db.close();
    },
  };
}

function incidentsOf(restored: Restored, path: string): readonly StoreIncident[] {
  switch (restored.kind) {
    case 'whole':
      return [];
    case 'no-room':
      return [{ kind: 'disk-full', detail: diskFullDetail(path) }];
    case 'failed':
      return [{ kind: 'reserve-missing', detail: reserveMissingDetail(path, restored.code) }];
  }
}
