/** The latest of each site, whole and apart from the history, so that it outlives thinning and a full disk. */
import type { DatabaseSync } from 'node:sqlite';
import type { AlertState } from '../../alert/state.ts';
import type { Message } from '../message.ts';
import type { CheckCommit, CheckRecord, SiteRecord } from '../store.ts';
import type { Names } from './names.ts';

/** The texts of a site's record, made before the transaction. */
export interface PreparedSite {
  readonly name: string;
  readonly basedOn: number;
  readonly alertState: string;
  readonly lastCheck: string;
  readonly status: string;
}

export interface Sites {
  /** False, and nothing is saved, when the record is not the one that the new one is based on. */
  save(site: PreparedSite): boolean;
  /** Saves the alert state alone, as JSON. False as above, and for a site without a record. */
  saveAlertState(site: {
    readonly name: string;
    readonly basedOn: number;
    readonly alertState: string;
  }): boolean;
  record(name: string): SiteRecord | null;
  records(): SiteRecord[];
}

export function prepareSite({ check, basedOn, alertState, status }: CheckCommit): PreparedSite {
  return {
    name: check.site,
    basedOn,
    alertState: JSON.stringify(alertState),
    lastCheck: JSON.stringify(check),
    status: JSON.stringify(status),
  };
}

export function sitesIn(db: DatabaseSync, names: Names): Sites {
  const update = db.prepare(`
    UPDATE site SET alert_state = ?, last_check = ?, status = ?, revision = revision + 1 WHERE id = ? AND revision = ?
  `);
  const updateAlertState = db.prepare(`
    UPDATE site SET alert_state = ?, revision = revision + 1 WHERE name = ? AND revision = ? AND alert_state IS NOT NULL
  `);
  const select = db.prepare('SELECT * FROM site WHERE name = ? AND alert_state IS NOT NULL');
  const selectAll = db.prepare('SELECT * FROM site WHERE alert_state IS NOT NULL ORDER BY name');
  return {
    save: ({ name, basedOn, alertState, lastCheck, status }) =>
      Number(update.run(alertState, lastCheck, status, names.idOf(name), basedOn).changes) > 0,
    saveAlertState: ({ name, basedOn, alertState }) =>
      Number(updateAlertState.run(alertState, name, basedOn).changes) > 0,
    record(name) {
      const row = select.get(name);
      return row === undefined ? null : recordOf(row);
    },
    records: () => selectAll.all().map(recordOf),
  };
}

function recordOf(row: Record<string, unknown>): SiteRecord {
  return {
    site: String(row['name']),
    alertState: JSON.parse(String(row['alert_state'])) as AlertState,
    lastCheck: JSON.parse(String(row['last_check'])) as CheckRecord,
    status: JSON.parse(String(row['status'])) as Message,
    revision: Number(row['revision']),
  };
}
