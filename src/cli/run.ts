/** `run`: the service. Ends when it is told to. */
import { readFile } from 'node:fs/promises';
import { startApp } from '../app.ts';
import { shortListOf } from '../config/butler/short-list.ts';
import { loadConfigFile } from '../config/load-config.ts';
import { lookUpPatiently } from '../platform/patient-lookup.ts';
import { createLogger } from '../platform/pino-logger.ts';
import { letYoungSpaceGrow } from '../platform/young-space.ts';
import type { CliIo, ExitCode } from './io.ts';

/** @throws ConfigError, StoreError */
export async function run({ config: path }: { config: string }, io: CliIo): Promise<ExitCode> {
  const { config, notTakenOver = [] } = await loadConfigFile(path, { env: io.env, readFile });
  const logger = await createLogger({ ...config.log, isTTY: io.isTty, destination: io.stdout });

  if (config.destinations.length === 0) {
    logger.warn({}, 'no destination is configured: what the checks see is stored, but nobody is told');
  }
  if (notTakenOver.length > 0) {
    const { missed, rest: notLookedAt } = shortListOf(notTakenOver);
    logger.info(
      { ...(missed.length > 0 && { notTakenOver: missed }), notLookedAt },
      'not everything in the Butler file has an effect here; license-sentinel config from-butler tells all of it',
    );
  }
  letYoungSpaceGrow(config.sites.length);
  lookUpPatiently(io.clock);
  const app = await startApp(config, { clock: io.clock, random: io.random, logger });
  logger.info(
    {
      sites: config.sites.map(({ name }) => name).slice(0, 20),
      siteCount: config.sites.length,
      destinations: config.destinations.map(({ name }) => name),
      store: config.store.path,
    },
    'License Sentinel is running',
  );
  io.onHangup(() => {
    logger.warn(
      {},
      'SIGHUP: reloading the configuration is not supported yet; restart the service to apply a change',
    );
  });

  await aborted(io.stop);
  logger.info({ reason: String(io.stop.reason) }, 'stopping');
  await app.stop();
  logger.info({}, 'stopped; what is not delivered yet waits in the store');
  return 0;
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
