/** Serves the page, the API, metrics and health. A service that cannot listen goes on without: watching comes first. */
import { type Door, openDoor } from './door.ts';
import { openLazily } from './lazy-application.ts';
import { openParts } from './open-parts.ts';
import type { Patience, WebOptions } from './parts.ts';
import { followKeyPair, readKeyPair } from './tls-files.ts';
import { listenHost } from './web-section.ts';

const LISTEN_AGAIN_MS = 30_000;
/** Nobody has to be slow. */
export const usualPatience: Patience = { headers: 10_000, request: 10_000, idle: 30_000, lookEvery: 2_000 };

export interface Web {
  /** Where it listens; undefined while it cannot. */
  url(): string | undefined;
  stop(): Promise<void>;
}

/** Starts listening. Where that is not possible it says so, and tries again until it stops. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { section, clock, logger, patience = usualPatience } = options;
  const stopping = new AbortController();
  const parts = await openParts(options, stopping.signal);
  const application = openLazily(parts);
  let door: Door | undefined;

  async function listen(): Promise<void> {
    const { tls } = section;
    const pair = tls && (await readKeyPair(tls));
    const opened = await openDoor({
      host: listenHost(section.listen),
      port: Number(/\d+$/.exec(section.listen)?.[0]),
      pair,
      patience,
      answer: application.answer,
    });
    if (stopping.signal.aborted) {
      await opened.close();
      return;
    }
    door = opened;
    logger.info({ url: pageUrl(opened) }, 'the page is served');
    if (tls === undefined || pair === undefined) return;
    const tools = { clock, logger, signal: stopping.signal, renew: opened.renew };
    void followKeyPair(tls, pair, tools).catch(() => undefined);
  }

  async function listenLater(): Promise<void> {
    while (door === undefined && !stopping.signal.aborted) {
      await clock.sleep(LISTEN_AGAIN_MS, stopping.signal);
      await listen().catch(() => undefined);
    }
  }

  const pageUrl = ({ url }: Door) => `${url}${section.basePath}/`;
  await listen().catch((error: unknown) => {
    logger.error({ err: error, listen: section.listen }, whyNot(error));
    void listenLater().catch(() => undefined);
  });
  return {
    url: () => door && pageUrl(door),
    async stop() {
      stopping.abort(new Error('the service stops'));
      parts.events.close();
      parts.process.stop();
      await door?.close();
      await application.close();
    },
  };
}

function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const goesOn = 'sites are checked and alerts are sent all the same, and it is tried again every 30 s';
  if (code === 'EADDRINUSE') return `the page is not served: another program has the port; ${goesOn}`;
  if (code === 'EACCES')
    return `the page is not served: this user may not use the port or read the certificate; ${goesOn}`;
  return `the page is not served; ${goesOn}`;
}
