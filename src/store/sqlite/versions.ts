/** The latest version of each site. */
import type { DatabaseSync } from 'node:sqlite';
import type { VersionState } from '../../alert/version.ts';
import type { VersionRecord } from '../store.ts';
import type { Names } from './names.ts';

export interface Versions {
  /** @param state the state as JSON, made before the transaction */
  save(site: string, state: string): void;
  record(site: string): VersionRecord | null;
  records(): VersionRecord[];
  forget(): void;
}

export function versionsIn(db: DatabaseSync, sites: Names): Versions {
  const save = db.prepare(
    'INSERT INTO site_version (site, state) VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET state = excluded.state',
  );
  const select = db.prepare(
    'SELECT name, state FROM site JOIN site_version ON site_version.site = site.id WHERE name = ?',
  );
  const selectAll = db.prepare(
    'SELECT name, state FROM site JOIN site_version ON site_version.site = site.id ORDER BY name',
  );
  /** Every check asks for it, and it seldom changes. */
  const known = new Map<string, VersionRecord | null>();
  return {
    save(site, state) {
      save.run(sites.idOf(site), state);
      known.delete(site);
    },
    record(site) {
      let record = known.get(site);
      if (record === undefined) {
        const row = select.get(site);
        record = row === undefined ? null : recordOf(row);
        known.set(site, record);
      }
      return record;
    },
    records: () => selectAll.all().map(recordOf),
    forget: () => known.clear(),
  };
}

function recordOf(row: Record<string, unknown>): VersionRecord {
  return { site: String(row['name']), state: JSON.parse(String(row['state'])) as VersionState };
}
