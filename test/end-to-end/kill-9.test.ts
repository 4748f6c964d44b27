/**
 * `kill -9` at every kind of moment, again and again on the same store. Afterwards everything is brought back, and
 * every alert must have reached every destination: with one id, in order, and nothing but what really happened.
 */
import { setTimeout } from 'node:timers/promises';
import { expect, it, type TestContext, vi } from 'vitest';
import { describeWith } from '../servers/describe-with.ts';
import { type Influxd, startInfluxd } from '../servers/influxd.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { retainedOn } from '../servers/mqtt-subscriber.ts';
import type { Inbox } from './inbox.ts';
import { newFolder, type Program, readStore, startService, writeConfig } from './program.ts';
import {
  ALERTS,
  alertsIn,
  CHECKS,
  firstArrivals,
  hasAlert,
  listen,
  nameOf,
  type Payload,
  type Published,
  rowsOf,
  startWebhookReceiver,
  type WebhookReceiver,
} from './receivers.ts';
import { type Site, startSite } from './site.ts';

type Cleanup = TestContext['onTestFinished'];

interface Scene {
  readonly influx: Influxd;
  readonly broker: Mosquitto;
  readonly receiver: WebhookReceiver;
  readonly published: Inbox<Published>;
  readonly site: Site;
  readonly folder: string;
}

interface Situation {
  readonly when: string;
  /** Breaks something before the first start. */
  begin?(scene: Scene): Promise<void> | void;
  /** Resolves at the moment of the kill; `round` varies it. */
  moment(program: Program, round: number, scene: Scene): Promise<unknown>;
  /** Repairs what `begin` broke. */
  end?(scene: Scene): Promise<void> | void;
}

const failedAt = (destination: string) => (program: Program) =>
  program.whenLogged((line) => line.msg.startsWith('not delivered') && line['destination'] === destination);

const situations: readonly Situation[] = [
  {
    when: 'while InfluxDB is down',
    begin: ({ influx }) => influx.stop('SIGKILL'),
    moment: failedAt('metrics'),
    end: ({ influx }) => influx.start(),
  },
  {
    when: 'while the broker is down',
    begin: ({ broker }) => broker.stop(),
    moment: failedAt('broker'),
    end: ({ broker }) => broker.start(),
  },
  {
    when: 'while the receiver answers 500',
    begin: ({ receiver }) => receiver.answerAll({ status: 500 }),
    moment: failedAt('hook'),
    end: ({ receiver }) => receiver.answerAll({ status: 200 }),
  },
  {
    when: 'while the receiver hangs',
    begin: ({ receiver }) => receiver.answerAll('hang'),
    moment: async (program, round) => {
      await nthCheck(program, 1);
      await setTimeout(round * 130);
    },
    end: ({ receiver }) => receiver.answerAll({ status: 200 }),
  },
  {
    when: 'in the middle of a healthy run',
    moment: async (program, round) => {
      await nthCheck(program, 1 + (round % 2));
      await setTimeout(round * 37);
    },
  },
  {
    when: 'at the start',
    moment: (_, round) => setTimeout(150 + round * 250),
  },
  {
    when: 'as soon as a receiver has an alert, before the service can note that',
    moment: (_, round, { receiver }) => receiver.calls.until(hasAlert(story[round]!.alerts.at(-1)!)),
  },
  {
    when: 'right after an alert was committed',
    moment: (program) => program.whenLogged(({ alerts }) => Array.isArray(alerts) && alerts.length > 0),
  },
];

/** What happens to the license, and the alerts that this has to bring, in this order. */
const story: readonly { readonly happens: (site: Site) => void; readonly alerts: readonly string[] }[] = [
  { happens: (site) => site.endsIn(30), alerts: ['expiring 30'] },
  { happens: (site) => site.endsIn(14), alerts: ['shortened', 'expiring 14'] },
  { happens: (site) => site.endsIn(7), alerts: ['shortened', 'expiring 7'] },
  { happens: (site) => site.expires(), alerts: ['shortened', 'expired'] },
  { happens: (site) => site.endsIn(365), alerts: ['renewed'] },
];
const wholeStory = story.flatMap(({ alerts }) => alerts);

describeWith(['influxd', 'mosquitto'], 'kill -9', () => {
  it.concurrent.for(situations)(
    '$when loses nothing and invents nothing',
    { timeout: 150_000 },
    async (situation, { onTestFinished }) => {
      const scene = await setScene(onTestFinished);
      const { influx, broker, receiver, published, site, folder } = scene;
      await situation.begin?.(scene);

      for (const [round, { happens }] of story.entries()) {
        happens(site);
        await killAt(situation, round);
        await untilStored(round);
      }
      await situation.end?.(scene);

      const last = startService(onTestFinished, folder);
      const hasAll = (messages: readonly { readonly body: Payload | null }[]) =>
        wholeStory.every((name) => hasAlert(name)(messages));
      await receiver.calls.until((calls) => hasAll(calls.filter(({ isAccepted }) => isAccepted)));
      await published.until(hasAll);
      await vi.waitFor(
        async () => {
          expect((await rowsOf(influx, 'qlik', ALERTS)).map(({ kind }) => kind)).toContain('renewed');
          expect((await rowsOf(influx, 'qlik', CHECKS)).at(-1)).toMatchObject({
            days_until_expiry: 365,
            expiry_date: site.dateIn(365),
            license_expired: false,
          });
          const retained = await retainedOn(broker.url);
          expect(JSON.parse(retained['license-sentinel/prod/status']!)).toMatchObject({
            daysUntilExpiry: 365,
            state: 'valid',
          });
          expect(retained['license-sentinel/availability']).toBe('online');
        },
        { timeout: 60_000, interval: 100 },
      );
      expect(await last.stop()).toMatchObject({ code: 0 });

      // Also what was never taken counts: an attempt is an arrival.
      const atWebhook = firstArrivals(alertsIn(receiver.calls.items));
      const taken = firstArrivals(alertsIn(receiver.calls.items.filter(({ isAccepted }) => isAccepted)));
      expect(atWebhook.map(nameOf)).toEqual(wholeStory);
      expect(taken).toEqual(atWebhook);
      expect(firstArrivals(alertsIn(published.items))).toEqual(atWebhook);
      const ids = atWebhook.map(({ id }) => id);
      expect((await rowsOf(influx, 'qlik', ALERTS)).map(({ id }) => id)).toEqual(ids);

      const { receipts, lanes } = await readStore(folder, async (store) => ({
        receipts: await store.receipts({ limit: 1000 }),
        lanes: await store.laneSummaries(),
      }));
      for (const destination of ['metrics', 'broker', 'hook']) {
        const settled = receipts
          .filter((each) => each.destination === destination)
          .toSorted((a, b) => a.seq - b.seq);
        expect(settled.map(({ message, result }) => ({ id: message.id, result: result.kind }))).toEqual(
          ids.map((id) => ({ id, result: 'accepted' })),
        );
      }
      expect(lanes.map(({ deadLetters }) => deadLetters)).toEqual([0, 0, 0]);

      async function killAt(situation: Situation, round: number): Promise<void> {
        const program = startService(onTestFinished, folder);
        await situation.moment(program, round, scene);
        await program.kill9();
      }

      /** The license does not change again before the service knows how it is now; it may be killed before it said so. */
      async function untilStored(round: number): Promise<void> {
        const days = [30, 14, 7, -1, 365][round]!;
        const isKnown = await readStore(folder, async (store) => {
          const record = await store.siteRecord('prod');
          return record?.status.license?.daysLeft === days;
        });
        if (isKnown) return;
        const program = startService(onTestFinished, folder);
        await program.whenLogged(({ msg, daysLeft }) => msg === 'site checked' && daysLeft === days);
        await program.kill9();
      }
    },
  );
});

async function setScene(cleanup: Cleanup): Promise<Scene> {
  const folder = await newFolder(cleanup);
  const [influx, broker] = await Promise.all([startInfluxd(), startMosquitto({ persistence: true })]);
  cleanup(() => influx.remove());
  cleanup(() => broker[Symbol.asyncDispose]());
  const receiver = await startWebhookReceiver(cleanup);
  const site = await startSite(cleanup, folder);
  const published = await listen(cleanup, broker.url);
  const destinations = [
    { name: 'metrics', kind: 'influxdb', version: 1, url: influx.url, database: 'qlik' },
    { name: 'broker', kind: 'mqtt', url: broker.url },
    { name: 'hook', kind: 'webhook', url: `${receiver.url}/hook`, timeout: '2 s' },
  ];
  await writeConfig(
    folder,
    `${site.config}destinations: ${JSON.stringify(destinations)}\nstore: ./store.db\n`,
  );
  return { influx, broker, receiver, published, site, folder };
}

async function nthCheck(program: Program, count: number): Promise<void> {
  await program.log.until((lines) => lines.filter(({ msg }) => msg === 'site checked').length >= count);
}
