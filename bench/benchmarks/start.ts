/** From the start of the process to the first message, and the memory of an idle service. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeConfiguration } from '../configuration.ts';
import { type Receivers, startReceivers } from '../receivers.ts';
import type { Benchmark, BenchmarkOptions, Measured } from '../result.ts';
import { buildProgram, memoryOf, type Program, startNode } from '../service.ts';
import { type SiteProcess, startSiteProcess } from '../site-process.ts';

const MIB = 'MiB';

export const start: Benchmark = {
  name: 'start',
  about: 'the real process: time to the first message with three destinations, and memory when idle',
  async run(options) {
    const site = await startSiteProcess(join(options.folder, 'certificates'));
    const receivers = await startReceivers();
    try {
      const program = await buildProgram(join(options.folder, 'package'), join(options.folder, 'cache'));
      const rig = { options, site, receivers, program };
      return [...(await timesOf(rig)), ...(await memoryWhenIdle(rig))];
    } finally {
      await receivers.stop();
      await site.stop();
    }
  },
};

interface Rig {
  readonly options: BenchmarkOptions;
  readonly site: SiteProcess;
  readonly receivers: Receivers;
  readonly program: Program;
}

async function timesOf(rig: Rig): Promise<readonly Measured[]> {
  const { options, receivers, program } = rig;
  const first: number[] = [];
  const each: number[] = [];
  const bare: number[] = [];
  const rounds = options.isQuick ? 3 : 15;
  // The first start compiles; it is a round of its own, which is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const bareMs = await timeOfBareNode();
    const config = await freshConfiguration(rig);
    receivers.forget();
    const service = program.start('run', '--config', config);
    const firstMs = (await receivers.firstMessage()) - service.startedAt;
    const eachMs = (await receivers.firstMessageOfEach()) - service.startedAt;
    await service.stop();
    options.progress(
      `start ${round}: ${Math.round(firstMs)} ms, each ${Math.round(eachMs)} ms, node ${Math.round(bareMs)} ms`,
    );
    if (round === 0) continue;
    first.push(firstMs);
    each.push(eachMs);
    bare.push(bareMs);
  }
  const peer = { name: 'node -e 0', figures: bare };
  return [
    { what: 'spawn to first message', unit: 'ms', figures: first, peer, aim: { of: 'figure', atMost: 500 } },
    { what: 'spawn to first message at all three', unit: 'ms', figures: each, peer },
  ];
}

async function memoryWhenIdle(rig: Rig): Promise<readonly Measured[]> {
  const { options, receivers, program } = rig;
  const waitMs = options.isQuick ? 10_000 : 60_000;
  receivers.forget();
  const service = program.start('run', '--config', await freshConfiguration(rig));
  const bare = startNode(['-e', 'setInterval(() => {}, 100000)']);
  try {
    await receivers.firstMessageOfEach();
    options.progress(`waiting ${waitMs / 1000} s`);
    await setTimeout(waitMs);
    const ours = memoryOf(service.pid);
    const theirs = memoryOf(bare.pid);
    const name = 'node -e 0';
    return [
      {
        what: `resident after ${waitMs / 1000} s`,
        unit: MIB,
        figures: [ours.rssMib],
        peer: { name, figures: [theirs.rssMib] },
        aim: { of: 'figure', atMost: 80 },
      },
      {
        what: 'peak resident',
        unit: MIB,
        figures: [ours.peakRssMib],
        peer: { name, figures: [theirs.peakRssMib] },
      },
    ];
  } finally {
    await service.stop();
    await bare.stop();
  }
}

async function timeOfBareNode(): Promise<number> {
  const node = startNode(['-e', '0']);
  await node.ended;
  return performance.now() - node.startedAt;
}

/** With an empty store, so that the first check has something to say. */
async function freshConfiguration({ options, site, receivers }: Rig): Promise<string> {
  const folder = join(options.folder, 'run');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  return writeConfiguration(folder, {
    certificates: site.certificates,
    sites: [{ name: 'prod', port: site.answering }],
    check: 'every 6 hours',
    destinations: receivers.sections,
  });
}
