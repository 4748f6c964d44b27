/** Checks and bare GETs in turns, each as fast as so many sites go at once. */
import { join } from 'node:path';
import { AlertPolicy } from '../../src/alert/policy.ts';
import { siteCheck } from '../../src/check/check-site.ts';
import { siteToCheck } from '../../src/check/site-to-check.ts';
import { routesFor } from '../../src/delivery/routing.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { SiteSection } from '../../src/sense/site-section.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { bareSite } from '../peers/bare-site.ts';
import { bareStore } from '../peers/bare-store.ts';
import { answerOfWorker, taskOfWorker } from '../worker.ts';

export interface ChecksTask {
  readonly certificates: string;
  readonly port: number;
  readonly concurrency: number;
  readonly folder: string;
  readonly roundMs: number;
  readonly rounds: number;
}

/** One figure a round. */
export interface ChecksAnswer {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
  /** GETs whose answers are kept in SQLite, with nothing between. */
  readonly kept: readonly number[];
  readonly ourCpuMs: readonly number[];
  readonly bareCpuMs: readonly number[];
}

const task = taskOfWorker<ChecksTask>();
const tools = { clock: systemClock, logger: silentLogger, random: Math.random };
const store = await openSqliteStore({
  path: join(task.folder, 'checks.db'),
  logger: silentLogger,
  now: () => systemClock.now(),
});
// One destination that nobody empties, of the kind that keeps only the newest statuses, so that its lane stays short.
const destination = {
  name: 'broker',
  sendRecurring: true,
  sendAlert: true,
  keepsEveryStatus: false,
  minimumSeverity: 'info',
} as const;
const sites = Array.from({ length: task.concurrency }, (_, index) =>
  siteToCheck(
    SiteSection.parse({
      name: `site-${index}`,
      host: '127.0.0.1',
      port: task.port,
      certificates: task.certificates,
    }),
    AlertPolicy.parse({}),
    tools,
  ),
);
const checks = sites.map((site) => {
  const check = siteCheck(site, {
    store,
    clock: systemClock,
    logger: silentLogger,
    route: (message) => routesFor(message, [destination]),
    onOutbox: () => {},
  });
  return () => check(new AbortController().signal);
});
const gets = sites.map(() => bareSite(task.certificates, task.port));
const rows = bareStore(join(task.folder, 'rows.db'));
const keptGets = gets.map((get, site) => async () => rows.keep(site, await get()));

interface Round {
  readonly perSecond: number;
  readonly cpuMs: number;
}

async function round(works: readonly (() => Promise<unknown>)[]): Promise<Round> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  let count = 0;
  await Promise.all(
    works.map(async (work) => {
      while (performance.now() - from < task.roundMs) {
        await work();
        count += 1;
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (count / (performance.now() - from)) * 1000, cpuMs: (user + system) / 1000 / count };
}

const ours: Round[] = [];
const bare: Round[] = [];
const kept: Round[] = [];
// The first round opens the connections and warms the code; it does not count.
for (let index = 0; index <= task.rounds; index += 1) {
  const [our, get, row] = [await round(checks), await round(gets), await round(keptGets)];
  if (index === 0) continue;
  ours.push(our);
  bare.push(get);
  kept.push(row);
}
await Promise.all(sites.map(({ sense }) => sense.close()));
await store.close();
rows.close();
answerOfWorker<ChecksAnswer>({
  ours: ours.map(({ perSecond }) => perSecond),
  bare: bare.map(({ perSecond }) => perSecond),
  kept: kept.map(({ perSecond }) => perSecond),
  ourCpuMs: ours.map(({ cpuMs }) => cpuMs),
  bareCpuMs: bare.map(({ cpuMs }) => cpuMs),
});
process.exitCode = 0;
setTimeout(() => process.exit(), 100).unref();
