import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { mqttFarEnd, obliging, soFar } from '../../../../test/fakes/mqtt-far-end.ts';
import * as packets from '../../../../test/fakes/mqtt-packets.ts';
import {
  address,
  dialTo,
  publicationOfText as message,
  sessionOf,
  sessionWith,
  silentOn,
  withCode,
} from '../../../../test/fakes/mqtt-session.ts';
import { Secret } from '../../../platform/secret.ts';

const accepted = { kind: 'accepted' };

describe('dialling', () => {
  it.each([4, 5] as const)('comes to a session with a broker that takes version %i', async (version) => {
    const { session, link } = await sessionWith(mqttFarEnd(), { version });
    expect(link.sent).toEqual([{ type: 'connect', version }]);
    expect(session.isOver()).toBe(false);
    expect(session.window).toBe(65_535);
    expect(await soFar(session.ended)).toBe('pending');
  });

  it('leaves no listener on the signal, which lives longer than the connection', async () => {
    const { signal } = new AbortController();
    sessionOf(await soFar(dialTo(mqttFarEnd(), {}, signal)));
    const refusing = mqttFarEnd((_, link) => link.hangUp());
    expect(await soFar(dialTo(refusing, {}, signal))).toMatchObject({ kind: 'failed' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('fails with the reason when the client cannot be opened, and without the secrets in it', async () => {
    const connect = () => {
      throw withCode('ERR_OSSL_BAD_DECRYPT', 'the passphrase s3cr3t is wrong');
    };
    expect(await soFar(dialTo({ connect }, { secrets: [undefined, new Secret('s3cr3t')] }))).toEqual({
      kind: 'failed',
      failure: {
        reason: 'tls',
        detail: `Cannot talk to ${address} (ERR_OSSL_BAD_DECRYPT): the passphrase *** is wrong.`,
      },
      versionRefused: 'no',
    });
  });

  it.each([
    ['refuses the version in words', 5, 0x84, 'refused', 'refused'],
    ['refuses the version in the words of 3.1.1', 5, 1, 'refused', 'refused'],
    ['refuses the login', 5, 0x86, 'unauthorized', 'no'],
  ] as const)('fails when the broker %s', async (_, version, code, reason, versionRefused) => {
    const broker = mqttFarEnd((__, link) => link.send(packets.connack(version, code)));
    expect(await soFar(dialTo(broker))).toEqual({
      kind: 'failed',
      failure: { reason, detail: expect.stringContaining(`(code ${code})`) },
      versionRefused,
    });
  });

  it('fails when the other end hangs up, which may be because of the version', async () => {
    expect(await soFar(dialTo(mqttFarEnd((_, link) => link.hangUp())))).toEqual({
      kind: 'failed',
      failure: { reason: 'unreachable', detail: `${address} closed the connection before it answered.` },
      versionRefused: 'perhaps',
    });
  });

  it.each([
    ['ECONNRESET', 'perhaps'],
    ['ETIMEDOUT', 'no'],
  ])('fails with %s, which is because of the version: %s', async (code, versionRefused) => {
    const broker = mqttFarEnd((_, link) => void link.near.destroy(withCode(code)));
    expect(await soFar(dialTo(broker))).toEqual({
      kind: 'failed',
      failure: {
        reason: 'unreachable',
        detail: expect.stringContaining(`Cannot talk to ${address} (${code})`),
      },
      versionRefused,
    });
  });

  it('tells of an error without a code, such as a refused WebSocket', async () => {
    const error = new Error('Unexpected server response: 404');
    const broker = mqttFarEnd((_, link) => void link.near.destroy(error));
    expect(await soFar(dialTo(broker))).toMatchObject({
      failure: { detail: `Cannot talk to ${address}: Unexpected server response: 404.` },
    });
  });

  it('fails when the broker ends the connection in place of an answer', async () => {
    const broker = mqttFarEnd((_, link) => link.send(packets.disconnect(0x97)));
    expect(await soFar(dialTo(broker))).toMatchObject({
      kind: 'failed',
      failure: { reason: 'rate-limited' },
    });
  });

  it.each(['before', 'meanwhile'])('gives up when the signal aborts (%s)', async (when) => {
    const broker = silentOn('connect');
    const abort = new AbortController();
    if (when === 'before') abort.abort();
    const dialled = dialTo(broker, {}, abort.signal);
    if (when === 'meanwhile') {
      expect(await soFar(dialled)).toBe('pending');
      abort.abort();
    }
    expect(await soFar(dialled)).toEqual({
      kind: 'failed',
      failure: { reason: 'timeout', detail: `${address} has not answered in time.` },
      versionRefused: 'no',
    });
    expect(broker.links[0]!.near.destroyed).toBe(true);
  });

  it('keeps its session when the signal aborts afterwards', async () => {
    const abort = new AbortController();
    const session = sessionOf(await soFar(dialTo(mqttFarEnd(), {}, abort.signal)));
    abort.abort();
    expect(await soFar(session.publish(message()))).toEqual(accepted);
  });

  it('has no use for a broker that confirms nothing', async () => {
    expect(await soFar(dialTo(mqttFarEnd(obliging({ maximumQoS: 0 }))))).toEqual({
      kind: 'failed',
      failure: { reason: 'refused', detail: `${address} confirms no messages (it takes QoS 0 only).` },
      versionRefused: 'no',
    });
  });
});
