import { describe, expect, it } from 'vitest';
import { mqttFarEnd, obligingBut, soFar } from '../../../../test/fakes/mqtt-far-end.ts';
import * as packets from '../../../../test/fakes/mqtt-packets.ts';
import {
  dialTo,
  late,
  publicationOfText as message,
  sessionWith,
  silentOn,
  withCode,
} from '../../../../test/fakes/mqtt-session.ts';

const accepted = { kind: 'accepted' };

describe('confirming by what comes back', () => {
  const confirmBy = ['a/+', 'c'];
  /** Hands every message back that has not `lost` in it. */
  const echoing = obligingBut('publish', ({ id, topic, text }, link) => {
    link.send(packets.puback(id));
    if (!text.includes('lost')) link.send(packets.publish(link.version, topic, text));
  });

  it('subscribes before it comes to a session, and wants none of what the broker has kept', async () => {
    const { link } = await sessionWith(mqttFarEnd(), { confirmBy });
    expect(link.sent).toEqual([
      { type: 'connect', version: 5 },
      // Quality of service 1, retain handling 2 (OASIS MQTT 5.0, 3.8.3.1).
      { type: 'subscribe', id: expect.any(Number), filters: { 'a/+': 0x21, c: 0x21 } },
    ]);
  });

  it('asks for no retain handling with 3.1.1, where it would break the protocol', async () => {
    const { session, link } = await sessionWith(mqttFarEnd(echoing), { confirmBy, version: 4 });
    expect(link.sent[1]).toMatchObject({ type: 'subscribe', filters: { 'a/+': 1, c: 1 } });
    expect(await soFar(session.publish(message()))).toEqual(accepted);
  });

  it('fails when the broker does not allow it', async () => {
    const denying = obligingBut('subscribe', ({ id }, link) =>
      link.send(packets.suback(link.version, id, [1, 0x87])),
    );
    expect(await soFar(dialTo(mqttFarEnd(denying), { confirmBy }))).toEqual({
      kind: 'failed',
      failure: {
        reason: 'unauthorized',
        detail: 'The broker does not allow this client to subscribe to a/+, c, which `confirm` needs.',
      },
      versionRefused: 'no',
    });
  });

  it('blames no version when the connection breaks while it subscribes', async () => {
    const breaking = (error?: Error) =>
      mqttFarEnd(
        obligingBut('subscribe', (_, link) => (error ? void link.near.destroy(error) : link.hangUp())),
      );
    for (const error of [withCode('ECONNRESET'), undefined]) {
      expect(await soFar(dialTo(breaking(error), { confirmBy }))).toMatchObject({
        kind: 'failed',
        failure: { reason: 'unreachable' },
        versionRefused: 'no',
      });
    }
  });

  it('gives up when the broker does not answer to that in time', async () => {
    const abort = new AbortController();
    const dialled = dialTo(silentOn('subscribe'), { confirmBy }, abort.signal);
    expect(await soFar(dialled)).toBe('pending');
    abort.abort();
    expect(await soFar(dialled)).toMatchObject({ kind: 'failed', failure: { reason: 'timeout' } });
  });

  it('counts a message when it has come back, and not before', async () => {
    const { session, link } = await sessionWith(mqttFarEnd(echoing), { confirmBy });
    expect(await soFar(session.publish(message()))).toEqual(accepted);
    const lost = session.publish(message('lost', 'c'));
    for (const [topic, text, retain] of [
      ['c', 'other', false],
      ['a/b', 'lost', false],
      ['c', 'lost', true],
    ] as const) {
      link.send(packets.publish(5, topic, text, { retain }));
      expect(await soFar(lost)).toBe('pending');
    }
    link.send(packets.publish(5, 'c', 'lost'));
    expect(await soFar(lost)).toEqual(accepted);
  });

  it('takes one that comes back for one message only, the one that has waited longest', async () => {
    const { session, link } = await sessionWith(mqttFarEnd(), { confirmBy });
    const [first, second] = [session.publish(message()), session.publish(message())];
    await soFar(first);
    link.send(packets.publish(5, 'a/b', 'hello'));
    expect(await soFar(first)).toEqual(accepted);
    expect(await soFar(second)).toBe('pending');
    link.send(packets.publish(5, 'a/b', 'hello'));
    expect(await soFar(second)).toEqual(accepted);
  });

  it('does not wait for what is no message, such as `online`', async () => {
    const { session } = await sessionWith(mqttFarEnd(), { confirmBy });
    const { properties: _, ...online } = message();
    expect(await soFar(session.publish(online))).toEqual(accepted);
  });

  it('waits for nothing where that is not wanted', async () => {
    const { session } = await sessionWith(mqttFarEnd());
    expect(await soFar(session.publish(message()))).toEqual(accepted);
  });

  it('does not wait for a message that the broker refused', async () => {
    let code = 0x87;
    const denyingOnce = obligingBut('publish', ({ id }, link) => {
      link.send(packets.puback(id, code));
      code = 0;
    });
    const { session, link } = await sessionWith(mqttFarEnd(denyingOnce), { confirmBy });
    expect(await soFar(session.publish(message()))).toMatchObject({ reason: 'unauthorized' });
    const again = session.publish(message());
    await soFar(again);
    link.send(packets.publish(5, 'a/b', 'hello'));
    expect(await soFar(again)).toEqual(accepted);
  });

  const notHandedBack = (reason: string) => ({
    kind: 'deferred',
    reason,
    detail:
      'The broker confirmed the message but did not hand it back: it may not allow publishing to this topic.',
  });

  it('says so when a message does not come back in time, and keeps the connection', async () => {
    const { session } = await sessionWith(mqttFarEnd(echoing), { confirmBy });
    const all = [session.publish(message('lost')), session.publish(message('lost as well'))];
    await soFar(Promise.all(all));
    session.giveUp(late);
    for (const one of all) expect(await soFar(one)).toEqual(notHandedBack('timeout'));
    expect(session.isOver()).toBe(false);
    expect(await soFar(session.publish(message()))).toEqual(accepted);
  });

  it('says so when the connection breaks before a message comes back', async () => {
    const { session, link } = await sessionWith(mqttFarEnd(echoing), { confirmBy });
    const lost = session.publish(message('lost'));
    await soFar(lost);
    link.hangUp();
    expect(await soFar(lost)).toEqual(notHandedBack('unreachable'));
  });
});
