/**
 * The service on a fast clock: `service.ts CONFIG FACTOR SAMPLE_EVERY_MS [leak]`. Every so often, by the fast clock, it
 * writes what it takes up as a line of JSON. `leak` has its logger keep what it is told, open files and write them, to
 * prove that somebody would notice. Needs --expose-gc.
 */
import { appendFileSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { startApp } from '../../src/app.ts';
import { loadConfigFile } from '../../src/config/load-config.ts';
import { type Logger, silentLogger } from '../../src/platform/logger.ts';
import { fastClock } from './fast-clock.ts';
import type { Sample } from './verdict.ts';

const LEAKED_BYTES = 131_072;
const STDOUT = 1;

const [path, factor, sampleEveryMs, leak] = process.argv.slice(2);
const { config } = await loadConfigFile(path!, { env: process.env, readFile });
const clock = fastClock(Number(factor));
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort(new Error('enough')));

let checks = 0;
const kept: Buffer[] = [];
const logger: Logger = {
  ...silentLogger,
  info(_fields, message) {
    if (message !== 'site checked') return;
    checks += 1;
    if (leak === undefined) return;
    kept.push(Buffer.alloc(LEAKED_BYTES));
    openSync(path!, 'r');
    appendFileSync(`${config.store.path}.leak`, Buffer.alloc(LEAKED_BYTES));
  },
};

const app = await startApp(config, { clock, random: Math.random, logger });
while (!stopping.signal.aborted) {
  await clock.sleep(Number(sampleEveryMs), stopping.signal).catch(() => undefined);
  // Twice, because what the first one finalizes only the second one can free.
  globalThis.gc!();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  const sizeOf = (suffix: string) =>
    statSync(config.store.path + suffix, { throwIfNoEntry: false })?.size ?? 0;
  const sample: Sample = {
    hours: clock.monotonicMs() / 3_600_000,
    checks,
    heapBytes: heapUsed + external,
    rssBytes: rss,
    handles: process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout').length,
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    descriptors: readdirSync('/proc/self/fd').length,
    fileBytes: sizeOf('') + sizeOf('.leak'),
  };
  writeSync(STDOUT, `${JSON.stringify(sample)}\n`);
}
await app.stop();
process.exit(0);
