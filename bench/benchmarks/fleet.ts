/** Many sites of which some hang and some refuse: is one pass bounded, and do the healthy ones notice? */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteEntry } from '../configuration.ts';
import { writeConfiguration } from '../configuration.ts';
import type { Benchmark } from '../result.ts';
import { startSiteProcess } from '../site-process.ts';
import { runWorker } from '../worker.ts';
import type { FleetAnswer, FleetTask } from '../workers/fleet.ts';

const SITES = 200;
/** The default of the configuration, for one host to answer. */
const TIMEOUT_MS = 10_000;
const CONCURRENCY = 16;

export const fleet: Benchmark = {
  name: 'fleet',
  about: `${SITES} sites, a tenth hanging and a tenth refusing: one pass, and what the healthy ones notice of it`,
  async run({ isQuick, folder, progress }) {
    const site = await startSiteProcess(join(folder, 'certificates'));
    try {
      const faulty: FleetAnswer[] = [];
      const healthy: FleetAnswer[] = [];
      const pass = async (label: string, portOf: (index: number) => number) => {
        const own = join(folder, label);
        await mkdir(own);
        const sites: SiteEntry[] = Array.from({ length: SITES }, (_, index) => ({
          name: `${portOf(index) === site.answering ? 'healthy' : 'faulty'}-${index}`,
          port: portOf(index),
        }));
        const config = await writeConfiguration(own, {
          certificates: site.certificates,
          sites,
          check: 'every 6 hours',
          destinations: [],
        });
        return runWorker<FleetTask, FleetAnswer>('fleet', { config, sites: SITES });
      };
      for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
        healthy.push(await pass(`healthy-${round}`, () => site.answering));
        faulty.push(
          await pass(`faulty-${round}`, (index) =>
            index % 10 === 3 ? site.hanging : index % 10 === 7 ? site.refusing : site.answering,
          ),
        );
        progress(`round ${round + 1}: pass of ${Math.round(faulty.at(-1)!.passMs)} ms with faults`);
      }
      const hanging = SITES / 10;
      const bound = Math.ceil(hanging / CONCURRENCY) * TIMEOUT_MS + 5_000;
      const compared = (what: string, pick: (answer: FleetAnswer) => number) => ({
        what,
        unit: 'ms',
        figures: faulty.map(pick),
        peer: {
          name: 'without faults',
          figures: healthy.map(pick),
        },
      });
      return [
        { ...compared('one pass', ({ passMs }) => passMs), aim: { of: 'figure', atMost: bound } },
        compared('check of a healthy site, median', ({ checkMs }) => checkMs),
        compared('check of a healthy site, 99th percentile', ({ slowCheckMs }) => slowCheckMs),
        compared('start until a healthy site is checked, median', ({ untilCheckedMs }) => untilCheckedMs),
        compared('start until the last healthy site is checked', ({ untilLastMs }) => untilLastMs),
      ];
    } finally {
      await site.stop();
    }
  },
};
