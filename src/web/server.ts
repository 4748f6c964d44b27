/** Serves the page, the API, metrics and health. A service that cannot listen goes on without: watching comes first. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify';
import { ownVersion, packageRoot } from '../platform/package-root.ts';
import { addAcknowledgementRoutes } from './acknowledgement-routes.ts';
import { addApiRoutes } from './api-routes.ts';
import { createCheckCounter } from './check-counts.ts';
import { openEvents } from './events.ts';
import { failUnreadable, keepGate } from './gatekeeper.ts';
import { watchHealth } from './health.ts';
import { addOtherRoutes, answerWithPage } from './other-routes.ts';
import type { Parts, Patience, WebOptions } from './parts.ts';
import { endDateSteps } from './past.ts';
import { watchProcess } from './process-figures.ts';
import { openSitesNow } from './sites-now.ts';
import { readStaticFiles } from './static-files.ts';
import { listenHost } from './web-section.ts';
import { createGate } from './who-may.ts';

const LISTEN_AGAIN_MS = 30_000;
const MOST_CONNECTIONS = 1_000;
/** Nothing that is sent here is long, and nobody has to be slow. */
const LONGEST_BODY_BYTES = 16_384;
const KEEP_ALIVE_MS = 60_000;
export const usualPatience: Patience = { headers: 10_000, request: 10_000, idle: 30_000, lookEvery: 2_000 };

const pageFolders = [join(packageRoot, 'dist/page')];

export interface Web {
  /** Where it listens; undefined while it cannot. */
  url(): string | undefined;
  stop(): Promise<void>;
}

/** Starts listening. Where that is not possible it says so, and tries again until it stops. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const stopping = new AbortController();
  const parts = await openParts(options, stopping.signal);
  let app: FastifyInstance | undefined;
  let url: string | undefined;

  async function listen(): Promise<void> {
    const next = await buildServer(parts);
    try {
      const { listen: address, basePath } = options.section;
      const host = listenHost(address);
      await next.listen({ host: host === '*' ? '::' : host, port: Number(/\d+$/.exec(address)?.[0]) });
      if (stopping.signal.aborted) {
        await next.close();
        return;
      }
      app = next;
      url = `${urlOf(next, host)}${basePath}/`;
      options.logger.info({ url }, 'the page is served');
    } catch (error) {
      await next.close();
      throw error;
    }
  }

  async function listenLater(): Promise<void> {
    while (url === undefined && !stopping.signal.aborted) {
      await options.clock.sleep(LISTEN_AGAIN_MS, stopping.signal);
      await listen().catch(() => undefined);
    }
  }

  await listen().catch((error: unknown) => {
    options.logger.error({ err: error, listen: options.section.listen }, whyNot(error));
    void listenLater().catch(() => undefined);
  });
  return {
    url: () => url,
    async stop() {
      stopping.abort(new Error('the service stops'));
      parts.events.close();
      parts.process.stop();
      await app?.close();
    },
  };
}

/** What the routes need, following the store from now on. */
export async function openParts(options: WebOptions, signal: AbortSignal): Promise<Parts> {
  const { watched, clock, scheduler, section } = options;
  const checks = createCheckCounter();
  const events = openEvents(clock, signal);
  watched.listen((event) => {
    if (event.kind === 'check') checks.add(event.commit.check);
    events.tell({
      site:
        event.kind === 'other' ? null : event.kind === 'check' ? event.commit.check.site : event.commit.site,
    });
  });
  const now = await openSitesNow({
    watched,
    sites: options.sites,
    clock,
    signal,
    nextCheckAt: (site) => scheduler.nextAt(site),
  });
  return {
    ...options,
    version: options.version ?? ownVersion(),
    startedAt: clock.now().getTime(),
    now,
    stepsOf: endDateSteps(watched.store),
    checks,
    events,
    health: watchHealth({
      watched,
      liveness: options.liveness,
      neverChecked: () => now.neverChecked(),
      now: () => clock.now().getTime(),
    }),
    process: watchProcess(),
    gate: createGate(section, clock),
    files: await readPage(options.pageFolders ?? pageFolders),
  };
}

/** The files of the first folder that holds a page. */
async function readPage(folders: readonly string[]): Promise<Parts['files']> {
  for (const folder of folders) {
    const files = await readStaticFiles(folder);
    if (files.has('/index.html')) return files;
  }
  return new Map();
}

/** The server with all its routes, not listening yet. @throws when the files of `tls` cannot be read */
export async function buildServer(parts: Parts): Promise<FastifyInstance> {
  const { section, patience = usualPatience } = parts;
  const { tls, trustedProxies, basePath } = section;
  const sockets = { connectionsCheckingInterval: patience.lookEvery, headersTimeout: patience.headers };
  const app = fastify({
    bodyLimit: LONGEST_BODY_BYTES,
    connectionTimeout: patience.idle,
    requestTimeout: patience.request,
    keepAliveTimeout: KEEP_ALIVE_MS,
    ...(tls === undefined
      ? { http: sockets }
      : { https: { ...sockets, cert: await readFile(tls.cert), key: await readFile(tls.key) } }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    frameworkErrors: failUnreadable,
    forceCloseConnections: true,
    logger: false,
  } as FastifyServerOptions) as FastifyInstance;
  app.server.maxConnections = MOST_CONNECTIONS;
  keepGate(app, parts);
  app.setNotFoundHandler((request, reply) => answerWithPage(request, reply, parts));
  const api = { prefix: `${basePath}/api/v1` };
  await app.register(async (inside) => addApiRoutes(inside, parts), api);
  await app.register(async (inside) => addAcknowledgementRoutes(inside, parts), api);
  await app.register(async (inside) => addOtherRoutes(inside, parts), { prefix: basePath });
  return app;
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const scheme = 'requestCert' in app.server || 'setSecureContext' in app.server ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host === '*' ? 'localhost' : host}:${port}`;
}

function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const goesOn = 'sites are checked and alerts are sent all the same, and it is tried again every 30 s';
  if (code === 'EADDRINUSE') return `the page is not served: another program has the port; ${goesOn}`;
  if (code === 'EACCES')
    return `the page is not served: this user may not use the port or read the certificate; ${goesOn}`;
  return `the page is not served; ${goesOn}`;
}
