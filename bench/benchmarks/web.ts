/** The page of a large fleet: how long its data takes, how long a reader waits, and what it all costs the checks. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { buildPage, launchBrowser } from '../../test/page/browser.ts';
import { pathOf } from '../../test/servers/describe-with.ts';
import { freePort } from '../../test/servers/free-port.ts';
import { manySites, writeConfiguration } from '../configuration.ts';
import type { Benchmark, BenchmarkOptions, Measured } from '../result.ts';
import { buildProgram, cpuSecondsOf } from '../service.ts';
import { type SiteProcess, startSiteProcess } from '../site-process.ts';
import type { WebTask } from '../workers/web.ts';

const SITES = 5_000;
const DAYS = 400;

export const web: Benchmark = {
  name: 'web',
  about: `the page of ${SITES} sites with ${DAYS} days of past, and what a page and a scrape each second cost the checks`,
  async run(options) {
    const page = await buildPage();
    try {
      return [...(await ofLargeFleet(options, page.folder)), ...(await costOfShowing(options, page.folder))];
    } finally {
      await page.remove();
    }
  },
};

async function ofLargeFleet(options: BenchmarkOptions, pageFolder: string): Promise<readonly Measured[]> {
  const task: WebTask = { path: join(options.folder, 'web.db'), sites: SITES, days: DAYS, pageFolder };
  const child = fork(join(import.meta.dirname, '../workers/web.ts'), [JSON.stringify(task)]);
  const agent = new Agent({ connections: 1 });
  try {
    const [url] = (await once(child, 'message')) as [string];
    options.progress('the store is filled');
    const get = async (path: string) => {
      const startedAt = performance.now();
      const { body } = await request(new URL(path, url), { dispatcher: agent });
      const { byteLength } = await body.arrayBuffer();
      return { ms: performance.now() - startedAt, byteLength };
    };
    const rounds = options.isQuick ? 5 : 30;
    const [changed, unchanged, scrape, health]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (const path of ['api/v1/overview', 'metrics', 'healthz']) await get(path);
    for (let round = 0; round < rounds; round += 1) {
      await storeOne(child);
      const overview = await get('api/v1/overview');
      if (overview.byteLength < 1_000_000) throw new Error('the overview is not that of all sites');
      changed.push(overview.ms);
      unchanged.push((await get('api/v1/overview')).ms);
      await storeOne(child);
      scrape.push((await get('metrics')).ms);
      health.push((await get('healthz')).ms);
    }
    options.progress(`overview: ${changed.at(-1)!.toFixed(1)} ms`);
    const peer = { name: 'GET /healthz', figures: health };
    const interactive = await untilInteractive(url, options.isQuick ? 2 : 7);
    return [
      {
        what: 'overview right after a check',
        unit: 'ms',
        figures: changed,
        peer,
        aim: { of: 'figure', atMost: 50 },
      },
      { what: 'overview when nothing changed', unit: 'ms', figures: unchanged, peer },
      { what: 'scrape right after a check', unit: 'ms', figures: scrape, peer },
      {
        what: 'page shows all sites and obeys its filter',
        unit: 'ms',
        figures: interactive,
        aim: { of: 'figure', atMost: 1_000 },
      },
    ];
  } finally {
    await agent.destroy();
    child.kill('SIGKILL');
  }
}

async function storeOne(child: ChildProcess): Promise<void> {
  const stored = once(child, 'message');
  child.send('check');
  await stored;
}

/** From the request for the page until a word in its filter has left the one row that it means. */
async function untilInteractive(url: string, rounds: number): Promise<readonly number[]> {
  const path = pathOf('chromium');
  if (path === undefined) return [];
  const browser = await launchBrowser(path);
  try {
    const figures: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const context = await browser.newContext();
      const tab = await context.newPage();
      const startedAt = performance.now();
      await tab.goto(url, { waitUntil: 'commit' });
      await tab.locator('input[type=search]').fill('site-4321');
      await tab.getByRole('link', { name: 'site-4321', exact: true }).waitFor();
      figures.push(performance.now() - startedAt);
      await context.close();
    }
    // The first one also starts the browser's own parts.
    return figures.slice(1);
  } finally {
    await browser.close();
  }
}

interface Pace {
  /** Of each site. */
  readonly check: string;
  /** Until the checks of the start are over, in ms. */
  readonly settling: number;
}

/** CPU of the real process with and without somebody who looks, at full speed and at a usual one. */
async function costOfShowing(options: BenchmarkOptions, pageFolder: string): Promise<readonly Measured[]> {
  const site = await startSiteProcess(join(options.folder, 'certificates'));
  try {
    const program = await buildProgram(join(options.folder, 'package'), join(options.folder, 'cache'));
    await cp(pageFolder, join(options.folder, 'package/dist/page'), { recursive: true });
    const round = async (label: string, { check, settling }: Pace, isShown: boolean) => {
      const folder = join(options.folder, label);
      await mkdir(folder);
      const port = await freePort();
      const path = await writeConfiguration(folder, {
        certificates: site.certificates,
        sites: manySites(SITES, site.answering),
        check,
        destinations: [],
        web: `{ listen: '127.0.0.1:${port}' }`,
      });
      const running = program.start('run', '--config', path);
      try {
        await setTimeout(settling);
        const looking = new AbortController();
        const looks = isShown ? look(`http://127.0.0.1:${port}`, looking.signal) : undefined;
        const cost = await costOf(running.pid, site, options.isQuick ? 5_000 : 15_000);
        looking.abort();
        await looks;
        return cost;
      } finally {
        await running.stop();
      }
    };
    const rounds = async (name: string, pace: Pace, times: number) => {
      const [alone, shown]: [Cost[], Cost[]] = [[], []];
      for (let n = 0; n < times; n += 1) {
        // Who goes first gets the colder or the busier machine, so they take turns.
        const order = n % 2 === 0 ? [false, true] : [true, false];
        for (const isShown of order) {
          (isShown ? shown : alone).push(await round(`${name}-${n}-${isShown}`, pace, isShown));
        }
        const [seen, unseen] = [shown.at(-1)!.cores, alone.at(-1)!.cores];
        options.progress(`${name}, round ${n + 1}: ${seen.toFixed(3)} and ${unseen.toFixed(3)} of a core`);
      }
      return { alone, shown };
    };
    const full = await rounds(
      'without pause',
      { check: 'every 1 s', settling: options.isQuick ? 4_000 : 6_000 },
      options.isQuick ? 1 : 5,
    );
    const usual = await rounds(
      'once a minute',
      { check: 'every 1 min', settling: 45_000 },
      options.isQuick ? 1 : 3,
    );
    return [
      {
        what: `100 checks without pause, ${SITES} sites, with a page and a scrape each second`,
        unit: 's of CPU',
        figures: full.shown.map(({ perHundred }) => perHundred),
        peer: { name: 'nobody looks', figures: full.alone.map(({ perHundred }) => perHundred) },
        aim: { of: 'ratio', atMost: 1.05 },
      },
      {
        what: `${SITES} sites, each checked once a minute, with a page and a scrape each second`,
        unit: 'of a core',
        figures: usual.shown.map(({ cores }) => cores),
        peer: { name: 'nobody looks', figures: usual.alone.map(({ cores }) => cores) },
      },
    ];
  } finally {
    await site.stop();
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
  /** Seconds of CPU for 100 checks, each of which opens its own connection. */
  readonly perHundred: number;
  /** Seconds of CPU in a second. */
  readonly cores: number;
}

async function costOf(pid: number, site: SiteProcess, ms: number): Promise<Cost> {
  const [cpu, requests, startedAt] = [cpuSecondsOf(pid), await site.requests(), performance.now()];
  await setTimeout(ms);
  const spent = cpuSecondsOf(pid) - cpu;
  return {
    perHundred: (spent / ((await site.requests()) - requests)) * 100,
    cores: spent / ((performance.now() - startedAt) / 1_000),
  };
}
