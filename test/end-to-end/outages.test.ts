/** Each far end goes away and comes back while the service runs. Nothing is lost, and nobody else has to wait. */
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { describeWith } from '../servers/describe-with.ts';
import { startInfluxd } from '../servers/influxd.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { retainedOn } from '../servers/mqtt-subscriber.ts';
import { newFolder, type Program, readStore, startService, writeConfig } from './program.ts';
import {
  ALERTS,
  alertsIn,
  type Call,
  CHECKS,
  firstArrivals,
  hasAlert,
  listen,
  nameOf,
  type Payload,
  rowsOf,
  startWebhookReceiver,
  statusesIn,
} from './receivers.ts';
import { startSite } from './site.ts';

type Cleanup = TestContext['onTestFinished'];
const patience = { timeout: 60_000, interval: 100 };

describeWith(['influxd'], 'an outage of InfluxDB', () => {
  it.concurrent('leaves no gap in the series and delays nobody else', { timeout: 120_000 }, async ({
    onTestFinished,
  }) => {
    const influx = await startInfluxd();
    onTestFinished(() => influx.remove());
    const { program, receiver, folder } = await start(onTestFinished, ({ hook }) => [
      { name: 'metrics', kind: 'influxdb', version: 1, url: influx.url, database: 'qlik' },
      { name: 'hook', kind: 'webhook', url: hook },
    ]);
    await program.whenLogged(({ msg, destination }) => msg === 'delivered' && destination === 'metrics');

    await influx.stop();
    const before = checksIn(program).length;
    const [firstCall] = [receiver.calls.items.length];
    await program.log.until(() => checksIn(program).length >= before + 11);
    expect(program.log.items.some(({ msg }) => msg.startsWith('not delivered'))).toBe(true);
    const duringOutage = statusesWithDelay(receiver.calls.items.slice(firstCall));
    await influx.start();

    const noted = checksIn(program).length;
    await vi.waitFor(
      async () => expect((await rowsOf(influx, 'qlik', CHECKS)).length).toBeGreaterThanOrEqual(noted),
      patience,
    );
    await program.stop();
    const points = (await rowsOf(influx, 'qlik', CHECKS)).map(({ time }) => time);
    const { checks, waiting } = await readStore(folder, async (store) => ({
      checks: await store.history('prod', { from: 0, to: Date.now(), limit: 10_000 }),
      waiting: await store.nextRows('metrics', 10_000),
    }));
    // What was checked while the service was being stopped may still wait.
    expect(waiting.length).toBeLessThanOrEqual(2);
    const unwritten = waiting.map(({ message }) => message.occurredAt);
    expect([...points, ...unwritten]).toEqual(checks.map(({ at }) => at));
    expect(checks).toHaveLength(checksIn(program).length);
    expect((await rowsOf(influx, 'qlik', ALERTS)).map(({ kind }) => kind)).toEqual(['expiring']);

    expect(duringOutage.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...duringOutage)).toBeLessThan(5_000);
  });
});

describeWith(['mosquitto'], 'an outage of the MQTT broker', () => {
  it.concurrent('loses no alert, keeps their order and ids, and the newest status is retained', {
    timeout: 120_000,
  }, async ({ onTestFinished }) => {
    const broker = await startMosquitto({ persistence: true });
    onTestFinished(() => broker[Symbol.asyncDispose]());
    const published = await listen(onTestFinished, broker.url);
    const { program, receiver, site } = await start(onTestFinished, ({ hook }) => [
      { name: 'broker', kind: 'mqtt', url: broker.url },
      { name: 'hook', kind: 'webhook', url: hook },
    ]);
    await published.until(hasAlert('expiring 30'));

    await broker.stop();
    const meanwhile: readonly [string, () => void][] = [
      ['expiring 14', () => site.endsIn(14)],
      ['expiring 7', () => site.endsIn(7)],
      ['expired', () => site.expires()],
    ];
    for (const [name, happens] of meanwhile) {
      happens();
      await receiver.calls.until(hasAlert(name));
    }
    await program.whenLogged(
      ({ msg, destination }) => msg.startsWith('not delivered') && destination === 'broker',
    );
    expect(hasAlert('expired')(published.items)).toBe(false);
    await broker.start();
    await published.until(hasAlert('expired'));
    site.endsIn(365);
    await published.until(hasAlert('renewed'));
    await receiver.calls.until(hasAlert('renewed'));
    const since = Date.now();
    await vi.waitFor(async () => {
      const retained = await retainedOn(broker.url);
      const status = JSON.parse(retained['license-sentinel/prod/status']!) as Payload;
      expect(status).toMatchObject({ daysUntilExpiry: 365, state: 'valid' });
      expect(Date.parse(status.occurredAt)).toBeGreaterThan(since - 1_000);
      expect(retained['license-sentinel/availability']).toBe('online');
    }, patience);
    await program.stop();

    const arrived = firstArrivals(alertsIn(published.items));
    expect(arrived.map(nameOf)).toEqual([
      'expiring 30',
      'shortened',
      'expiring 14',
      'shortened',
      'expiring 7',
      'shortened',
      'expired',
      'renewed',
    ]);
    expect(arrived).toEqual(firstArrivals(alertsIn(receiver.calls.items)));
  });
});

describe('an outage of a webhook receiver', () => {
  it.concurrent('is waited for as long as it asks, refusals become dead letters that others hear of, and a calm receiver notices nothing', {
    timeout: 90_000,
  }, async ({ onTestFinished }) => {
    const names = ['failing', 'busy', 'hanging', 'refusing', 'calm'];
    const { program, receiver, site } = await start(
      onTestFinished,
      ({ url }) =>
        names.map((name) => ({
          name,
          kind: 'webhook',
          url: `${url}/${name}`,
          sendRecurring: false,
          timeout: '1 s',
        })),
      (script) => {
        script('/failing', { status: 500 }, { status: 500 }, { status: 500 });
        script('/busy', { status: 429, headers: { 'retry-after': '2' } });
        script('/hanging', 'hang');
        script('/refusing', { status: 400, body: 'not like this' });
      },
    );
    const callsOf = (name: string) => receiver.calls.items.filter(({ path }) => path === `/${name}`);
    const tookFirst = (name: string) =>
      callsOf(name).some(({ isAccepted, body }) => isAccepted && nameOf(body) === 'expiring 30');
    await receiver.calls.until(
      () =>
        ['failing', 'busy', 'hanging', 'calm'].every(tookFirst) && hasAlert('dead-letter')(callsOf('calm')),
    );
    site.endsIn(14);
    await receiver.calls.until(() => names.every((name) => hasAlert('expiring 14')(callsOf(name))));
    await program.stop();
    const attemptsOf = (name: string) => callsOf(name).filter(({ body }) => nameOf(body) === 'expiring 30');
    const gapsOf = (name: string) =>
      attemptsOf(name).map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? atMs));

    expect(attemptsOf('failing')).toHaveLength(4);
    expect(new Set(attemptsOf('failing').map(({ body }) => body.id)).size).toBe(1);
    expect(attemptsOf('busy')).toHaveLength(2);
    expect(gapsOf('busy')[1]).toBeGreaterThan(1_990);
    expect(attemptsOf('hanging')).toHaveLength(2);
    const timeout = program.log.items.find(
      ({ destination, reason }) => destination === 'hanging' && reason === 'timeout',
    );
    expect(timeout!['ms']).toBeGreaterThan(950);
    expect(timeout!['ms']).toBeLessThan(3_000);

    expect(attemptsOf('refusing')).toHaveLength(1);
    const about = {
      kind: 'dead-letter',
      severity: 'warning',
      site: null,
      title: expect.stringContaining('refusing'),
    };
    for (const name of ['failing', 'busy', 'hanging', 'calm']) {
      expect(alertsIn(callsOf(name)).filter(({ kind }) => kind === 'dead-letter')).toMatchObject([about]);
    }
    expect(hasAlert('dead-letter')(callsOf('refusing'))).toBe(false);

    expect(callsOf('calm').map(({ isAccepted }) => isAccepted)).not.toContain(false);
    expect(Math.max(...callsOf('calm').map(delayOf))).toBeLessThan(5_000);
    const order = ['expiring 30', 'shortened', 'expiring 14'];
    for (const name of names) {
      const ofTheSite = firstArrivals(alertsIn(callsOf(name))).filter((each) => each.site === 'prod');
      expect(ofTheSite.map(nameOf)).toEqual(order);
    }
  });

  it.concurrent('that lasts is announced on the other destinations, and so is its end', {
    timeout: 90_000,
  }, async ({ onTestFinished }) => {
    const { program, receiver } = await start(
      onTestFinished,
      ({ url }) => [
        { name: 'down', kind: 'webhook', url: `${url}/down` },
        { name: 'calm', kind: 'webhook', url: `${url}/calm`, sendRecurring: false },
      ],
      (script) => script('/down', ...Array.from({ length: 5 }, () => ({ status: 503 }))),
      'lane: { alertAfter: 2 s }\n',
    );
    const calm = () => receiver.calls.items.filter(({ path }) => path === '/calm');
    await receiver.calls.until(() => hasAlert('destination-recovered')(calm()));
    await program.stop();
    expect(alertsIn(calm()).map(nameOf)).toEqual([
      'expiring 30',
      'destination-failing',
      'destination-recovered',
    ]);
    expect(alertsIn(calm())[1]).toMatchObject({ site: null, title: expect.stringContaining('down') });
  });
});

describeWith(['influxd', 'mosquitto'], 'an outage of the site', () => {
  it.concurrent('is announced everywhere, the countdown goes on, and its end is announced too', {
    timeout: 90_000,
  }, async ({ onTestFinished }) => {
    const influx = await startInfluxd();
    const broker = await startMosquitto();
    onTestFinished(() => influx.remove());
    onTestFinished(() => broker[Symbol.asyncDispose]());
    const published = await listen(onTestFinished, broker.url);
    const { program, receiver, site } = await start(
      onTestFinished,
      ({ hook }) => [
        { name: 'metrics', kind: 'influxdb', version: 1, url: influx.url, database: 'qlik' },
        { name: 'broker', kind: 'mqtt', url: broker.url },
        { name: 'hook', kind: 'webhook', url: hook },
      ],
      undefined,
      'alerts: { visibility: { failures: 2, after: 1 s } }\n',
    );
    await receiver.calls.until(hasAlert('expiring 30'));
    await published.until(hasAlert('expiring 30'));

    await site.goDown();
    await receiver.calls.until(hasAlert('unreachable'));
    await published.until(hasAlert('unreachable'));
    const blind = (status: Payload) => !status.reachable;
    await receiver.calls.until((calls) => statusesIn(calls).filter(blind).length >= 6);
    await published.until((all) => statusesIn(all).filter(blind).length >= 6);
    await site.comeBack();
    await receiver.calls.until(hasAlert('reachable'));
    await published.until(hasAlert('reachable'));
    await vi.waitFor(async () => expect(await rowsOf(influx, 'qlik', ALERTS)).toHaveLength(3), patience);
    const points = await rowsOf(influx, 'qlik', CHECKS);
    await program.stop();

    const expected = ['expiring 30', 'unreachable', 'reachable'];
    expect(alertsIn(receiver.calls.items).map(nameOf)).toEqual(expected);
    expect(alertsIn(published.items)).toEqual(alertsIn(receiver.calls.items));
    const ids = (await rowsOf(influx, 'qlik', ALERTS)).map(({ id }) => id);
    expect(ids).toEqual(alertsIn(receiver.calls.items).map(({ id }) => id));
    const last = statusesIn(receiver.calls.items).filter(blind).at(-1)!;
    expect(last).toMatchObject({ daysUntilExpiry: 30, state: 'expiring', expiryDateStr: site.dateIn(30) });
    expect(Date.parse(last.lastConfirmedAt!)).toBeLessThan(Date.parse(last.occurredAt) - 3_000);
    const unreadable = points.filter(({ reachable }) => reachable === false);
    expect(unreadable.length).toBeGreaterThanOrEqual(6);
    expect(unreadable.every((point) => point['days_until_expiry'] === 30)).toBe(true);
    expect(unreadable.at(-1)!['reading_age_seconds']).toBeGreaterThanOrEqual(4);
  });
});

type Script = Awaited<ReturnType<typeof startWebhookReceiver>>['answer'];

async function start(
  cleanup: Cleanup,
  destinationsOf: (addresses: { url: string; hook: string }) => readonly object[],
  prepare: (script: Script) => void = () => undefined,
  settings = '',
) {
  const folder = await newFolder(cleanup);
  const receiver = await startWebhookReceiver(cleanup);
  prepare((path, ...answers) => receiver.answer(path, ...answers));
  const site = await startSite(cleanup, folder);
  const destinations = destinationsOf({ url: receiver.url, hook: `${receiver.url}/hook` });
  await writeConfig(
    folder,
    `${site.config}destinations: ${JSON.stringify(destinations)}\nstore: ./store.db\n${settings}`,
  );
  return { program: startService(cleanup, folder), receiver, site, folder };
}

const checksIn = ({ log }: Program) => log.items.filter(({ msg }) => msg === 'site checked');

/** Milliseconds from what happened to its arrival; what happened is told in whole seconds. */
const delayOf = ({ at, body }: Call) => at - Date.parse(body.occurredAt);

const statusesWithDelay = (calls: readonly Call[]) =>
  calls.filter(({ body }) => body.topic === 'status').map(delayOf);
