/** The page of a large fleet: how long its data takes, how long a reader waits, and what it all costs the checks. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { buildPage, launchBrowser } from '../../test/page/browser.ts';
import { pathOf } from '../../test/servers/describe-with.ts';
import type { Benchmark, BenchmarkOptions, Measured } from '../result.ts';
import type { WebTask } from '../workers/web.ts';
import { costOfShowing, SITES } from './cost-of-showing.ts';

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

/**
 * From the request for the page until a word in its filter has left the one row that it means. The page itself takes the
 * time, at each frame: whoever asks from outside asks in steps of up to half a second.
 */
async function untilInteractive(url: string, rounds: number): Promise<readonly number[]> {
  const path = pathOf('chromium');
  if (path === undefined) return [];
  const browser = await launchBrowser(path);
  try {
    const figures: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const context = await browser.newContext();
      const tab = await context.newPage();
      await tab.addInitScript({ content: filterAsSoonAsPossible });
      const told = tab.waitForEvent('console', (message) => message.text().startsWith(FILTERED));
      await tab.goto(url, { waitUntil: 'commit' });
      figures.push(Number((await told).text().slice(FILTERED.length)));
      await context.close();
    }
    // The first one also starts the browser's own parts.
    return figures.slice(1);
  } finally {
    await browser.close();
  }
}

const FILTERED = 'filtered after ';
/** Runs in the page: types into the filter once rows are there, and tells the moment when only that row is left. */
const filterAsSoonAsPossible = `
  const wanted = 'site-4321';
  function look() {
    const field = document.querySelector('input[type=search]');
    const rows = document.querySelectorAll('table.sites tbody tr');
    if (field !== null && rows.length > 1 && field.value === '') {
      field.value = wanted;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    if (rows.length === 1 && rows[0].querySelector('a')?.textContent === wanted) console.info('${FILTERED}' + performance.now());
    else requestAnimationFrame(look);
  }
  requestAnimationFrame(look);
`;
