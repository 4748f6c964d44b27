/** Runs the service for hours of a fast clock, with many sites and every kind of destination, and measures it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Cleanup, newFolder, writeConfig } from '../end-to-end/program.ts';
import { startSite } from '../end-to-end/site.ts';
import { startAedes } from '../servers/aedes.ts';
import type { Sample } from './verdict.ts';

export interface SoakSettings {
  readonly sites: number;
  readonly hours: number;
  /** How many times faster than real. With more than 200 the deadlines become too short for a busy machine. */
  readonly factor: number;
  readonly checkEveryMinutes: number;
  readonly leak?: boolean;
}

const SAMPLES = 40;
/** At these samples the license changes, which makes alerts: early, because of each the store keeps a receipt. */
const CHANGES: readonly number[] = [4, 8, 12];

export async function soak(cleanup: Cleanup, settings: SoakSettings): Promise<readonly Sample[]> {
  const { hours, factor, leak = false } = settings;
  const folder = await newFolder(cleanup);
  const site = await startSite(cleanup, folder, 80);
  const http = await startForgetfulServer(cleanup);
  const broker = await startAedes();
  cleanup(() => broker.stop());
  const path = await writeConfig(folder, configOf(site.config, settings, http, broker.url));

  const realMs = (hours * 3_600_000) / factor;
  const args = [path, `${factor}`, `${(hours * 3_600_000) / SAMPLES}`, ...(leak ? ['leak'] : [])];
  const child = spawn(process.execPath, ['--expose-gc', join(import.meta.dirname, 'service.ts'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  cleanup(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const samples: Sample[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    samples.push(JSON.parse(line) as Sample);
    if (CHANGES.includes(samples.length)) site.endsIn(80 - 5 * samples.length);
    if (samples.length >= SAMPLES) child.kill('SIGTERM');
  }
  await ended;
  if (samples.length < SAMPLES)
    throw new Error(
      `it ended by itself after ${samples.length} of ${SAMPLES} samples; ${realMs} ms were planned`,
    );
  return samples;
}

function configOf(config: string, settings: SoakSettings, http: string, broker: string): string {
  const port = /port: (\d+)/.exec(config)![1];
  const timeZone = /timeZone: (\S+)/.exec(config)![1];
  const sites = Array.from({ length: settings.sites }, (_, n) => ({
    name: `site-${n}`,
    host: '127.0.0.1',
    port: Number(port),
    certificates: 'certificates',
    timeZone,
    check: `every ${settings.checkEveryMinutes} minutes`,
    version: { enabled: false },
    tags: { n: `${n}` },
  }));
  // By the fast clock; of the real one it is some seconds.
  const common = { timeout: '1 hour' };
  const destinations = [
    { ...common, name: 'hook', kind: 'webhook', url: `${http}/hook` },
    { ...common, name: 'metrics', kind: 'influxdb', version: 1, url: http, database: 'qlik' },
    { ...common, name: 'broker', kind: 'mqtt', url: broker },
  ];
  return JSON.stringify({
    sites,
    destinations,
    store: './store.db',
    web: { listen: '127.0.0.1:0' },
    heartbeat: { url: `${http}/ping`, every: '5 min', timeout: '5 min' },
  });
}

/** Takes everything, and remembers nothing, so that it takes up the same itself. */
async function startForgetfulServer(cleanup: Cleanup): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.url?.startsWith('/query')) response.end('{"results":[{}]}');
      else response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
