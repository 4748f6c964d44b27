import { expect, it } from 'vitest';
import {
  availability,
  describeMqttDestination,
  idOf,
  openMqttDestination,
  soon,
} from '../../../../test/contracts/mqtt-destination.ts';
import { alertMessage, statusMessage } from '../../../../test/fakes/messages.ts';
import { describeWith } from '../../../../test/servers/describe-with.ts';
import { startMosquitto } from '../../../../test/servers/mosquitto.ts';
import { retainedOn, subscribe } from '../../../../test/servers/mqtt-subscriber.ts';
import { startTcpProxy } from '../../../../test/servers/tcp-proxy.ts';

const accepted = { kind: 'accepted' };

describeWith(['mosquitto'], 'the MQTT contract', () => {
  describeMqttDestination('mosquitto and MQTT 5', startMosquitto, { version: 5 });
  describeMqttDestination('mosquitto and MQTT 3.1.1', startMosquitto, { version: '3.1.1' });
  describeMqttDestination('mosquitto and quality of service 2', startMosquitto, { qos: 2 });
});

describeWith(['mosquitto'], 'the MQTT destination with mosquitto', () => {
  it('prefers MQTT 5, and tells receivers what they get', async () => {
    await using broker = await startMosquitto();
    await using subscriber = await subscribe(broker.url, '#', { protocolVersion: 5 });
    await using destination = await openMqttDestination({ url: broker.url });
    await destination.deliver([alertMessage()], soon());
    const received = await subscriber.until((all) => all.length === 2);
    expect(received[1]!.properties).toMatchObject({
      contentType: 'application/json',
      payloadFormatIndicator: true,
      userProperties: { id: 'alert-1' },
    });
    expect(broker.log()).toMatch(/connected from .* as license-sentinel-broker-[0-9a-f]{8} \(p5,/);
  });

  it('keeps to the number of unconfirmed messages that the broker allows', async () => {
    await using broker = await startMosquitto({ settings: ['max_inflight_messages 2'] });
    // It enforces the limit at quality of service 2 only.
    await using destination = await openMqttDestination({ url: broker.url, qos: 2 });
    const batch = Array.from({ length: 100 }, (_, n) => alertMessage({ id: `alert-${n}` }));
    expect(await destination.deliver(batch, soon())).toEqual(batch.map(() => accepted));
    expect(broker.log()).not.toMatch(/receive maximum exceeded/i);
  });

  it.each([5, 'auto'])('defers what the broker denies, and all after it (version %s)', async (version) => {
    await using broker = await startMosquitto({
      users: { sentinel: 'right-password' },
      acl: ['user sentinel', 'topic write license-sentinel/+/status', `topic write ${availability}`],
    });
    const login = { user: 'sentinel', password: 'right-password' };
    await using destination = await openMqttDestination({ url: broker.url, version, ...login });
    const outcomes = await destination.deliver([statusMessage(), alertMessage(), statusMessage()], soon());
    expect(outcomes).toMatchObject([
      accepted,
      {
        kind: 'deferred',
        reason: 'unauthorized',
        detail: expect.stringContaining('publish to license-sentinel/prod/alert'),
      },
      { kind: 'deferred', reason: 'unauthorized', detail: expect.stringContaining('Waits for an earlier') },
    ]);
  });

  it('notices with 3.1.1 and confirm what the broker denies without a word', async () => {
    await using broker = await startMosquitto({
      users: { sentinel: 'right-password' },
      acl: ['user sentinel', 'topic read #', 'topic write license-sentinel/+/status'],
    });
    const login = { user: 'sentinel', password: 'right-password' };
    const settings = { url: broker.url, version: '3.1.1', confirm: true, ...login };
    await using destination = await openMqttDestination(settings);
    expect(await destination.deliver([statusMessage()], soon())).toEqual([accepted]);
    expect(await destination.deliver([alertMessage()], AbortSignal.timeout(300))).toMatchObject([
      { kind: 'deferred', reason: 'timeout', detail: expect.stringContaining('did not hand it back') },
    ]);
  });

  it.each([5, '3.1.1'])('says that the password is wrong (version %s)', async (version) => {
    await using broker = await startMosquitto({ users: { sentinel: 'right-password' } });
    const login = { user: 'sentinel', password: 'wrong-password' };
    await using destination = await openMqttDestination({ url: broker.url, version, ...login });
    const outcomes = await destination.deliver([alertMessage()], soon());
    expect(outcomes).toMatchObject([
      { kind: 'deferred', reason: 'unauthorized', detail: expect.stringContaining('`user` and `password`') },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('wrong-password');
  });

  it('speaks over WebSockets', async () => {
    await using broker = await startMosquitto({ websockets: true });
    await using destination = await openMqttDestination({ url: broker.url });
    expect(await destination.deliver([statusMessage()], soon())).toEqual([accepted]);
    expect(Object.keys(await retainedOn(broker.url)).sort()).toEqual([
      availability,
      'license-sentinel/prod/status',
    ]);
  });

  it('says the whole state again to a broker that forgot it in a restart', async () => {
    await using broker = await startMosquitto();
    const statuses = [statusMessage({ site: 'prod' }), statusMessage({ site: 'test', id: 'status-2' })];
    await using destination = await openMqttDestination(
      { url: broker.url },
      { latestStatuses: async () => statuses },
    );
    await destination.deliver(statuses, soon());
    await broker.restart();
    expect(await destination.deliver([alertMessage()], soon())).toEqual([accepted]);
    expect(Object.keys(await retainedOn(broker.url)).sort()).toEqual([
      availability,
      'license-sentinel/prod/status',
      'license-sentinel/test/status',
    ]);
  });

  it('tells the truth about every message while the broker goes away and comes back', async () => {
    await using broker = await startMosquitto({ persistence: true });
    // A session that the broker keeps, so that nothing it confirmed can pass by.
    const options = { clean: false, clientId: 'listener' } as const;
    await using subscriber = await subscribe(broker.url, 'license-sentinel/+/alert', options);
    await using destination = await openMqttDestination({ url: broker.url });
    const all = Array.from({ length: 3_000 }, (_, n) => alertMessage({ id: `alert-${n}` }));
    const acceptedIds: string[] = [];
    let wasDeferred = false;
    let restarted: Promise<void> | undefined;

    for (let next = 0; next < all.length; ) {
      const batch = all.slice(next, next + destination.maxBatch);
      const delivering = destination.deliver(batch, soon());
      if (next === 1_000) restarted ??= broker.restart();
      const outcomes = await delivering;
      expect(outcomes).toHaveLength(batch.length);
      const firstNot = outcomes.findIndex(({ kind }) => kind !== 'accepted');
      const taken = firstNot === -1 ? batch.length : firstNot;
      acceptedIds.push(...batch.slice(0, taken).map(({ id }) => id));
      expect(outcomes.slice(taken).every(({ kind }) => kind === 'deferred')).toBe(true);
      if (taken < batch.length) {
        wasDeferred = true;
        await restarted;
      }
      next += taken;
    }

    await restarted;
    expect(wasDeferred).toBe(true);
    expect(acceptedIds).toEqual(all.map(({ id }) => id));
    const received = await subscriber.until((some) => some.some(({ text }) => idOf(text) === all.at(-1)!.id));
    const ids = new Set(received.map(({ text }) => idOf(text)));
    expect(all.filter(({ id }) => !ids.has(id))).toEqual([]);
  });

  it('does not send what the broker finds too large', async () => {
    await using broker = await startMosquitto({ settings: ['max_packet_size 2000'] });
    await using destination = await openMqttDestination({ url: broker.url });
    const outcomes = await destination.deliver(
      [alertMessage({ text: 'x'.repeat(2_000) }), alertMessage({ id: 'small' })],
      soon(),
    );
    expect(outcomes).toMatchObject([
      { kind: 'rejected', reason: 'refused', detail: expect.stringContaining('2000 at most') },
      accepted,
    ]);
  });

  it('ends a connection left over from before, so that the last word is online', async () => {
    await using broker = await startMosquitto();
    await using proxy = await startTcpProxy(broker.port);
    await using subscriber = await subscribe(broker.url, availability);
    await using left = await openMqttDestination({ url: `mqtt://127.0.0.1:${proxy.port}` });
    await left.deliver([alertMessage()], soon());
    proxy.mute();
    await using destination = await openMqttDestination({ url: broker.url });
    await destination.deliver([alertMessage()], soon());
    const received = await subscriber.until((all) => all.length === 3);
    expect(received.map(({ text }) => text)).toEqual(['online', 'offline', 'online']);
  });
});

describeWith(['mosquitto', 'openssl'], 'the MQTT destination with encryption', () => {
  it('delivers to a broker whose authority it was given', async () => {
    await using broker = await startMosquitto({ tls: true });
    await using destination = await openMqttDestination({ url: broker.url, ca: broker.certificates!.ca });
    expect(await destination.deliver([alertMessage()], soon())).toEqual([accepted]);
  });

  it('does not talk to a broker that it cannot trust, unless told to', async () => {
    await using broker = await startMosquitto({ tls: true });
    await using destination = await openMqttDestination({ url: broker.url });
    expect(await destination.deliver([alertMessage()], soon())).toMatchObject([
      { kind: 'deferred', reason: 'tls', detail: expect.stringContaining('set `ca`') },
    ]);
    await using trusting = await openMqttDestination({
      url: broker.url,
      verify: false,
      clientId: 'trusting',
    });
    expect(await trusting.deliver([alertMessage()], soon())).toEqual([accepted]);
  });

  it('checks the name in the certificate', async () => {
    await using broker = await startMosquitto({ tls: true });
    const settings = { url: broker.url, ca: broker.certificates!.ca };
    await using misled = await openMqttDestination({ ...settings, serverName: 'other.example.com' });
    expect(await misled.deliver([alertMessage()], soon())).toMatchObject([
      { kind: 'deferred', reason: 'tls', detail: expect.stringContaining('`serverName`') },
    ]);
    await using named = await openMqttDestination({
      ...settings,
      serverName: 'localhost',
      clientId: 'named',
    });
    expect(await named.deliver([alertMessage()], soon())).toEqual([accepted]);
  });

  it('shows its client certificate, and says when it needs one', async () => {
    await using broker = await startMosquitto({ clientCertificates: true });
    const { ca, client } = broker.certificates!;
    const settings = { url: broker.url, ca };
    await using without = await openMqttDestination(settings);
    expect(await without.deliver([alertMessage()], soon())).toMatchObject([
      { kind: 'deferred', reason: 'tls', detail: expect.stringContaining('`clientCertificate`') },
    ]);
    for (const clientCertificate of [
      { cert: client.cert, key: client.key },
      { cert: client.cert, key: client.encryptedKey, passphrase: client.passphrase },
    ]) {
      await using destination = await openMqttDestination({ ...settings, clientCertificate });
      expect(await destination.deliver([alertMessage()], soon())).toEqual([accepted]);
    }
  });

  it('defers with a wrong passphrase, and does not tell it', async () => {
    await using broker = await startMosquitto({ clientCertificates: true });
    const { ca, client } = broker.certificates!;
    const clientCertificate = { cert: client.cert, key: client.encryptedKey, passphrase: 'wr0ng-passphrase' };
    await using destination = await openMqttDestination({ url: broker.url, ca, clientCertificate });
    const outcomes = await destination.deliver([alertMessage()], soon());
    expect(outcomes).toMatchObject([{ kind: 'deferred', reason: 'tls' }]);
    expect(JSON.stringify(outcomes)).not.toContain('wr0ng-passphrase');
  });

  it('speaks over encrypted WebSockets', async () => {
    await using broker = await startMosquitto({ tls: true, websockets: true });
    const settings = { url: broker.url, ca: broker.certificates!.ca, serverName: 'localhost' };
    await using destination = await openMqttDestination(settings);
    expect(await destination.deliver([alertMessage()], soon())).toEqual([accepted]);
  });
});
