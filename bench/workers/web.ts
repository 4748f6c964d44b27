/** The server of the page on a store of many sites with a long past. Stores a check whenever it is told to. */
import { DatabaseSync } from 'node:sqlite';
import { AlertPolicy } from '../../src/alert/policy.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { startWeb } from '../../src/web/server.ts';
import { watchStore } from '../../src/web/watch-store.ts';
import { WebSection } from '../../src/web/web-section.ts';
import { reading } from '../../test/fakes/readings.ts';
import { storeCheck } from '../../test/web/rig.ts';
import { taskOfWorker } from '../worker.ts';

export interface WebTask {
  readonly path: string;
  readonly sites: number;
  readonly days: number;
  readonly pageFolder: string;
}

const MS_PER_DAY = 86_400_000;
const task = taskOfWorker<WebTask>();
const names = Array.from({ length: task.sites }, (_, index) => `site-${index}`);
const dateIn = (days: number) => new Date(Date.now() + days * MS_PER_DAY).toISOString().slice(0, 10);
const open = () => openSqliteStore({ path: task.path, logger: silentLogger, now: () => systemClock.now() });

const first = await open();
await Promise.all(
  names.map((name, index) =>
    storeCheck({ store: first }, Date.now(), name, reading({ endDate: dateIn(index % 700) })),
  ),
);
await first.close();
addPast();

const watched = watchStore(await open(), silentLogger);
const policy = AlertPolicy.parse({});
const nextAt = new Date(Date.now() + 3_600_000);
const web = await startWeb({
  section: WebSection.parse({ listen: '127.0.0.1:0' }),
  watched,
  sites: names.map((site) => ({
    rules: { site, timeZone: 'UTC', policy },
    tags: { environment: 'production' },
  })),
  destinations: [],
  scheduler: { nextAt: () => nextAt },
  dispatcher: { counts: () => ({}), wake: () => undefined },
  liveness: { stalls: () => [], notBegun: () => [] },
  // Nobody acknowledges here.
  acknowledging: {
    acknowledge: async () => ({ kind: 'unknown-site' }),
    withdraw: async () => 'unknown-site',
  },
  clock: systemClock,
  logger: silentLogger,
  pageFolders: [task.pageFolder],
});
let checks = 0;
process.on('message', () => {
  checks += 1;
  const site = names[checks % names.length]!;
  void storeCheck(watched, Date.now() + checks, site, reading({ endDate: dateIn(checks) })).then(() =>
    process.send!('stored'),
  );
});
process.send!(web.url());

/** A check of every site on each day before, as thinning leaves them. Written at once: by itself it would take very long. */
function addPast(): void {
  const db = new DatabaseSync(task.path);
  db.exec(`
    WITH RECURSIVE day (d) AS (SELECT 1 UNION ALL SELECT d + 1 FROM day WHERE d < ${task.days})
    INSERT INTO past_check (site, at, n, duration_ms, finding)
    SELECT site, at - d * ${MS_PER_DAY}, 0, duration_ms, finding FROM past_check, day ORDER BY 1, 2
  `);
  db.close();
}
