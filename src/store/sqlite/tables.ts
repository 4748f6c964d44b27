/** The parts of an open database file, and what can be read of it. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoreReads } from '../store.ts';
import { historyIn } from './history.ts';
import { lanesIn } from './lanes.ts';
import { namesIn } from './names.ts';
import { type OutboxOptions, outboxIn } from './outbox.ts';
import { receiptsIn } from './receipts.ts';
import { sitesIn } from './sites.ts';
import { versionsIn } from './versions.ts';

export type Tables = ReturnType<typeof tablesIn>;

export function tablesIn(
  db: DatabaseSync,
  limits: Pick<OutboxOptions, 'longLaneRows' | 'maxStatusRowsPerLane' | 'onDropped'>,
) {
  const names = { sites: namesIn(db, 'site'), destinations: namesIn(db, 'destination') };
  const lanes = lanesIn(db, names.destinations);
  const versions = versionsIn(db, names.sites);
  const outbox = outboxIn({ db, ...names, lanes, ...limits });
  return {
    names,
    lanes,
    outbox,
    sites: sitesIn(db, names.sites),
    versions,
    history: historyIn(db, names.sites),
    receipts: receiptsIn(db, names, outbox),
    /** After a transaction that was undone. */
    forget() {
      names.sites.forget();
      names.destinations.forget();
      lanes.forget();
      versions.forget();
    },
  };
}

/** @param read runs a query, and refuses or explains where it cannot */
export function readsOf(tables: Tables, read: <T>(query: () => T) => T): StoreReads {
  const { lanes, outbox, sites, versions, history, receipts } = tables;
  return {
    siteRecord: async (site) => read(() => sites.record(site)),
    siteRecords: async () => read(() => sites.records()),
    versionRecord: async (site) => read(() => versions.record(site)),
    versionRecords: async () => read(() => versions.records()),
    history: async (site, range) => read(() => history.range(site, range)),
    nextRows: async (destination, limit, afterSeq = 0) =>
      read(() => outbox.rows(destination, limit, afterSeq)),
    lane: async (destination) => read(() => lanes.record(destination)),
    laneSummaries: async () => read(() => lanes.summaries()),
    receipts: async (filter) => read(() => receipts.list(filter)),
    deadLetters: async (filter) => read(() => receipts.deadLetters(filter)),
  };
}
