/** The main job, as a user runs it: a site over mutual TLS, and InfluxDB, MQTT and webhooks, four of each. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { describeWith } from '../servers/describe-with.ts';
import { startInfluxd } from '../servers/influxd.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { makeTestCertificates } from '../servers/test-certificates.ts';
import { newFolder, readStore, runProgram, startService, writeConfig } from './program.ts';
import {
  ALERTS,
  alertsIn,
  CHECKS,
  hasAlert,
  listen,
  nameOf,
  rowsOf,
  startWebhookReceiver,
  statusesIn,
} from './receivers.ts';
import { startSite } from './site.ts';

const switches = [
  { name: 'both', sendRecurring: true, sendAlert: true },
  { name: 'status', sendRecurring: true, sendAlert: false },
  { name: 'alerts', sendRecurring: false, sendAlert: true },
  { name: 'neither', sendRecurring: false, sendAlert: false },
] as const;
const influxLogin = { user: 'sentinel', password: 'influx-password' };
const mqttLogin = { user: 'sentinel', password: 'mqtt-password' };
const signingSecret = `whsec_${Buffer.from('a secret that signs').toString('base64')}`;

describeWith(['influxd', 'mosquitto', 'openssl'], 'three destinations', () => {
  it('get recurring status and alerts as each of them is switched, all with the same number of days', {
    timeout: 120_000,
  }, async ({ onTestFinished }) => {
    const { influx, broker, receiver, site, folder, published } = await startEverything(onTestFinished);

    const program = startService(onTestFinished, folder);
    await receiver.calls.until((calls) => hasAlert('expiring 30')(calls) && statusesIn(calls).length > 0);
    site.endsIn(14);
    const isDone = hasAlert('expiring 14');
    await receiver.calls.until(
      (calls) =>
        isDone(to(calls, '/both')) &&
        isDone(to(calls, '/alerts')) &&
        statusesIn(to(calls, '/status')).some(({ daysUntilExpiry }) => daysUntilExpiry === 14),
    );
    await published.until(
      (all) =>
        isDone(on(all, 'both/')) &&
        isDone(on(all, 'alerts/')) &&
        statusesIn(on(all, 'status/')).some(({ daysUntilExpiry }) => daysUntilExpiry === 14),
    );
    for (const [database, measurement] of [
      ['both', CHECKS],
      ['both', ALERTS],
      ['status', CHECKS],
      ['alerts', ALERTS],
    ] as const) {
      await vi.waitFor(
        async () =>
          expect((await rowsOf(influx, database, measurement)).at(-1)).toMatchObject({
            days_until_expiry: 14,
          }),
        { timeout: 60_000, interval: 200 },
      );
    }
    const asked = await runProgram(onTestFinished, folder, ['check', '-c', 'config.yaml', '-f', 'json']);
    expect(await program.stop()).toMatchObject({ code: 0 });
    expect(program.log.items.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);

    // One number everywhere.
    expect(JSON.parse(asked.stdout)).toMatchObject({
      sites: [
        { site: 'prod', state: 'expiring', daysLeft: 14, endDate: site.dateIn(14), licenseNumber: '…1234' },
      ],
    });
    const facts = {
      site: 'prod',
      state: 'expiring',
      daysUntilExpiry: 14,
      expiryDateStr: site.dateIn(14),
      licenseExpired: false,
      reachable: true,
      licenseNumber: '…1234',
      tags: { environment: 'test' },
    };
    const alert = {
      ...facts,
      topic: 'alert',
      kind: 'expiring',
      event: 'server license about to expire alert',
      rung: 14,
    };
    expect(statusesIn(to(receiver.calls.items, '/both')).at(-1)).toMatchObject(facts);
    expect(statusesIn(on(published.items, 'both/')).at(-1)).toMatchObject(facts);
    expect(alertsIn(to(receiver.calls.items, '/both')).at(-1)).toMatchObject(alert);
    expect(alertsIn(on(published.items, 'both/')).at(-1)).toEqual(
      alertsIn(to(receiver.calls.items, '/both')).at(-1),
    );
    expect((await rowsOf(influx, 'both', CHECKS)).at(-1)).toMatchObject({
      site: 'prod',
      environment: 'test',
      state: 'expiring',
      days_until_expiry: 14,
      expiry_date: site.dateIn(14),
      expiry_timestamp: Date.parse(site.dateIn(14)) / 1000,
      license_expired: false,
      reachable: true,
      reading_age_seconds: 0,
    });

    // The same alerts with the same ids, in the same order, wherever they are wanted.
    const expected = ['expiring 30', 'shortened', 'expiring 14'];
    const ids = alertsIn(to(receiver.calls.items, '/both')).map(({ id }) => id);
    for (const name of ['both', 'alerts']) {
      const lists = [
        alertsIn(to(receiver.calls.items, `/${name}`)),
        alertsIn(on(published.items, `${name}/`)),
        (await rowsOf(influx, name, ALERTS)).map(({ id, kind, rung }) => ({ id, kind, rung }) as never),
      ];
      for (const list of lists) {
        expect(list.map(nameOf)).toEqual(expected);
        expect(list.map(({ id }) => id)).toEqual(ids);
      }
    }

    // What is switched off does not arrive, and was never meant to.
    expect(alertsIn(to(receiver.calls.items, '/status'))).toEqual([]);
    expect(statusesIn(to(receiver.calls.items, '/alerts'))).toEqual([]);
    expect(to(receiver.calls.items, '/neither')).toEqual([]);
    expect(alertsIn(on(published.items, 'status/'))).toEqual([]);
    expect(statusesIn(on(published.items, 'alerts/'))).toEqual([]);
    expect(on(published.items, 'neither/').filter(({ body }) => body !== null)).toEqual([]);
    expect(await rowsOf(influx, 'status', ALERTS)).toEqual([]);
    expect(await rowsOf(influx, 'alerts', CHECKS)).toEqual([]);
    const lanes = await readStore(folder, (store) => store.laneSummaries());
    expect(lanes.map(({ destination }) => destination).filter((name) => name.endsWith('neither'))).toEqual(
      [],
    );
    expect(lanes).toHaveLength(9);
    expect(lanes.filter(({ deadLetters }) => deadLetters > 0)).toEqual([]);

    // Every request is signed as Standard Webhooks says.
    for (const { request } of receiver.calls.items) {
      const verify = () =>
        new Webhook(signingSecret).verify(request.body, request.headers as Record<string, string>);
      expect(verify).not.toThrow();
    }
    expect(broker.log()).toContain("u'sentinel'");
  });
});

describe('one message', () => {
  it('arrives at a webhook exactly as documented', { timeout: 90_000 }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const receiver = await startWebhookReceiver(onTestFinished);
    const site = await startSite(onTestFinished, folder, 7);
    await writeConfig(
      folder,
      `${site.config}destinations: [{ name: hook, kind: webhook, url: '${receiver.url}/hook' }]\nstore: ./store.db\n`,
    );
    const program = startService(onTestFinished, folder);
    const calls = await receiver.calls.until(hasAlert('expiring 7'));
    await program.stop();

    expect(calls[0]!.request).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(alertsIn(calls)[0]).toEqual({
      event: 'server license about to expire alert',
      licenseExpired: false,
      expiryDateStr: site.dateIn(7),
      daysUntilExpiry: 7,
      schema: 'license-sentinel.message.v1',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      topic: 'alert',
      kind: 'expiring',
      severity: 'critical',
      site: 'prod',
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      lastConfirmedAt: alertsIn(calls)[0]!.occurredAt,
      reachable: true,
      state: 'expiring',
      licenseNumber: '…1234',
      remarks: expect.any(Array),
      version: null,
      releaseLabel: null,
      acknowledgement: null,
      rung: 7,
      skippedRungs: [90, 60, 30, 14],
      reminder: false,
      title: `prod: Qlik Sense license ends in 7 days, on ${site.dateIn(7)}`,
      text: expect.stringContaining(site.dateIn(7)),
      link: null,
      tags: { environment: 'test' },
    });
  });
});

async function startEverything(cleanup: TestContext['onTestFinished']) {
  const folder = await newFolder(cleanup);
  const [influx, broker, certificates] = await Promise.all([
    startInfluxd({ auth: influxLogin, https: true }),
    startMosquitto({
      tls: true,
      users: { [mqttLogin.user]: mqttLogin.password, listener: 'listener-password' },
      acl: [
        `user ${mqttLogin.user}`,
        ...switches.map(({ name }) => `topic write ${name}/#`),
        'user listener',
        'topic read #',
      ],
    }),
    makeTestCertificates(),
  ]);
  cleanup(() => influx.remove());
  cleanup(() => broker[Symbol.asyncDispose]());
  await writeFile(join(folder, 'webhook-ca.pem'), certificates.ca);
  const receiver = await startWebhookReceiver(cleanup, certificates.server);
  const site = await startSite(cleanup, folder);
  const brokerCa = broker.certificates!.ca;
  const published = await listen(cleanup, broker.url, {
    username: 'listener',
    password: 'listener-password',
    ca: await readFile(brokerCa),
  });

  const destinations = switches.flatMap(({ name, ...sending }) => [
    {
      name: `influxdb-${name}`,
      kind: 'influxdb',
      version: 1,
      url: influx.url,
      database: name,
      ca: influx.caPath,
      ...influxLogin,
      ...sending,
    },
    {
      name: `mqtt-${name}`,
      kind: 'mqtt',
      url: broker.url,
      ca: brokerCa,
      ...mqttLogin,
      topics: {
        status: `${name}/{site}/status`,
        alert: `${name}/{site}/alert`,
        availability: `${name}/availability`,
      },
      ...sending,
    },
    {
      name: `webhook-${name}`,
      kind: 'webhook',
      url: `${receiver.url}/${name}`,
      ca: 'webhook-ca.pem',
      signingSecrets: [signingSecret],
      ...sending,
    },
  ]);
  // JSON is YAML.
  await writeConfig(
    folder,
    `${site.config}destinations: ${JSON.stringify(destinations)}\nstore: ./store.db\n`,
  );
  return { influx, broker, receiver, site, folder, published };
}

const to = <T extends { readonly path: string }>(calls: readonly T[], path: string) =>
  calls.filter((call) => call.path === path);

const on = <T extends { readonly topic: string }>(all: readonly T[], front: string) =>
  all.filter(({ topic }) => topic.startsWith(front));
