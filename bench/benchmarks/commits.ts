/** Durable commits of checks per second, against bare transactions that write the same bytes. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../result.ts';
import { runWorker } from '../worker.ts';
import type { CommitsAnswer, CommitsTask } from '../workers/commits.ts';

export const commits: Benchmark = {
  name: 'commits',
  about: 'commits per second of the store for 1, 16 and 100 callers, against bare SQLite transactions',
  async run(options) {
    const results = [];
    for (const callers of [1, 16, 100]) {
      const folder = join(options.folder, `store-${callers}`);
      await mkdir(folder);
      const { ours, bare } = await runWorker<CommitsTask, CommitsAnswer>('commits', {
        callers,
        folder,
        roundMs: options.isQuick ? 500 : 1500,
        rounds: options.isQuick ? 3 : 9,
      });
      options.progress(`${callers} callers measured`);
      const per = callers === 1 ? '' : `, ${callers} a transaction`;
      results.push({
        what: `${callers} caller${callers === 1 ? '' : 's'}`,
        unit: 'commits/s',
        figures: ours,
        peer: { name: `bare rows/s${per}`, figures: bare },
      });
    }
    return results;
  },
};
