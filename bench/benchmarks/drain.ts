/** How fast a long outbox empties into a real InfluxDB, and whether memory stays flat meanwhile. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf } from '../../test/servers/describe-with.ts';
import { type Influxd, startInfluxd } from '../../test/servers/influxd.ts';
import type { Benchmark, Measured } from '../result.ts';
import { runWorker } from '../worker.ts';
import type { DrainAnswer, DrainTask } from '../workers/drain.ts';

/** The batch of the InfluxDB destination. */
const BATCH = 5_000;

export const drain: Benchmark = {
  name: 'drain',
  about: 'a long outbox into InfluxDB 1.x through dispatcher and destination, against a bare client',
  async run({ isQuick, folder, progress }) {
    if (pathOf('influxd') === undefined) {
      progress('skipped: influxd is not on this machine (npm run test:servers brings it)');
      return [];
    }
    const points = isQuick ? 20_000 : 100_000;
    const filled = await fillOutbox(join(folder, 'filled.db'), points);
    progress(`${points} points wait in the outbox`);

    const rates: number[] = [];
    const bareRates: number[] = [];
    const queueRates: number[] = [];
    const rounds = isQuick ? 1 : 5;
    for (let round = 0; round < rounds; round += 1) {
      const influxd = await startInfluxd();
      try {
        const own = join(folder, `round-${round}`);
        await mkdir(own);
        const work = async (kind: 'drain' | 'bare' | 'queue') => {
          const path = join(own, `${kind}.db`);
          await copyFile(filled, path);
          return runWorker<DrainTask, DrainAnswer>('drain', {
            kind,
            points,
            batch: BATCH,
            url: influxd.url,
            database: kind,
            path,
          });
        };
        const bare = await work('bare');
        const queue = await work('queue');
        const ours = await work('drain');
        await assertAllThere(influxd, points);
        rates.push(ours.pointsPerSecond);
        bareRates.push(bare.pointsPerSecond);
        queueRates.push(queue.pointsPerSecond);
        const all = [ours, queue, bare].map(({ pointsPerSecond }) => Math.round(pointsPerSecond));
        progress(`round ${round + 1}: ${all.join(', ')} points/s`);
      } finally {
        await influxd.remove();
      }
    }
    return [
      {
        what: `${points} points`,
        unit: 'points/s',
        figures: rates,
        peer: { name: 'bare client, lines in memory', figures: bareRates },
        aim: { of: 'ratio', atLeast: 0.5 },
      },
      {
        what: `${points} points`,
        unit: 'points/s',
        figures: rates,
        peer: { name: 'bare client on a bare SQLite queue', figures: queueRates },
      },
      ...(await memoryOfLongDrain(folder, points * LONG_DRAIN)),
    ];
  },
};

/** Long enough for the heap to find its size. */
const LONG_DRAIN = 4;

async function memoryOfLongDrain(folder: string, points: number): Promise<readonly Measured[]> {
  const path = await fillOutbox(join(folder, 'long.db'), points);
  const influxd = await startInfluxd();
  try {
    const task = { kind: 'drain', path, points, batch: BATCH, url: influxd.url, database: 'drain' } as const;
    const { rssGrowthMib, mostRssMib } = await runWorker<DrainTask, DrainAnswer>('drain', task);
    return [
      {
        what: `${points} points: growth of RSS, last quarter over second`,
        unit: 'MiB',
        figures: [rssGrowthMib],
        aim: { of: 'figure', atMost: 16 },
      },
      { what: `${points} points: most RSS`, unit: 'MiB', figures: [mostRssMib] },
    ];
  } finally {
    await influxd.remove();
  }
}

async function fillOutbox(path: string, points: number): Promise<string> {
  await runWorker<DrainTask, DrainAnswer>('drain', { kind: 'fill', path, points });
  return path;
}

/** A fast drain that loses points would be worth nothing. */
async function assertAllThere(influxd: Influxd, points: number): Promise<void> {
  for (const database of ['bare', 'queue', 'drain']) {
    const [series] = await influxd.query(
      'SELECT count(days_until_expiry) FROM qlik_sense_server_license',
      database,
    );
    const count = series?.values[0]?.[1];
    if (count !== points) throw new Error(`${database} has ${String(count)} of ${points} points`);
  }
}
