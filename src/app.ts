/**
 * The service, built in one straight line and closed in reverse. Splitting `startApp` would only thread all its parts
 * through helpers; read it from top to bottom instead.
 */
import { acknowledging } from './check/acknowledge.ts';
import { siteCheck } from './check/check-site.ts';
import { versionCheck } from './check/check-version.ts';
import { parseSchedule } from './check/schedule.ts';
import { startScheduler } from './check/scheduler.ts';
import { storeIncidentMessage } from './check/service-message.ts';
import { siteToCheck } from './check/site-to-check.ts';
import type { Config } from './config/config.ts';
import { startDispatcher } from './delivery/dispatcher.ts';
import { destinationKinds, openDestination } from './delivery/registry.ts';
import { routesFor } from './delivery/routing.ts';
import { beatOf } from './liveness/beat.ts';
import type { Heartbeat } from './liveness/heartbeat.ts';
import { watchLiveness } from './liveness/liveness.ts';
import type { Clock, Random } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';
import type { Message } from './store/message.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import type { Store, StoreIncident } from './store/store.ts';
import { linkOfPage } from './web/page-link.ts';
import type { Web } from './web/server.ts';
import { tryStoreAgain } from './web/try-store-again.ts';
import { watchStore } from './web/watch-store.ts';

export interface AppTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface App {
  readonly store: Store;
  /** Where the page is; undefined when it is not served. */
  pageUrl(): string | undefined;
  /** Checks a site before its time; settles when the check is stored. */
  checkNow(site: string): Promise<void>;
  /** Looks for the version of a site before its time; settles when that is stored. */
  checkVersionNow(site: string): Promise<void>;
  /** Ends everything in order, within 10 s, losing nothing. */
  stop(): Promise<void>;
}

const THIN_HISTORY_EVERY_MS = 3_600_000;
/** With closing the rest this stays within the 10 s that service managers usually give. */
const DELIVERY_STOP_MS = 5_000;

/** @throws StoreError when the store file cannot be used; nothing runs then */
export async function startApp(config: Config, { clock, random, logger }: AppTools): Promise<App> {
  const opened = await openSqliteStore({
    path: config.store.path,
    logger,
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
  });
  const watched = watchStore(opened, logger);
  const { store } = watched;
  const beats = {
    checks: beatOf(clock),
    versions: beatOf(clock),
    lanes: new Map(config.destinations.map(({ name }) => [name, beatOf(clock)])),
  };

  const lanes = await Promise.all(
    config.destinations.map(async (settings) => ({
      settings,
      clock: beats.lanes.get(settings.name)!.clock,
      keepsEveryStatus: destinationKinds[settings.kind].keepsEveryStatus,
      destination: await openDestination(settings, {
        clock,
        logger,
        latestStatuses: async () =>
          settings.sendRecurring ? (await store.siteRecords()).map((record) => record.status) : [],
      }),
    })),
  );
  const subscriptions = lanes.map(({ settings, keepsEveryStatus }) => ({ ...settings, keepsEveryStatus }));
  const linkOf = linkOfPage(config.web);
  const route = (message: Message) => routesFor(message, subscriptions, { linkOf });
  const dispatcher = startDispatcher({
    store,
    lanes,
    clock,
    random,
    logger,
    alertAfterMs: config.lane.alertAfter,
    linkOf,
  });

  await warnOfOrphans(store, subscriptions, logger);

  const tellIncident = async (incident: StoreIncident) => {
    const routed = route(storeIncidentMessage(incident, clock.now().getTime()));
    if (routed === undefined) return;
    await store.enqueue([routed], clock.now().getTime());
    dispatcher.wake();
  };
  const tellIncidentLater = (incident: StoreIncident) => {
    tellIncident(incident).catch((error: unknown) => {
      logger.error({ err: error, incident }, 'could not store an alert about the store itself');
    });
  };
  for (const incident of store.incidents) await tellIncident(incident);
  store.onIncident(tellIncidentLater);

  const sites = config.sites.map((section) => siteToCheck(section, config.alerts, { clock, logger }));
  const tools = { store, clock, logger, route, onOutbox: () => dispatcher.wake() };
  const scheduler = startScheduler({
    clock: beats.checks.clock,
    random,
    logger,
    concurrency: config.concurrency,
    sites: config.sites.map((section, index) => ({
      name: section.name,
      schedule: scheduleOf(section, section.check),
      run: siteCheck(sites[index]!, tools),
    })),
  });
  // A scheduler of its own, so that versions that hang take no place from the license checks.
  const versions = startScheduler({
    clock: beats.versions.clock,
    random,
    logger,
    concurrency: config.concurrency,
    sites: config.sites.flatMap((section, index) =>
      section.version.enabled
        ? {
            name: versionEntry(section.name),
            schedule: scheduleOf(section, section.version.check),
            run: versionCheck(sites[index]!, tools),
          }
        : [],
    ),
  });

  const trial = tryStoreAgain({
    watched,
    clock,
    logger,
    onWell: () => {
      // What could not be stored was not remembered either, so these checks say all of it again.
      for (const each of [scheduler, versions]) {
        for (const name of each.condition().failing) void each.runNow(name);
      }
    },
  });

  const liveness = watchLiveness({
    ...beats,
    hangingChecks: () => scheduler.condition().hanging,
    hangingVersions: () => versions.condition().hanging.map((entry) => entry.slice(VERSION_OF.length)),
    hangingDestinations: () => dispatcher.hanging(),
  });

  let web: Web | undefined;
  if (config.web.enabled) {
    const { startWeb } = await import('./web/server.ts');
    web = await startWeb({
      section: config.web,
      watched,
      sites,
      destinations: config.destinations,
      scheduler,
      dispatcher,
      liveness,
      acknowledging: acknowledging(sites, tools),
      clock,
      logger,
    });
  }

  let heartbeat: Heartbeat | undefined;
  if (config.heartbeat !== undefined) {
    const [{ startHeartbeat }, { createPulse }] = await Promise.all([
      import('./liveness/heartbeat.ts'),
      import('./liveness/pulse.ts'),
    ]);
    const pulse = createPulse({
      liveness,
      checks: () => scheduler.condition(),
      isWritable: () => watched.isWritable(),
      monotonicMs: () => clock.monotonicMs(),
    });
    heartbeat = startHeartbeat({ section: config.heartbeat, pulse, clock, logger });
  }

  const housekeeping = new AbortController();
  const keptTidy = keepTidy(store, config, { clock, logger, signal: housekeeping.signal });

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    housekeeping.abort();
    await trial.stop();
    await heartbeat?.stop();
    await web?.stop();
    // Side by side, to be done in time: what a check still stores now is delivered after the next start.
    await Promise.all([scheduler.stop(), versions.stop(), keptTidy, dispatcher.stop(DELIVERY_STOP_MS)]);
    await Promise.all(sites.map(({ sense }) => sense.close()));
    await store.close();
  }

  return {
    store,
    pageUrl: () => web?.url(),
    checkNow: async (site) => {
      await scheduler.runNow(site);
    },
    checkVersionNow: async (site) => {
      await versions.runNow(versionEntry(site));
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** What waits for a destination that is no longer configured stays in the store; somebody should know. */
async function warnOfOrphans(
  store: Store,
  known: readonly { readonly name: string }[],
  logger: Logger,
): Promise<void> {
  for (const { destination, waiting, deadLetters } of await store.laneSummaries()) {
    if (waiting + deadLetters === 0 || known.some(({ name }) => name === destination)) continue;
    logger.warn(
      { destination, waiting, deadLetters },
      'messages wait for a destination that is not in the configuration; put it back to have them delivered',
    );
  }
}

/** As the log names it; no site can have a name with a blank. */
const VERSION_OF = 'version of ';
const versionEntry = (site: string) => `${VERSION_OF}${site}`;

type Site = Config['sites'][number];

function scheduleOf({ name, timeZone }: Site, check: Site['check']) {
  const schedule =
    typeof check === 'string'
      ? parseSchedule(check, timeZone)
      : parseSchedule({ cron: check.cron, timeZone: check.timeZone ?? timeZone }, timeZone);
  if (schedule.kind === 'problem') throw new Error(`unreadable schedule of ${name}: ${schedule.detail}`);
  return schedule;
}

/** Thins the history now and then, a little at a time, until the signal aborts. */
async function keepTidy(
  store: Store,
  config: Config,
  { clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { keepDays, thinAfterDays } = config.store;
  while (!signal.aborted) {
    try {
      const hasMore = await store.thinHistory({ now: clock.now().getTime(), keepDays, thinAfterDays });
      await clock.sleep(hasMore ? 1000 : THIN_HISTORY_EVERY_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error }, 'could not thin the history; trying again in an hour');
      await clock.sleep(THIN_HISTORY_EVERY_MS, signal).catch(() => undefined);
    }
  }
}
