/** What it costs the checks of a large fleet that somebody looks: the real program, a page and a scrape each second. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { freePort } from '../../test/servers/free-port.ts';
import { manySites, writeConfiguration } from '../configuration.ts';
import type { BenchmarkOptions, Measured } from '../result.ts';
import { buildProgram, cpuSecondsOf } from '../service.ts';
import { type SiteProcess, startSiteProcess } from '../site-process.ts';

export const SITES = 5_000;

interface Pace {
  readonly name: string;
  /** Of each site. */
  readonly check: string;
  readonly windowMs: number;
  /** Each is one window in which nobody looks and one in which somebody does. */
  readonly pairs: number;
}

/** What the real process spends, in turns with and without somebody who looks: at full speed, and at a usual one. */
export async function costOfShowing(
  options: BenchmarkOptions,
  pageFolder: string,
): Promise<readonly Measured[]> {
  const site = await startSiteProcess(join(options.folder, 'certificates'));
  try {
    const program = await buildProgram(join(options.folder, 'package'), join(options.folder, 'cache'));
    await cp(pageFolder, join(options.folder, 'package/dist/page'), { recursive: true });
    const measure = async ({ name, check, windowMs, pairs }: Pace) => {
      const folder = join(options.folder, name);
      await mkdir(folder);
      const port = await freePort();
      const path = await writeConfiguration(folder, {
        certificates: site.certificates,
        sites: manySites(SITES, site.answering),
        check,
        destinations: [],
        web: `{ listen: '127.0.0.1:${port}' }`,
      });
      const before = await site.requests();
      const running = program.start('run', '--config', path);
      const window = async (isShown: boolean) => {
        const looking = new AbortController();
        const looks = isShown ? look(`http://127.0.0.1:${port}`, looking.signal) : undefined;
        const cost = await costOf(running.pid, site, windowMs);
        looking.abort();
        await looks;
        return cost;
      };
      try {
        await untilAllAreChecked(site, before);
        // The first look loads the page and fills its memory; it does not count.
        await window(true);
        const [alone, shown]: [Cost[], Cost[]] = [[], []];
        for (let n = 0; n < pairs; n += 1) {
          // A machine that gets busier or a store that grows must not always strike the same side.
          for (const isShown of n % 2 === 0 ? [false, true] : [true, false]) {
            (isShown ? shown : alone).push(await window(isShown));
          }
          const [seen, unseen] = [shown.at(-1)!, alone.at(-1)!];
          options.progress(
            `${name}: ${seen.perSecond.toFixed(0)} and ${unseen.perSecond.toFixed(0)} checks/s, ${seen.cores.toFixed(3)} and ${unseen.cores.toFixed(3)} of a core`,
          );
        }
        return { alone, shown };
      } finally {
        await running.stop();
      }
    };
    const { isQuick } = options;
    const full = await measure({
      name: 'without pause',
      check: 'every 1 s',
      windowMs: isQuick ? 4_000 : 10_000,
      pairs: isQuick ? 1 : 5,
    });
    const usual = await measure({
      name: 'once a minute',
      check: 'every 1 min',
      // The whole minute, because the checks of a fleet that started at once may come close together.
      windowMs: 60_000,
      pairs: isQuick ? 1 : 2,
    });
    const nobody = 'nobody looks';
    return [
      {
        what: `${SITES} sites without pause, with a page and a scrape each second`,
        unit: 'checks/s',
        figures: full.shown.map(({ perSecond }) => perSecond),
        peer: { name: nobody, figures: full.alone.map(({ perSecond }) => perSecond) },
        aim: { of: 'ratio', atLeast: 0.95 },
      },
      {
        what: `the same: 100 checks, and what is shown`,
        unit: 's of CPU',
        figures: full.shown.map(({ perHundred }) => perHundred),
        peer: { name: nobody, figures: full.alone.map(({ perHundred }) => perHundred) },
      },
      {
        what: `${SITES} sites, each once a minute, with a page and a scrape each second`,
        unit: 'checks/s',
        figures: usual.shown.map(({ perSecond }) => perSecond),
        peer: { name: nobody, figures: usual.alone.map(({ perSecond }) => perSecond) },
        aim: { of: 'ratio', atLeast: 0.95 },
      },
      {
        what: `the same: checks, and what is shown`,
        unit: 'of a core',
        figures: usual.shown.map(({ cores }) => cores),
        peer: { name: nobody, figures: usual.alone.map(({ cores }) => cores) },
      },
    ];
  } finally {
    await site.stop();
  }
}

/** The first check of a site opens its connection, which takes many times as long as a check. */
async function untilAllAreChecked(site: SiteProcess, before: number): Promise<void> {
  for (const startedAt = performance.now(); (await site.requests()) - before < 1.2 * SITES; ) {
    if (performance.now() - startedAt > 300_000) throw new Error('the checks of the start take too long');
    await setTimeout(250);
  }
}

/** Everything that a page asks for when it is opened, and a scrape, once a second. */
async function look(url: string, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ connections: 2 });
  while (!signal.aborted) {
    const startedAt = performance.now();
    for (const path of ['/', '/api/v1/overview', '/metrics']) {
      const { statusCode, body } = await request(`${url}${path}`, { dispatcher: agent });
      if (statusCode !== 200) throw new Error(`${path} answers ${statusCode}`);
      for await (const _ of body);
    }
    await setTimeout(Math.max(0, 1_000 - (performance.now() - startedAt)), undefined, { signal }).catch(
      () => undefined,
    );
  }
  await agent.destroy();
}

interface Cost {
  readonly perSecond: number;
  /** Seconds of CPU for 100 checks. Once a minute, each of them opens its own connection. */
  readonly perHundred: number;
  /** Seconds of CPU in a second. */
  readonly cores: number;
}

async function costOf(pid: number, site: SiteProcess, ms: number): Promise<Cost> {
  const [cpu, requests, startedAt] = [cpuSecondsOf(pid), await site.requests(), performance.now()];
  await setTimeout(ms);
  const spent = cpuSecondsOf(pid) - cpu;
  const checks = (await site.requests()) - requests;
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: checks / seconds, perHundred: (spent / checks) * 100, cores: spent / seconds };
}
