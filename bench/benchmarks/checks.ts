/** Checks per second inside one process: request, reading, alert rules, message, and a durable commit. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../result.ts';
import { startSiteProcess } from '../site-process.ts';
import { sampleOf } from '../statistics.ts';
import { runWorker } from '../worker.ts';
import type { ChecksAnswer, ChecksTask } from '../workers/checks.ts';

export const checks: Benchmark = {
  name: 'checks',
  about: 'checks per second over kept-alive mutual TLS, commit included, against the bare GETs',
  async run(options) {
    const site = await startSiteProcess(join(options.folder, 'certificates'));
    try {
      const results = [];
      for (const concurrency of options.isQuick ? [32] : [16, 64]) {
        const folder = join(options.folder, `store-${concurrency}`);
        await mkdir(folder);
        const answer = await runWorker<ChecksTask, ChecksAnswer>('checks', {
          certificates: site.certificates,
          port: site.answering,
          concurrency,
          folder,
          roundMs: options.isQuick ? 1e3 : 2e3,
          rounds: options.isQuick ? 3 : 7,
        });
        const cpu = sampleOf(answer.ourCpuMs).median / sampleOf(answer.bareCpuMs).median;
        options.progress(`${concurrency} sites: CPU of a check ${cpu.toFixed(2)} times that of a GET`);
        results.push(
          {
            what: `${concurrency} sites at once`,
            unit: 'checks/s',
            figures: answer.ours,
            peer: { name: 'bare GETs/s', figures: answer.bare },
            aim: { of: 'ratio', atLeast: 0.5 } as const,
          },
          {
            what: `${concurrency} sites at once`,
            unit: 'checks/s',
            figures: answer.ours,
            peer: { name: 'bare GETs kept as bare rows/s', figures: answer.kept },
          },
          {
            what: `${concurrency} sites at once, client CPU`,
            unit: 'ms per check',
            figures: answer.ourCpuMs,
            peer: { name: 'ms per bare GET', figures: answer.bareCpuMs },
          },
        );
      }
      return results;
    } finally {
      await site.stop();
    }
  },
};
