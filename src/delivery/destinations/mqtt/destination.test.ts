import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { alertMessage, builtAt, statusMessage } from '../../../../test/fakes/messages.ts';
import { mqttFarEnd, soFar } from '../../../../test/fakes/mqtt-far-end.ts';
import {
  answering,
  availability,
  denying,
  logFields,
  opened,
  published,
  said,
} from '../../../../test/fakes/mqtt-opened.ts';
import { never, silentOn, withCode } from '../../../../test/fakes/mqtt-session.ts';

const accepted = { kind: 'accepted' };
const outOfTime = {
  kind: 'deferred',
  reason: 'timeout',
  detail: 'The broker did not confirm the message in time.',
};

describe('a delivery', () => {
  it('is preceded by `online`, which the broker keeps', async () => {
    const broker = mqttFarEnd();
    const { destination, lines } = opened(broker);
    expect(await soFar(destination.deliver([alertMessage()], never))).toEqual([accepted]);
    expect(said(broker.links[0]!)).toEqual([`${availability} online`, 'license-sentinel/prod/alert alert-1']);
    expect(published(broker.links[0]!).map(({ retain }) => retain)).toEqual([true, false]);
    expect(lines).toEqual([{ level: 'info', message: 'connected to the MQTT broker', fields: logFields }]);
  });

  it('leaves nothing behind but the connection: no timer, and no listener on its signal', async () => {
    const { destination, clock } = opened(mqttFarEnd());
    const { signal } = new AbortController();
    expect(await soFar(destination.deliver([alertMessage()], signal))).toEqual([accepted]);
    expect(clock.sleeping).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('sends nothing any more when its time is over', async () => {
    const broker = mqttFarEnd();
    const { destination } = opened(broker);
    await soFar(destination.deliver([alertMessage()], never));
    const batch = [alertMessage({ id: 'late' })];
    expect(await soFar(destination.deliver(batch, AbortSignal.abort()))).toEqual([outOfTime]);
    expect(said(broker.links[0]!)).not.toContain('license-sentinel/prod/alert late');
  });

  it('is given up when its time is over before the broker has confirmed it', async () => {
    const broker = answering('/alert', () => {});
    const { destination } = opened(broker);
    const abort = new AbortController();
    const delivered = destination.deliver([alertMessage()], abort.signal);
    expect(await soFar(delivered)).toBe('pending');
    abort.abort();
    expect(await soFar(delivered)).toEqual([
      { ...outOfTime, detail: `Not confirmed by the broker. ${outOfTime.detail}` },
    ]);
    expect(broker.links[0]!.near.destroyed).toBe(true);
  });

  it('fails when the broker does not answer in the time that an attempt has', async () => {
    const { destination, clock } = opened(silentOn('connect'));
    const delivered = destination.deliver([alertMessage(), alertMessage()], never);
    await clock.advance(6_999);
    expect(await soFar(delivered)).toBe('pending');
    await clock.advance(1);
    const failure = {
      kind: 'deferred',
      reason: 'timeout',
      detail: 'mqtt://b:1883 has not answered in time.',
    };
    expect(await soFar(delivered)).toEqual([failure, failure]);
  });

  it('does not send a status that is older than one the broker has taken', async () => {
    const broker = mqttFarEnd();
    const { destination } = opened(broker);
    const older = statusMessage({ id: 'older', occurredAt: builtAt - 1 });
    expect(await soFar(destination.deliver([statusMessage()], never))).toEqual([accepted]);
    expect(await soFar(destination.deliver([older], never))).toEqual([accepted]);
    expect(said(broker.links[0]!).at(-1)).toBe('license-sentinel/prod/status status-1');
  });

  it('sends an older status where the broker has not taken the newer one', async () => {
    const broker = denying('/status', 0x99);
    const { destination } = opened(broker);
    const older = statusMessage({ id: 'older', occurredAt: builtAt - 1 });
    for (const status of [statusMessage(), older]) await soFar(destination.deliver([status], never));
    expect(said(broker.links[0]!).at(-1)).toBe('license-sentinel/prod/status older');
  });

  it('fails with the reason when a certificate cannot be read', async () => {
    const broker = mqttFarEnd();
    const asked: string[] = [];
    const read = (path: string) => {
      asked.push(path);
      return Promise.reject(withCode('ENOENT'));
    };
    const settings = { url: 'mqtts://b', ca: 'ca.pem', version: 'auto' };
    const { destination } = opened({ ...broker, read }, settings);
    expect(await soFar(destination.deliver([alertMessage()], never))).toEqual([
      { kind: 'deferred', reason: 'tls', detail: 'Cannot read ca.pem (ENOENT).' },
    ]);
    // It is no fault of the version.
    expect(asked).toEqual(['ca.pem']);
    expect(broker.links).toEqual([]);
  });

  it.each([
    ['password', { url: 'mqtts://b', user: 'me', password: 's3cr3t' }],
    [
      'passphrase',
      {
        url: 'mqtts://b',
        clientCertificate: { cert: 'cert.pem', key: 'key.pem', passphrase: 's3cr3t' },
      },
    ],
  ])('never tells the %s', async (_, settings) => {
    const connect = () => {
      throw withCode('ERR_OSSL', 'not s3cr3t');
    };
    const { destination, lines } = opened({ connect }, settings);
    const outcomes = await soFar(destination.deliver([alertMessage()], never));
    expect(outcomes).toMatchObject([{ reason: 'tls', detail: expect.stringContaining('not ***') }]);
    expect(JSON.stringify(lines)).not.toContain('s3cr3t');
  });
});

const cannotTell = {
  level: 'warn',
  message:
    'MQTT 3.1.1 does not tell whether the broker denied a message; use a broker with MQTT 5, or set confirm: true',
  fields: logFields,
};

describe('the log', () => {
  it('warns of a certificate that is not checked, and only then', () => {
    expect(opened(mqttFarEnd(), { verify: false }).lines).toEqual([
      { level: 'warn', message: 'the certificate of the MQTT broker is not checked', fields: logFields },
    ]);
    expect(opened(mqttFarEnd()).lines).toEqual([]);
  });

  it.each([
    ['warns of 3.1.1', mqttFarEnd(), { version: '3.1.1' }, [cannotTell]],
    ['warns of nothing with 5', mqttFarEnd(), { version: 5 }, []],
    ['warns of nothing with 3.1.1 and confirm', mqttFarEnd(), { version: '3.1.1', confirm: true }, []],
    [
      'does not warn of 3.1.1 before it has a connection',
      mqttFarEnd((_, link) => link.hangUp()),
      { version: '3.1.1' },
      [],
    ],
  ])('%s', async (_, broker, settings, expected) => {
    const { clock, warnings } = opened(broker, settings);
    await clock.advance(0);
    expect(warnings()).toEqual(expected);
  });
});

it('warns of 3.1.1 once, however often it connects', async () => {
  const broker = mqttFarEnd();
  const { clock, warnings } = opened(broker, { version: '3.1.1' });
  for (let times = 0; times < 3; times += 1) {
    await clock.advance(60_000);
    broker.links.at(-1)!.hangUp();
  }
  await clock.advance(60_000);
  expect(broker.links).toHaveLength(4);
  expect(warnings().filter(({ message }) => message === cannotTell.message)).toEqual([cannotTell]);
});

describe('with confirm', () => {
  it.each([
    ['the topics of status and alerts', {}, ['license-sentinel/+/status', 'license-sentinel/+/alert']],
    ['those of Butler too', { status: 's', alert: 'a', expiry: 'e/{site}' }, ['s', 'a', 'e/+']],
    ['a topic for both once', { status: 'all', alert: 'all' }, ['all']],
  ])('it subscribes to %s', async (_, topics, filters) => {
    const broker = mqttFarEnd();
    const { clock } = opened(broker, { confirm: true, topics });
    await clock.advance(0);
    const [subscribed] = broker.links[0]!.sent.filter((packet) => packet.type === 'subscribe');
    expect(Object.keys(subscribed!.filters)).toEqual(filters);
  });
});
