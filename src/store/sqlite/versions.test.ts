import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { migrate } from './migrate.ts';
import { namesIn } from './names.ts';
import { tablesIn } from './tables.ts';
import { type Versions, versionsIn } from './versions.ts';

let db: DatabaseSync;
let versions: Versions;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db, ':memory:');
  versions = versionsIn(db, namesIn(db, 'site'));
});

it('a version is read once, however often it is asked for, and anew when it was changed', () => {
  versions.save('prod', '{"n":1}');
  const first = versions.record('prod');
  expect(first).toEqual({ site: 'prod', state: { n: 1 } });
  expect(versions.record('prod')).toBe(first);
  versions.save('prod', '{"n":2}');
  expect(versions.record('prod')).toEqual({ site: 'prod', state: { n: 2 } });
});

it('a version whose transaction was undone is forgotten', () => {
  db.exec('BEGIN');
  versions.save('prod', '{"n":1}');
  expect(versions.record('prod')).not.toBeNull();
  db.exec('ROLLBACK');
  versions.forget();
  expect(versions.record('prod')).toBeNull();
});

it('after a transaction that was undone nothing of it is known, and the same site can be stored', () => {
  const tables = tablesIn(db, { longLaneRows: 1, maxStatusRowsPerLane: 1, onDropped: () => undefined });
  db.exec('BEGIN');
  tables.versions.save('prod', '{"n":1}');
  expect(tables.versions.record('prod')).not.toBeNull();
  db.exec('ROLLBACK');
  tables.forget();
  expect(tables.names.sites.find('prod')).toBeUndefined();
  expect(tables.versions.record('prod')).toBeNull();
  tables.versions.save('prod', '{"n":2}');
  expect(tables.versions.record('prod')).toEqual({ site: 'prod', state: { n: 2 } });
});
