/**
 * Runs of the program that together come by everything that it does to the outside. Each starts on a store of its own,
 * and has alerts to tell; when they are told, the program is asked to end.
 */

import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { firstTables } from '../../src/store/sqlite/migrations/001-first-tables.ts';
import { MS_PER_DAY } from '../../src/store/thinning.ts';
import { type Cleanup, readStore, startService, writeConfig } from '../end-to-end/program.ts';
import { checkCommit } from '../fakes/messages.ts';
import { type Arrival, type DestinationName, destinations, type Stage } from './stage.ts';

export interface Story {
  readonly name: string;
  /** There is a second site, `lab`, where nobody listens. */
  readonly hasLab?: boolean;
  /** Makes the store that every run of the story starts on. Without it there is none. */
  prepare?(cleanup: Cleanup, stage: Stage, folder: string): Promise<void>;
  /** Says what the outside is like. */
  begin(stage: Stage): void;
  /** True when the program may be asked to end. */
  isTold(arrivals: readonly Arrival[]): boolean;
}

/** The sites that are in any store here. */
export const sites = ['prod', 'lab', 'retired'] as const;

const has = (arrivals: readonly Arrival[], destination: DestinationName, kind: string) =>
  arrivals.some((each) => each.isAccepted && each.destination === destination && each.kind === kind);

export const stories: readonly Story[] = [
  {
    name: 'the first start: tables, a check, an alert, and an orderly end',
    begin: (stage) => stage.site.endsIn(30),
    isTold: (arrivals) => destinations.every((destination) => has(arrivals, destination, 'expiring')),
  },
  {
    name: 'an upgrade into trouble: migration, thinning, waiting alerts, a retry, a refusal, and the end in the middle of it',
    hasLab: true,
    async prepare(cleanup, stage, folder) {
      await writeOldHistory(folder);
      stage.answerHook(() => ({ status: 500 }));
      await tellThirtyDays(cleanup, stage, folder);
      downgrade(folder);
    },
    begin(stage) {
      stage.site.expires();
      stage.answerHook((kind, times) => {
        if (kind === 'expired') return { status: 400 };
        return { status: kind === 'shortened' && times === 0 ? 503 : 200 };
      });
    },
    isTold: (arrivals) =>
      arrivals.some(({ destination, kind }) => destination === 'hook' && kind === 'expired') &&
      has(arrivals, 'metrics', 'unreachable'),
  },
];

/** A life in which the other two take an alert, and the webhook receiver does not. */
async function tellThirtyDays(cleanup: Cleanup, stage: Stage, folder: string): Promise<void> {
  stage.site.endsIn(30);
  await writeConfig(folder, stage.config('every 1 hour'));
  const program = startService(cleanup, folder);
  await stage.arrivals.until(
    (arrivals) =>
      has(arrivals, 'metrics', 'expiring') &&
      has(arrivals, 'broker', 'expiring') &&
      arrivals.some(({ destination }) => destination === 'hook'),
  );
  await program.stop();
}

/** Of a site that is no longer looked at: some to forget, some to thin. */
async function writeOldHistory(folder: string): Promise<void> {
  const today = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY;
  await readStore(folder, async (store) => {
    for (const [daysAgo, hours] of [
      [500, [1, 2]],
      [40, [1, 2, 3, 4]],
      [39, [5]],
    ] as const) {
      for (const hour of hours) {
        await store.commitCheck(
          checkCommit({ check: { site: 'retired', at: today - daysAgo * MS_PER_DAY + hour * 3_600_000 } }),
        );
      }
    }
  });
}

/** Puts what the store holds into a file of the first format, as far as that has room for it. */
function downgrade(folder: string): void {
  const [path, newer] = [join(folder, 'store.db'), join(folder, 'newer.db')];
  renameSync(path, newer);
  const db = new DatabaseSync(path);
  db.exec(
    `${firstTables}; PRAGMA application_id = 0x4c53656e; PRAGMA user_version = 1; ATTACH '${newer}' AS newer`,
  );
  const tables = db
    .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all();
  for (const { name } of tables) {
    const columns = db.prepare(`SELECT name FROM pragma_table_info('${String(name)}', 'main')`).all();
    const list = columns.map((column) => column['name']).join();
    db.exec(`INSERT INTO main.${String(name)} (${list}) SELECT ${list} FROM newer.${String(name)}`);
  }
  db.close();
  rmSync(newer);
}
