import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Link, mqttFarEnd, obliging, obligingBut, soFar } from '../../../../test/fakes/mqtt-far-end.ts';
import * as packets from '../../../../test/fakes/mqtt-packets.ts';
import {
  address,
  late,
  publicationOfText as message,
  never,
  sessionWith,
  silentOn,
  withCode,
} from '../../../../test/fakes/mqtt-session.ts';
import { Secret } from '../../../platform/secret.ts';

const accepted = { kind: 'accepted' };

describe('a session', () => {
  it('sends a message with all that belongs to it', async () => {
    const { session, link } = await sessionWith(mqttFarEnd());
    expect(await soFar(session.publish({ ...message(), retain: true }))).toEqual(accepted);
    expect(link.sent.at(-1)).toEqual({
      type: 'publish',
      id: expect.any(Number),
      topic: 'a/b',
      text: 'hello',
      qos: 1,
      retain: true,
      properties: { payloadFormatIndicator: '1', contentType: 'text/plain', id: 'id of hello' },
    });
  });

  it('retains nothing at a broker that cannot, and knows how many may be unconfirmed', async () => {
    const { session, link } = await sessionWith(
      mqttFarEnd(obliging({ retainAvailable: 0, receiveMaximum: 7 })),
    );
    expect(session.window).toBe(7);
    expect(await soFar(session.publish({ ...message(), retain: true }))).toEqual(accepted);
    expect(link.sent.at(-1)).toMatchObject({ type: 'publish', retain: false });
  });

  it.each([
    [1, undefined, 1],
    [1, 1, 1],
    [2, undefined, 2],
    [2, 1, 1],
  ] as const)('asked for quality of service %i of at most %s sends %i', async (qos, maximumQoS, sent) => {
    const limits = maximumQoS === undefined ? {} : { maximumQoS };
    const { session, link } = await sessionWith(mqttFarEnd(obliging(limits)), { qos });
    expect(await soFar(session.publish(message()))).toEqual(accepted);
    expect(link.sent.find(({ type }) => type === 'publish')).toMatchObject({ qos: sent });
  });

  it('sends a message that is as large as the broker takes, and none that is larger', async () => {
    const limits = obliging({ maximumPacketSize: 1_000 });
    const { session, link } = await sessionWith(mqttFarEnd(limits));
    const sized = (extra: number) => {
      const { properties: _, ...rest } = message();
      return { ...rest, payload: Buffer.alloc(1_000 - 3 - 2 - 3 - 2 - 1 + extra, 'x') };
    };
    expect(await soFar(session.publish(sized(0)))).toEqual(accepted);
    expect(await soFar(session.publish(sized(1)))).toEqual({
      kind: 'rejected',
      reason: 'refused',
      detail: 'The message is too large: 1001 bytes, and the broker takes 1000 at most.',
    });
    expect(link.sent.filter(({ type }) => type === 'publish')).toHaveLength(1);
  });

  it('tells what the broker said to a message', async () => {
    const refusing = obligingBut('publish', ({ id, topic }, link) =>
      link.send(packets.puback(id, topic === 'denied' ? 0x87 : 0x10)),
    );
    const { session } = await sessionWith(mqttFarEnd(refusing));
    expect(await soFar(session.publish(message('x', 'denied')))).toMatchObject({
      kind: 'deferred',
      reason: 'unauthorized',
      detail: expect.stringContaining('publish to denied'),
    });
    expect(await soFar(session.publish(message()))).toEqual(accepted);
  });

  it.each([
    ['hangs up', (link: Link) => link.hangUp(), 'unreachable', `${address} ended the connection.`],
    [
      'says that it ends the connection',
      (link: Link) => link.send(packets.disconnect(0x8b)),
      'unreachable',
      'The broker ended the connection (code 139).',
    ],
    [
      'says nothing but that it ends the connection',
      (link: Link) => link.send(packets.disconnect()),
      'unreachable',
      'The broker ended the connection (code 0).',
    ],
    [
      'answers twice, which the library calls an error with a number',
      (link: Link) => link.send(packets.connack(5)),
      'unreachable',
      'The broker ended the connection (code 130).',
    ],
    [
      'is lost',
      (link: Link) => void link.near.destroy(withCode('EHOSTUNREACH')),
      'unreachable',
      `Cannot talk to ${address} (EHOSTUNREACH): there is no way to this host.`,
    ],
  ])(
    'is over when the broker %s, and counts nothing unconfirmed as delivered',
    async (_, end, reason, detail) => {
      const { session, link } = await sessionWith(silentOn('publish'));
      const unconfirmed = session.publish(message());
      expect(await soFar(unconfirmed)).toBe('pending');
      end(link);
      expect(await soFar(session.ended)).toEqual({ reason, detail });
      expect(session.isOver()).toBe(true);
      expect(await soFar(unconfirmed)).toMatchObject({
        kind: 'deferred',
        reason,
        detail: expect.stringMatching(/^Not confirmed by the broker\. ./),
      });
      expect(await soFar(session.publish(message()))).toEqual({ kind: 'deferred', reason, detail });
      expect(link.near.destroyed).toBe(true);
    },
  );

  it('says why a message is not confirmed', async () => {
    const { session, link } = await sessionWith(silentOn('publish'));
    const unconfirmed = session.publish(message());
    await soFar(unconfirmed);
    link.send(packets.disconnect(0x97));
    expect(await soFar(unconfirmed)).toEqual({
      kind: 'deferred',
      reason: 'rate-limited',
      detail: 'Not confirmed by the broker. The broker ended the connection: too many messages for now.',
    });
  });

  it('tells no secrets', async () => {
    const { session, link } = await sessionWith(mqttFarEnd(), { secrets: [new Secret('s3cr3t')] });
    link.near.destroy(withCode('EWHATEVER', 'so s3cr3t'));
    expect(await soFar(session.ended)).toMatchObject({ detail: expect.stringContaining('so ***') });
  });

  it('is broken off without a goodbye when it is dropped, so that the broker sends the last will', async () => {
    const { session, link } = await sessionWith(mqttFarEnd());
    session.drop(late);
    expect(await soFar(session.ended)).toEqual(late);
    expect(link.sent.map(({ type }) => type)).toEqual(['connect']);
  });

  it('ends when a message is given up that could still be confirmed', async () => {
    const { session } = await sessionWith(silentOn('publish'));
    const unconfirmed = session.publish(message());
    await soFar(unconfirmed);
    session.giveUp(late);
    expect(await soFar(unconfirmed)).toEqual({
      kind: 'deferred',
      reason: 'timeout',
      detail: 'Not confirmed by the broker. Too late.',
    });
    expect(await soFar(session.ended)).toEqual(late);
  });

  it('goes on when everything was confirmed before it was given up', async () => {
    const { session } = await sessionWith(mqttFarEnd());
    await soFar(session.publish(message()));
    session.giveUp(late);
    expect(session.isOver()).toBe(false);
    expect(await soFar(session.publish(message()))).toEqual(accepted);
  });
});

describe('closing a session', () => {
  it('says goodbye, so that the broker forgets the last will', async () => {
    const { session, link } = await sessionWith(mqttFarEnd());
    const { signal } = new AbortController();
    expect(await soFar(session.close(signal))).toBeUndefined();
    expect(link.sent.at(-1)).toEqual({ type: 'disconnect' });
    const why = { reason: 'unreachable', detail: 'The connection has been closed.' };
    expect(await soFar(session.ended)).toEqual(why);
    expect(session.isOver()).toBe(true);
    expect(await soFar(session.publish(message()))).toEqual({ kind: 'deferred', ...why });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each(['before', 'meanwhile'])('breaks off when the signal aborts (%s)', async (when) => {
    const { session } = await sessionWith(silentOn('disconnect'));
    const abort = new AbortController();
    if (when === 'before') abort.abort();
    const closed = session.close(abort.signal);
    if (when === 'meanwhile') {
      expect(await soFar(closed)).toBe('pending');
      abort.abort();
    }
    expect(await soFar(closed)).toBeUndefined();
  });

  it('settles what is still unconfirmed when it breaks off', async () => {
    const { session } = await sessionWith(silentOn('publish'));
    const unconfirmed = session.publish(message());
    const abort = new AbortController();
    const closed = session.close(abort.signal);
    expect(await soFar(closed)).toBe('pending');
    abort.abort();
    expect(await soFar(closed)).toBeUndefined();
    expect(await soFar(unconfirmed)).toEqual({
      kind: 'deferred',
      reason: 'unreachable',
      detail: 'Not confirmed by the broker. The connection has been closed.',
    });
  });

  it('comes to an end when the session is dropped meanwhile', async () => {
    const { session } = await sessionWith(silentOn('publish'));
    void session.publish(message());
    const closed = session.close(never);
    expect(await soFar(closed)).toBe('pending');
    session.drop(late);
    expect(await soFar(closed)).toBeUndefined();
  });

  it('keeps to the reason why it was over already', async () => {
    const { session } = await sessionWith(mqttFarEnd());
    session.drop(late);
    expect(await soFar(session.close(never))).toBeUndefined();
    expect(await soFar(session.ended)).toEqual(late);
  });
});
