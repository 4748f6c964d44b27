/** A simulated Sense site as a Butler file describes it, looked at by real checks, with what they log. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CheckTools, siteCheck } from '../../src/check/check-site.ts';
import { versionCheck } from '../../src/check/check-version.ts';
import { siteToCheck } from '../../src/check/site-to-check.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/pino-logger.ts';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import type { Message } from '../../src/store/message.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { at, merged, smallestButler, type Tree } from '../fixtures/butler-file.ts';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface SiteSetup {
  readonly simulator?: Partial<SimulatorOptions>;
  /** Of the Butler file, below `Butler`. */
  readonly changes?: Tree;
  /** Butler's file has no key for these; the port of the About service is always that of the simulator. */
  readonly site?: { readonly port?: number; readonly timeout?: number };
}

export async function startButlerSite({ simulator: options, changes = {}, site: own }: SiteSetup = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'butler-site-'));
  const license = signedLicense({ endDate: '2099-12-31' });
  const simulator = await startSimulator({ clock: systemClock, license, ...options });
  await simulator.writeCertificates(folder);
  const file = [
    at('Butler.configQRS', { host: '127.0.0.1', port: simulator.port }),
    at('Butler.cert', {
      clientCert: 'client.pem',
      clientCertKey: 'client_key.pem',
      clientCertCA: 'root.pem',
    }),
    at('Butler.qlikSenseVersion.versionMonitor', { enable: true, host: '127.0.0.1' }),
    { Butler: changes },
  ].reduce(merged, smallestButler());
  const path = join(folder, 'production.yaml');
  await writeFile(path, JSON.stringify(file));
  const config = await loadConfig(path, { env: {}, readFile });

  const logged: LogLine[] = [];
  const destination = { write: (line: string) => logged.push(JSON.parse(line) as LogLine) };
  const logger = await createLogger({ level: 'debug', format: 'json', isTTY: false, destination });
  const section = { ...config.sites[0]!, versionPort: simulator.versionPort, ...own };
  const site = siteToCheck(section, config.alerts, { clock: systemClock, logger });
  onTestFinished(async () => {
    await site.sense.close();
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  const messages: Message[] = [];
  const tools: CheckTools = {
    store: memoryStore(),
    clock: systemClock,
    logger,
    route(message) {
      messages.push(message);
      return undefined;
    },
    onOutbox: () => {},
  };
  const never = new AbortController().signal;
  const checkLicense = siteCheck(site, tools);
  const version = versionCheck(site, tools);
  return {
    folder,
    simulator,
    config,
    logged,
    messages,
    check: (signal = never) => checkLicense(signal),
    checkVersion: () => version(never),
    /** What the last line about a check that failed says: `reason` and `detail`. */
    failure: () => logged.findLast(({ reason }) => reason !== undefined),
  };
}
