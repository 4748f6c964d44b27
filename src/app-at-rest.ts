/** A service that does not run: its store file, and the routes of the API, which answer from it without a network. */
import { acknowledging } from './check/acknowledge.ts';
import { siteRules } from './check/site-rules.ts';
import type { Config } from './config/config.ts';
import { destinationKinds } from './delivery/registry.ts';
import { routesFor } from './delivery/routing.ts';
import type { Clock } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';
import { holderOf, isAlive } from './store/sqlite/holder.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { readSqliteStore } from './store/sqlite/read.ts';
import type { Store } from './store/store.ts';
import type { ShownAcknowledgement } from './web/api.ts';
import { openParts } from './web/open-parts.ts';
import { linkOfPage } from './web/page-link.ts';
import { siteSummary } from './web/view.ts';
import { watchStore } from './web/watch-store.ts';
import { WebSection } from './web/web-section.ts';

export interface AppAtRest {
  /** False when there is no store file: the service never ran. */
  readonly hasStore: boolean;
  /** @param path as `/api/v1/overview` */
  ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

/** To `read` changes nothing on the disk. Neither makes a store where there is none, nor sets a damaged one aside. */
export type Access = 'read' | 'act';

/**
 * Holds the lock of the store until it is closed, so that no service starts meanwhile.
 *
 * @throws StoreError `STORE_LOCKED` while the service runs, `STORE_TOO_NEW` or `STORE_UNUSABLE`
 */
export async function openAtRest(
  config: Config,
  access: Access,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<AppAtRest> {
  const open = (path: string) =>
    openSqliteStore({ path, logger, now: () => clock.now(), onDamage: 'refuse' });
  const { path } = config.store;
  // Opened for reading first: that makes no file, and refuses what cannot be used before anything is changed.
  let found = path === ':memory:' ? undefined : await readSqliteStore(path);
  if (found !== undefined && access === 'act') {
    await found.close();
    found = await open(path);
  }
  const store = found ?? (await open(':memory:'));
  const ending = new AbortController();
  const { ask, stop } = await routesOf(store, config, { clock, logger, signal: ending.signal });
  return {
    hasStore: found !== undefined,
    ask,
    async close() {
      ending.abort(new Error('closed'));
      await stop();
      await store.close();
    },
  };
}

/**
 * What of the sites is acknowledged at `now`, epoch ms, by the store of a service that does not run. Waits for nobody.
 *
 * @throws StoreError as `openAtRest`
 */
export async function acknowledgementsAtRest(
  config: Config,
  names: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, ShownAcknowledgement>> {
  const found = new Map<string, ShownAcknowledgement>();
  const store = await readSqliteStore(config.store.path, { lockWaitMs: 0 });
  if (store === undefined) return found;
  try {
    for (const site of config.sites.filter(({ name }) => names.includes(name))) {
      const record = (await store.siteRecord(site.name)) ?? undefined;
      const rules = siteRules(site, config.alerts);
      const facts = { rules, tags: {}, record, nextCheckAt: null, version: null, trend: [] };
      const { acknowledgement } = siteSummary(facts, now);
      if (acknowledgement !== null) found.set(site.name, acknowledgement);
    }
    return found;
  } finally {
    await store.close();
  }
}

/** The process that holds the store, as far as it left a note. */
export function storeHolder({ store }: Pick<Config, 'store'>): number | null {
  return holderOf(store.path);
}

/** Whether a process that noted that it holds the store still runs. */
export function isHeld(config: Pick<Config, 'store'>): boolean {
  const holder = storeHolder(config);
  return holder !== null && isAlive(holder);
}

async function routesOf(
  store: Store,
  config: Config,
  { clock, logger, signal }: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<Pick<AppAtRest, 'ask'> & { stop(): Promise<void> }> {
  const sites = config.sites.map((site) => ({ rules: siteRules(site, config.alerts), tags: site.tags }));
  const subscriptions = config.destinations.map((settings) => ({
    ...settings,
    keepsEveryStatus: destinationKinds[settings.kind].keepsEveryStatus,
  }));
  const { buildApplication } = await import('./web/application.ts');
  const watched = watchStore(store, logger);
  const parts = await openParts(
    {
      // Nobody listens, and who may read and write the file may do everything.
      section: WebSection.parse({}),
      watched,
      sites,
      destinations: config.destinations,
      scheduler: { nextAt: () => undefined },
      dispatcher: { counts: () => ({}), wake: () => undefined },
      // What is to be told waits for the next start.
      acknowledging: acknowledging(sites, {
        store: watched.store,
        clock,
        logger,
        route: (message) => routesFor(message, subscriptions, { linkOf: linkOfPage(config.web) }),
        onOutbox: () => undefined,
      }),
      liveness: { stalls: () => [], notBegun: () => [] },
      clock,
      logger,
      pageFolders: [],
    },
    signal,
  );
  const server = await buildApplication(parts);
  return {
    async ask(method, path, body) {
      const headers = { host: 'localhost' };
      const answer = await server.inject({ method, url: path, headers, ...(body && { payload: body }) });
      return { status: answer.statusCode, body: answer.body };
    },
    async stop() {
      parts.events.close();
      parts.process.stop();
      await server.close();
    },
  };
}
