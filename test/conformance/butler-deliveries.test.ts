/** Butler's cases about receivers that are slow, broken, gone or strict, on real lanes. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { startHttpReceiver } from '../fakes/http-receiver.ts';
import { alertMessage, statusMessage } from '../fakes/messages.ts';
import { startAedes } from '../servers/aedes.ts';
import { freePort } from '../servers/free-port.ts';
import { subscribe } from '../servers/mqtt-subscriber.ts';
import { makeTestCertificates, writeTestFiles } from '../servers/test-certificates.ts';
import { eventsOf, received, startReceivers } from './butler-receivers.ts';
import { asButler, expiryTopic, startRig, statusTopic } from './butler-rig.ts';

const expiring = { license: signedLicense({ endDate: '2026-12-24' }) };
const bothEvents = ['server license about to expire alert', 'server license status'];

async function startHook(tls?: object) {
  const hook = await startHttpReceiver(tls === undefined ? {} : { tls });
  onTestFinished(() => hook.stop());
  return hook;
}

describe('a receiver', () => {
  it.each(['InfluxDB', 'MQTT', 'webhook'])(
    'N7: that is down (%s) keeps nothing from the other two, and gets all of it later',
    async (down) => {
      const receivers = await startReceivers();
      const port = await freePort();
      const away = { url: `mqtt://127.0.0.1:${port}` };
      const rig = await startRig([
        receivers.influxdb,
        { ...receivers.mqtt, ...(down === 'MQTT' && away) },
        receivers.webhook,
      ]);
      if (down === 'InfluxDB') receivers.influx.answerNext({ status: 500 });
      if (down === 'webhook') receivers.hook.answer('reset', { status: 200 });

      await rig.check(expiring);
      const [first, second] = { InfluxDB: [1, 2], MQTT: [0, 2], webhook: [0, 1] }[down] as [number, number];
      await rig.delivered(first, second);
      const revived = down === 'MQTT' ? await startAedes({}, port) : undefined;
      await using subscriber = await subscribe(revived?.url ?? receivers.broker.url, 'qliksense/#');
      await rig.delivered();

      expect(await rig.store.deadLetters({ limit: 1000 })).toEqual([]);
      expect(receivers.influx.lines).toHaveLength(2);
      expect(new Set(eventsOf(receivers.hook))).toEqual(new Set(bothEvents));
      if (revived === undefined) {
        expect((await received(receivers)).lines).toHaveLength(1);
      } else {
        const late = await subscriber.until((all) => all.length === 2);
        expect(late.map(({ topic }) => topic)).toEqual([expiryTopic, statusTopic]);
        await revived.stop();
      }
    },
  );

  it('N10: that hangs ends in a time-out and holds up nobody', async () => {
    const [slow, quick] = [await startHook(), await startHook()];
    slow.answer('hang');
    const rig = await startRig([
      { kind: 'webhook', url: slow.url, timeout: '200 ms' },
      { kind: 'webhook', url: quick.url },
    ]);
    await rig.check(expiring);
    await rig.delivered(1);
    expect(eventsOf(quick)).toEqual(bothEvents);
    await slow.whenReceived(1);
    await slow.whenDisconnected();
    slow.answer({ status: 200 });
    await rig.delivered();
    expect(eventsOf(slow)).toEqual([bothEvents[0], ...bothEvents]);
  });

  it('N11: that fails does not stop the second one in the list', async () => {
    const quick = await startHook();
    const rig = await startRig([
      { kind: 'webhook', url: `http://127.0.0.1:${await freePort()}` },
      { kind: 'webhook', url: quick.url },
    ]);
    await rig.check(expiring);
    await rig.delivered(1);
    expect(eventsOf(quick)).toEqual(bothEvents);
  });

  it('N12: that fails three times gets the message once, under the id it always had', async () => {
    const hook = await startHook();
    hook.answer({ status: 500 }, { status: 500 }, { status: 500 }, { status: 200 });
    const rig = await startRig([{ kind: 'webhook', url: hook.url }]);
    await rig.send(alertMessage());
    await rig.delivered();
    expect(hook.received).toHaveLength(4);
    expect(new Set(hook.received.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set(['alert-1']),
    );
  });

  it('C25: that says 404 gets no second try, and the message is kept as a dead letter', async () => {
    const hook = await startHook();
    hook.answer({ status: 404 });
    const rig = await startRig([{ kind: 'webhook', url: hook.url }]);
    await rig.send(alertMessage());
    await rig.delivered();
    expect(hook.received).toHaveLength(1);
    expect(await rig.store.deadLetters({ limit: 1000 })).toMatchObject([{ message: { id: 'alert-1' } }]);
  });

  it('C21: gets a second status, or a second reminder, inside the limit not again, but one after a failure', async () => {
    const hook = await startHook();
    hook.answer({ status: 500 }, { status: 200 });
    const rig = await startRig([{ kind: 'webhook', url: hook.url, repeatsAtMostEvery: '5 min' }]);
    await rig.check(expiring);
    for (let poll = 0; poll < 3; poll += 1) {
      await rig.clock.advance(60_000);
      await rig.check(expiring);
    }
    await rig.delivered();
    expect(eventsOf(hook)).toEqual([bothEvents[0], ...bothEvents]);
  });

  it('C20: gets by its own method what its list gets', async () => {
    const [monitor, alerts, put] = [await startHook(), await startHook(), await startHook()];
    const rig = await startRig([
      { kind: 'webhook', url: monitor.url, method: 'GET', sendAlert: false },
      { kind: 'webhook', url: alerts.url, method: 'POST', sendRecurring: false },
      { kind: 'webhook', url: put.url, method: 'PUT', sendRecurring: false },
    ]);
    await rig.check(expiring);
    await rig.delivered();
    expect(monitor.received).toMatchObject([
      {
        method: 'GET',
        path: '/?event=server+license+status&licenseExpired=false&expiryDateStr=2026-12-24&daysUntilExpiry=30',
      },
    ]);
    for (const [hook, method] of [
      [alerts, 'POST'],
      [put, 'PUT'],
    ] as const) {
      expect(hook.received).toMatchObject([{ method, headers: { 'content-type': 'application/json' } }]);
      expect(hook.received[0]!.body).toMatch(
        /^\{"event":"server license about to expire alert","licenseExpired":false,"expiryDateStr":"2026-12-24","daysUntilExpiry":30,/,
      );
    }
  });

  it('N24: by GET keeps the query of its address', async () => {
    const hook = await startHook();
    const rig = await startRig([{ kind: 'webhook', url: `${hook.url}/in?token=abc`, method: 'GET' }]);
    await rig.send(statusMessage({ license: null }));
    await rig.delivered();
    expect(hook.received[0]!.path).toBe(
      '/in?token=abc&event=server+license+status&licenseExpired=null&expiryDateStr=null&daysUntilExpiry=null',
    );
  });

  it.each(['GET', 'POST', 'PUT'])(
    'C24: is trusted by the authority that was given, by %s',
    async (method) => {
      const { ca, server } = await makeTestCertificates();
      const hook = await startHook(server);
      const files = await writeTestFiles({ ca });
      const rig = await startRig([{ kind: 'webhook', url: hook.url, method, ca: files.ca }]);
      await rig.send(statusMessage());
      await rig.delivered();
      expect(hook.received).toMatchObject([{ method }]);
    },
  );

  it('C23: whose authority cannot be read keeps its messages, and the reason names the file', async () => {
    const hook = await startHook();
    const rig = await startRig([{ kind: 'webhook', url: hook.url, ca: '/nowhere/ca.pem' }]);
    await rig.send(alertMessage());
    await vi.waitFor(async () => {
      const lane = await rig.store.lane('destination-0');
      expect(JSON.stringify(lane)).toContain('cannot read the certificate file /nowhere/ca.pem (ENOENT)');
    });
    expect(hook.received).toEqual([]);
    expect(await rig.store.nextRows('destination-0', 1)).toHaveLength(1);
  });

  it('N26: on MQTT is told when it was, however late a message comes', async () => {
    const port = await freePort();
    const rig = await startRig([{ ...asButler.mqtt, url: `mqtt://127.0.0.1:${port}` }]);
    await rig.check(expiring);
    await using broker = await startAedes({}, port);
    await using subscriber = await subscribe(broker.url, statusTopic);
    const [late] = await subscriber.until((all) => all.length === 1);
    expect(JSON.parse(late!.text)).toMatchObject({ occurredAt: '2026-11-24T10:00:00Z' });
  });
});
