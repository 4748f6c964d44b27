/** The server of the page on a store in memory, with a clock that a test moves. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { AlertPolicy } from '../../src/alert/policy.ts';
import { initialAlertState } from '../../src/alert/state.ts';
import { stepAlert } from '../../src/alert/step.ts';
import { acknowledging } from '../../src/check/acknowledge.ts';
import type { LicenseReading } from '../../src/license/reading.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { buildApplication } from '../../src/web/application.ts';
import { openParts } from '../../src/web/open-parts.ts';
import type { Parts, WebOptions } from '../../src/web/parts.ts';
import { type WatchedStore, watchStore } from '../../src/web/watch-store.ts';
import { WebSection } from '../../src/web/web-section.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { checkRecord, routed, statusMessage } from '../fakes/messages.ts';
import { noCertificates, seen, unseen } from '../fakes/readings.ts';

export const policy = AlertPolicy.parse({});

export interface Rig {
  readonly clock: FakeClock;
  readonly watched: WatchedStore;
  readonly options: WebOptions;
  readonly parts: Parts;
  readonly app: FastifyInstance;
  /** Stores a check as the service would; null for one that failed. */
  check(site: string, what: LicenseReading | null): Promise<void>;
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export function rigOptions(
  overrides: Partial<WebOptions> = {},
  siteNames: readonly string[] = ['prod', 'test'],
): WebOptions {
  const clock = new FakeClock();
  const watched = overrides.watched ?? watchStore(memoryStore(), silentLogger);
  const sites = siteNames.map((site) => ({
    rules: { site, timeZone: 'UTC', policy },
    tags: { environment: 'production' },
  }));
  const tools = {
    store: watched.store,
    clock: overrides.clock ?? clock,
    logger: silentLogger,
    onOutbox: () => undefined,
  };
  return {
    section: WebSection.parse({}),
    watched,
    sites,
    acknowledging: acknowledging(overrides.sites ?? sites, {
      ...tools,
      route: (message) => routed(message, 'oncall'),
    }),
    destinations: [
      { name: 'oncall', kind: 'webhook', sendRecurring: false, sendAlert: true, minimumSeverity: 'warning' },
    ],
    scheduler: { nextAt: () => new Date(clock.now().getTime() + 3_600_000) },
    dispatcher: {
      counts: () => ({ oncall: { accepted: 3, deferred: { timeout: 2 }, rejected: { refused: 1 } } }),
      wake: () => undefined,
    },
    liveness: { stalls: () => [], notBegun: () => [] },
    clock,
    logger: silentLogger,
    version: '1.2.3',
    pageFolders: [join(tmpdir(), 'no-such-folder')],
    ...overrides,
  };
}

export async function startRig(
  overrides: Partial<WebOptions> = {},
  siteNames?: readonly string[],
): Promise<Rig> {
  const options = rigOptions(overrides, siteNames);
  const clock = options.clock as FakeClock;
  const ending = new AbortController();
  const parts = await openParts(options, ending.signal);
  const app = await buildApplication(parts);
  return {
    clock,
    watched: options.watched,
    options,
    parts,
    app,
    check: (site, what) => storeCheck(options.watched, clock.now().getTime(), site, what),
    get: (url, headers = {}) => app.inject({ url, headers: { host: 'localhost:8080', ...headers } }),
    async close() {
      ending.abort(new Error('the test ends'));
      parts.process.stop();
      await app.close();
    },
  };
}

export async function storeCheck(
  { store }: Pick<WatchedStore, 'store'>,
  at: number,
  site: string,
  what: LicenseReading | null,
): Promise<void> {
  const record = await store.siteRecord(site);
  const before = record?.alertState ?? initialAlertState;
  const observation = what === null ? unseen(at) : seen(at, what);
  const step = stepAlert(before, observation, { site, timeZone: 'UTC', policy });
  await store.commitCheck({
    check: checkRecord({
      site,
      at,
      certificates: { ...noCertificates, client: Date.UTC(2028, 0, 1) },
      outcome:
        observation.kind === 'reading'
          ? { kind: 'reading', reading: observation.reading, verdict: step.verdict! }
          : { kind: 'failed', reason: observation.reason, detail: observation.detail },
    }),
    basedOn: record?.revision ?? 0,
    alertState: step.state,
    status: statusMessage({ id: `status-${site}-${at}`, site, occurredAt: at }),
    messages: [],
  });
}
