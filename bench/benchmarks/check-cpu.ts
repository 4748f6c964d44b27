/** What a check costs the real process, in CPU time, everything included: reading, storing, telling, logging. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { manySites, writeConfiguration } from '../configuration.ts';
import { startReceivers } from '../receivers.ts';
import type { Benchmark, BenchmarkOptions, Measured } from '../result.ts';
import { buildProgram, cpuSecondsOf, type RunningProgram, startNode } from '../service.ts';
import { type SiteProcess, startSiteProcess } from '../site-process.ts';

const SITES = 100;

export const checkCpu: Benchmark = {
  name: 'check-cpu',
  about: `CPU of the real process for 100 checks: ${SITES} sites, each every second`,
  async run(options) {
    const site = await startSiteProcess(join(options.folder, 'certificates'));
    const receivers = await startReceivers();
    try {
      const program = await buildProgram(join(options.folder, 'package'), join(options.folder, 'cache'));
      const rounds = options.isQuick ? 1 : 3;
      const all: number[] = [];
      const one: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const service = async (label: string, destinations: readonly string[]) => {
          const folder = join(options.folder, `${label}-${round}`);
          await mkdir(folder);
          const sites = manySites(SITES, site.answering);
          const parts = { certificates: site.certificates, sites, check: 'every 1 s', destinations };
          return program.start('run', '--config', await writeConfiguration(folder, parts));
        };
        bare.push(await cpuOf(barePoller(site), site, options));
        all.push(await cpuOf(await service('all', receivers.sections), site, options));
        one.push(await cpuOf(await service('one', receivers.sections.slice(0, 1)), site, options));
        options.progress(
          `round ${round + 1}: ${[all, one, bare].map((each) => each.at(-1)!.toFixed(3)).join(', ')} s`,
        );
      }
      const peer = { name: 'the same GETs, nothing else', figures: bare };
      const measured = (what: string, figures: readonly number[]): Measured => ({
        what,
        unit: 's per 100 checks',
        figures,
        peer,
        aim: {
          of: 'figure',
          atMost: 0.3,
        },
      });
      return [measured('status to all three', all), measured('status to one webhook', one)];
    } finally {
      await receivers.stop();
      await site.stop();
    }
  },
};

function barePoller({ certificates, answering }: SiteProcess): RunningProgram {
  const script = join(import.meta.dirname, '../peers/bare-poller.ts');
  return startNode([script, certificates, String(answering), String(SITES)]);
}

/** CPU seconds per 100 requests that reach the site, once connections are open and code is warm. */
async function cpuOf(process: RunningProgram, site: SiteProcess, options: BenchmarkOptions): Promise<number> {
  try {
    await setTimeout(options.isQuick ? 3_000 : 6_000);
    const [cpu, requests] = [cpuSecondsOf(process.pid), await site.requests()];
    await setTimeout(options.isQuick ? 5_000 : 10_000);
    return ((cpuSecondsOf(process.pid) - cpu) / ((await site.requests()) - requests)) * 100;
  } finally {
    await process.stop();
  }
}
