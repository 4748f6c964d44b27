/** Commits of the store and bare transactions in turns, both into files with a sync for each transaction. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLogger } from '../../src/platform/logger.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { CheckCommit } from '../../src/store/store.ts';
import { builtAt, checkCommit, routed } from '../../test/fakes/messages.ts';
import { answerOfWorker, taskOfWorker } from '../worker.ts';

export interface CommitsTask {
  readonly callers: number;
  readonly folder: string;
  readonly roundMs: number;
  readonly rounds: number;
}

/** One figure a round. */
export interface CommitsAnswer {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

const { callers, folder, roundMs, rounds } = taskOfWorker<CommitsTask>();
const store = await openSqliteStore({
  path: join(folder, 'ours.db'),
  logger: silentLogger,
  now: () => new Date(),
});
let serial = 0;
/** As each caller remembers it of its site. */
const revisions = Array.from({ length: callers }, () => 0);

function nextCommit(caller: number, basedOn = 0): CheckCommit {
  const at = builtAt + ++serial;
  const commit = checkCommit({ check: { site: `site-${caller}`, at } });
  return { ...commit, basedOn, messages: [routed(commit.status, 'metrics')] };
}

async function ourRound(): Promise<number> {
  const from = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() - from < roundMs) {
        const basedOn = revisions[caller]!;
        if ((await store.commitCheck(nextCommit(caller, basedOn))) !== 'stored') throw new Error('stale');
        revisions[caller] = basedOn + 1;
        count += 1;
      }
    }),
  );
  return (count / (performance.now() - from)) * 1000;
}

const db = new DatabaseSync(join(folder, 'bare.db'));
db.exec(`
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA cache_size = -16000;
  CREATE TABLE site (id INTEGER PRIMARY KEY, alert_state TEXT, last_check TEXT, status TEXT);
  CREATE TABLE message (seq INTEGER PRIMARY KEY, id TEXT, body TEXT);
  CREATE TABLE outbox (destination INTEGER, seq INTEGER, PRIMARY KEY (destination, seq)) WITHOUT ROWID;
  CREATE TABLE past_check (site INTEGER, at INTEGER, PRIMARY KEY (site, at)) WITHOUT ROWID;
`);
const sql = {
  begin: db.prepare('BEGIN IMMEDIATE'),
  commit: db.prepare('COMMIT'),
  site: db.prepare('REPLACE INTO site VALUES (?, ?, ?, ?)'),
  message: db.prepare('INSERT INTO message (id, body) VALUES (?, ?)'),
  outbox: db.prepare('INSERT INTO outbox VALUES (1, ?)'),
  past: db.prepare('INSERT INTO past_check VALUES (?, ?)'),
};

async function bareRound(): Promise<number> {
  const from = performance.now();
  let count = 0;
  while (performance.now() - from < roundMs) {
    sql.begin.run();
    for (let caller = 0; caller < callers; caller += 1) {
      const { check, alertState, status } = nextCommit(caller);
      const body = JSON.stringify(status);
      sql.site.run(caller, JSON.stringify(alertState), JSON.stringify(check), body);
      const { lastInsertRowid } = sql.message.run(status.id, body);
      sql.outbox.run(lastInsertRowid);
      sql.past.run(caller, check.at);
    }
    sql.commit.run();
    count += callers;
    // As a service has to: let the event loop turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return (count / (performance.now() - from)) * 1000;
}

const ours: number[] = [];
const bare: number[] = [];
// The first round warms up; it does not count.
for (let round = 0; round <= rounds; round += 1) {
  const pair = [await ourRound(), await bareRound()] as const;
  if (round === 0) continue;
  ours.push(pair[0]);
  bare.push(pair[1]);
}
await store.close();
db.close();
answerOfWorker<CommitsAnswer>({ ours, bare });
