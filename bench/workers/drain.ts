/** Fills an outbox; empties it into InfluxDB; or writes the same lines with nothing in between. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { influxdb } from '../../src/delivery/destinations/influxdb/index.ts';
import { encodePoints } from '../../src/delivery/destinations/influxdb/line-protocol.ts';
import { startDispatcher } from '../../src/delivery/dispatcher.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import type { Message } from '../../src/store/message.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { builtAt, routed, statusMessage } from '../../test/fakes/messages.ts';
import { sampleOf } from '../statistics.ts';
import { answerOfWorker, taskOfWorker } from '../worker.ts';

export type DrainTask = FillTask | WriteTask;

interface FillTask {
  readonly kind: 'fill';
  readonly path: string;
  readonly points: number;
}

interface WriteTask {
  readonly kind: 'drain' | 'bare' | 'queue';
  /** A filled store, which `bare` does not look at. */
  readonly path: string;
  readonly points: number;
  readonly batch: number;
  readonly url: string;
  readonly database: string;
}

export interface DrainAnswer {
  readonly pointsPerSecond: number;
  readonly rssGrowthMib: number;
  readonly mostRssMib: number;
}

const MIB = 1_048_576;
const SITES = 100;
const DESTINATION = 'metrics';
const nothing: DrainAnswer = { pointsPerSecond: 0, rssGrowthMib: 0, mostRssMib: 0 };

const task = taskOfWorker<DrainTask>();
answerOfWorker<DrainAnswer>(await answerTo(task));

function answerTo(asked: DrainTask): Promise<DrainAnswer> {
  switch (asked.kind) {
    case 'fill':
      return fill(asked.path, asked.points);
    case 'drain':
      return drain(asked);
    case 'bare':
      return bare(asked);
    case 'queue':
      return queue(asked);
  }
}

/** Status number so and so: a check of one of the sites each second. */
function messageOf(index: number): Message {
  const site = `site-${index % SITES}`;
  return statusMessage({ id: `status-${index}`, site, occurredAt: builtAt + index * 1000 });
}

function openStore(path: string) {
  return openSqliteStore({ path, logger: silentLogger, now: () => systemClock.now() });
}

async function fill(path: string, points: number): Promise<DrainAnswer> {
  const store = await openStore(path);
  for (let from = 0; from < points; from += 1000) {
    const some = Array.from({ length: 1000 }, (_, index) => routed(messageOf(from + index), DESTINATION));
    await store.enqueue(some, builtAt);
  }
  await store.close();
  return nothing;
}

async function drain(asked: WriteTask): Promise<DrainAnswer> {
  await createDatabase(asked.url, asked.database);
  const store = await openStore(asked.path);
  const settings = influxdb.section.parse({
    name: DESTINATION,
    kind: 'influxdb',
    version: 1,
    url: asked.url,
    database: asked.database,
  });
  const destination = await influxdb.open(settings, {
    clock: systemClock,
    logger: silentLogger,
    latestStatuses: async () => [],
  });
  const rss: number[] = [];
  const from = performance.now();
  const dispatcher = startDispatcher({
    store,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    alertAfterMs: 36e5,
    lanes: [
      {
        settings,
        keepsEveryStatus: true,
        destination,
      },
    ],
  });
  while ((dispatcher.counts()[DESTINATION]?.accepted ?? 0) < asked.points) {
    rss.push(process.memoryUsage.rss() / MIB);
    await setTimeout(5);
  }
  const ms = performance.now() - from;
  await dispatcher.stop(1_000);
  await store.close();
  const quarter = (index: number) => rss.slice((index * rss.length) / 4, ((index + 1) * rss.length) / 4);
  return {
    pointsPerSecond: (asked.points / ms) * 1000,
    rssGrowthMib: sampleOf(quarter(3)).median - sampleOf(quarter(1)).median,
    mostRssMib: Math.max(...rss),
  };
}

async function bare({ url, database, points, batch }: WriteTask): Promise<DrainAnswer> {
  const dispatcher = await createDatabase(url, database);
  const lines = Array.from({ length: points }, (_, index) => encodePoints(messageOf(index).points, {}));
  const bodies = Array.from({ length: Math.ceil(points / batch) }, (_, index) =>
    lines.slice(index * batch, (index + 1) * batch).join('\n'),
  );
  const from = performance.now();
  for (const body of bodies) await post(dispatcher, { url, database, body });
  const ms = performance.now() - from;
  await dispatcher.destroy();
  return { ...nothing, pointsPerSecond: (points / ms) * 1000 };
}

/** The least that a durable queue has to do: read a batch, write it, delete it in one transaction, and so on. */
async function queue({ url, database, points, batch, path }: WriteTask): Promise<DrainAnswer> {
  const dispatcher = await createDatabase(url, database);
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -16000;
  `);
  const read = db.prepare('SELECT seq, body FROM message WHERE seq > ? ORDER BY seq LIMIT ?');
  const removeRow = db.prepare('DELETE FROM outbox WHERE destination = 1 AND seq = ?');
  const removeMessage = db.prepare('DELETE FROM message WHERE seq = ?');
  const from = performance.now();
  for (let last = 0; ; ) {
    const rows = read.all(last, batch);
    if (rows.length === 0) break;
    const lines = rows.map((row) => encodePoints((JSON.parse(String(row['body'])) as Message).points, {}));
    await post(dispatcher, { url, database, body: lines.join('\n') });
    db.exec('BEGIN IMMEDIATE');
    for (const { seq } of rows) {
      removeRow.run(seq!);
      removeMessage.run(seq!);
    }
    db.exec('COMMIT');
    last = Number(rows.at(-1)?.['seq']);
  }
  const ms = performance.now() - from;
  db.close();
  await dispatcher.destroy();
  return { ...nothing, pointsPerSecond: (points / ms) * 1000 };
}

async function post(
  dispatcher: Agent,
  { url, database, body }: { url: string; database: string; body: string },
): Promise<void> {
  const target = `${url}/write?db=${database}&precision=ms`;
  const answer = await request(target, { dispatcher, method: 'POST', body });
  await answer.body.dump();
  if (answer.statusCode !== 204) throw new Error(`HTTP ${answer.statusCode}`);
}

async function createDatabase(url: string, database: string): Promise<Agent> {
  const dispatcher = new Agent({ connections: 1, allowH2: false });
  const { body } = await request(`${url}/query?q=${encodeURIComponent(`CREATE DATABASE "${database}"`)}`, {
    dispatcher,
    method: 'POST',
  });
  await body.dump();
  return dispatcher;
}
