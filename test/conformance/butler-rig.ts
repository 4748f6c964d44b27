/**
 * The way from a license reply to what receivers get, set up as it is for someone who comes from Butler: real checks,
 * real lanes and real destinations, against a broker, an InfluxDB recorder and HTTP receivers on loopback.
 */
import { onTestFinished } from 'vitest';
import { AlertPolicy } from '../../src/alert/policy.ts';
import { siteCheck } from '../../src/check/check-site.ts';
import { startDispatcher } from '../../src/delivery/dispatcher.ts';
import {
  type DestinationConfig,
  DestinationSection,
  keepsEveryStatus,
  openDestination,
} from '../../src/delivery/registry.ts';
import { routesFor } from '../../src/delivery/routing.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { parseLicenseReply } from '../../src/sense/license-reply.ts';
import type { SiteAnswer } from '../../src/sense/site.ts';
import type { Message } from '../../src/store/message.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { noCertificates } from '../fakes/readings.ts';

/** The day from which the recorded runs counted. */
export const recordedOn = '2026-11-24T10:00:00Z';
export const statusTopic = 'qliksense/qliksense_server_license';
export const expiryTopic = 'qliksense/qliksense_server_license_expire';

/** An alert at every check from 60 days on. */
const policy = AlertPolicy.parse({ thresholdDays: [60], remind: 'every-check', remindFromDays: 60 });

/** Series and topics as Butler has them. */
export const asButler = {
  influxdb: {
    kind: 'influxdb',
    siteTag: false,
    tags: { env: 'lab', foo: 'global' },
    measurementTags: { qlik_sense_server_license: { foo: 'bar' } },
  },
  mqtt: { kind: 'mqtt', topics: { status: statusTopic, expiry: expiryTopic }, retainStatus: false },
  webhook: { kind: 'webhook' },
} as const;

/** What Sense answers: a license as JSON, or the reason why there is none. */
export type Answer = { readonly license: unknown } | Extract<SiteAnswer, { kind: 'failed' }>;

export const senseAnsweredWith500: Answer = {
  kind: 'failed',
  reason: 'server-error',
  detail: 'sense.example.com answered with HTTP 500.',
  host: 'sense.example.com',
  certificates: noCertificates,
};

/** @param sections destinations as in the configuration file; their lanes run until the test ends */
export async function startRig(sections: readonly object[]) {
  const clock = new FakeClock(recordedOn);
  const store = memoryStore();
  const configs = sections.map((section, index) =>
    DestinationSection.parse({ name: `destination-${index}`, ...section }),
  );
  const lanes = await Promise.all(configs.map(laneOf));
  const subscriptions = lanes.map(({ settings, keepsEveryStatus }) => ({ ...settings, keepsEveryStatus }));
  const dispatcher = startDispatcher({
    store,
    lanes,
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
    alertAfterMs: 3_600_000,
  });
  onTestFinished(() => dispatcher.stop(1_000));

  const checks = new Map<string, (answer: Answer) => Promise<void>>();
  const route = (message: Message) => routesFor(message, subscriptions);

  function checkOf(site: string): (answer: Answer) => Promise<void> {
    let next: Answer;
    const run = siteCheck(
      {
        rules: { site, timeZone: 'UTC', policy },
        tags: {},
        reading: { timeZone: 'UTC', dateOrder: 'auto', perpetual: false, manualEndDate: null },
        sense: {
          fetchLicense: async () => answerOf(next),
          fetchVersion: () => Promise.reject(new Error('not asked here')),
          close: async () => {},
        },
      },
      { store, clock, logger: silentLogger, route, onOutbox: () => dispatcher.wake() },
    );
    return async (answer) => {
      next = answer;
      await run(new AbortController().signal);
    };
  }

  return {
    clock,
    store,
    dispatcher,
    /** One check of a site, without waiting for what it sends. */
    async check(answer: Answer, site = 'prod'): Promise<void> {
      const run = checks.get(site) ?? checkOf(site);
      checks.set(site, run);
      await run(answer);
    },
    /** Gives a message to every destination that wants it. */
    async send(message: Message): Promise<void> {
      const routed = route(message);
      if (routed !== undefined) await store.enqueue([routed], clock.now().getTime());
      dispatcher.wake();
    },
    /** Resolves once nothing waits any more for these destinations, by their places; default: for none. */
    async delivered(...places: readonly number[]): Promise<void> {
      const names = configs
        .filter((_, index) => places.length === 0 || places.includes(index))
        .map(({ name }) => name);
      const deadlineMs = performance.now() + 15_000;
      for (const name of names) {
        while ((await store.nextRows(name, 1)).length > 0) {
          if (performance.now() > deadlineMs) throw new Error(`messages still wait for ${name}`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    },
  };
}

async function laneOf(settings: DestinationConfig) {
  const tools = { clock: systemClock, logger: silentLogger, latestStatuses: async () => [] };
  return {
    settings,
    keepsEveryStatus: keepsEveryStatus(settings),
    destination: await openDestination(settings, tools),
  };
}

function answerOf(answer: Answer): SiteAnswer {
  if (!('license' in answer)) return answer;
  const reply = parseLicenseReply(answer.license);
  if (reply === undefined) throw new Error('not a license reply');
  return { kind: 'license', reply, host: 'sense.example.com', certificates: noCertificates };
}
