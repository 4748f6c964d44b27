import { describe, expect, it } from 'vitest';
import { alertMessage, statusMessage } from '../../../../test/fakes/messages.ts';
import { mqttFarEnd, obliging, soFar } from '../../../../test/fakes/mqtt-far-end.ts';
import {
  availability,
  denying,
  logFields,
  opened,
  published,
  said,
} from '../../../../test/fakes/mqtt-opened.ts';
import { never, silentOn } from '../../../../test/fakes/mqtt-session.ts';

const accepted = { kind: 'accepted' };

describe('the greeting of a broker', () => {
  const manyStatuses = (count: number) =>
    Array.from({ length: count }, (_, n) => statusMessage({ id: `status-${n}`, site: `site-${n}` }));

  it('tells it the last status of every site, each once and before anything else', async () => {
    const broker = mqttFarEnd();
    const statuses = manyStatuses(101);
    const { destination, warnings } = opened(broker, {}, async () => statuses);
    expect(await soFar(destination.deliver([alertMessage()], never))).toEqual([accepted]);
    expect(said(broker.links[0]!)).toEqual([
      `${availability} online`,
      ...statuses.map(({ id, site }) => `license-sentinel/${site}/status ${id}`),
      'license-sentinel/prod/alert alert-1',
    ]);
    expect(warnings()).toEqual([]);
  });

  it('tells no status where the broker keeps none', async () => {
    const broker = mqttFarEnd();
    const { clock, warnings } = opened(broker, { retainStatus: false }, async () => manyStatuses(1));
    await clock.advance(0);
    expect(said(broker.links[0]!)).toEqual([`${availability} online`]);
    expect(warnings()).toEqual([]);
  });

  it('says no `online` where there is no last will to take it back', async () => {
    const broker = mqttFarEnd();
    const { destination, clock, warnings } = opened(broker, { will: false });
    await clock.advance(0);
    expect(said(broker.links[0]!)).toEqual([]);
    expect(warnings()).toEqual([]);
    expect(await soFar(destination.close())).toBeUndefined();
    expect(broker.links[0]!.sent.map(({ type }) => type)).toEqual(['connect', 'disconnect']);
  });

  it('keeps nothing from going out when `online` is denied, and warns of it', async () => {
    const { destination, warnings } = opened(denying('/availability'));
    expect(await soFar(destination.deliver([alertMessage()], never))).toEqual([accepted]);
    expect(warnings()).toEqual([
      {
        level: 'warn',
        message: 'could not say online',
        fields: { ...logFields, detail: expect.stringContaining(`publish to ${availability}`) },
      },
    ]);
  });

  it('ends a connection on which `online` is not confirmed in time', async () => {
    const broker = silentOn('publish');
    const { clock } = opened(broker);
    await clock.advance(6_999);
    expect(broker.links[0]!.near.destroyed).toBe(false);
    await clock.advance(1);
    expect(broker.links[0]!.near.destroyed).toBe(true);
  });

  const notTold = (detail: string) => ({
    level: 'warn',
    message: 'could not tell the status of every site again',
    fields: { ...logFields, detail: expect.stringContaining(detail) },
  });

  it('stops at a status that the broker does not take for now, and warns of it', async () => {
    const broker = denying('site-1/status');
    const { destination, warnings } = opened(broker, {}, async () => manyStatuses(150));
    expect(await soFar(destination.deliver([alertMessage()], never))).toEqual([accepted]);
    expect(warnings()).toEqual([notTold('publish to license-sentinel/site-1/status')]);
    expect(said(broker.links[0]!)).not.toContain('license-sentinel/site-100/status status-100');
  });

  it('goes on after a status that the broker will never take, and warns of it', async () => {
    const broker = denying('site-1/status', 0x99);
    const { destination, warnings } = opened(broker, {}, async () => manyStatuses(150));
    expect(await soFar(destination.deliver([alertMessage()], never))).toEqual([accepted]);
    expect(warnings()).toEqual([notTold('format of the message')]);
    expect(said(broker.links[0]!)).toContain('license-sentinel/site-149/status status-149');
  });

  it('keeps nothing from going out when the statuses cannot be read, and tells of it', async () => {
    const error = new Error('disk');
    const { destination, warnings } = opened(mqttFarEnd(), {}, () => Promise.reject(error));
    expect(await soFar(destination.deliver([alertMessage()], never))).toEqual([accepted]);
    expect(warnings()).toEqual([
      {
        level: 'error',
        message: 'could not tell the status of every site again',
        fields: { ...logFields, err: error },
      },
    ]);
  });
});

describe('closing', () => {
  it('says `offline`, which the broker keeps, and goodbye', async () => {
    const broker = mqttFarEnd();
    const { destination, clock, warnings } = opened(broker);
    await clock.advance(0);
    expect(await soFar(destination.close())).toBeUndefined();
    const [link] = broker.links;
    expect(published(link!).at(-1)).toMatchObject({ topic: availability, text: 'offline', retain: true });
    expect(link!.sent.at(-1)).toEqual({ type: 'disconnect' });
    expect(clock.sleeping).toBe(0);
    expect(warnings()).toEqual([]);
  });

  it('leaves it to the last will where `offline` is denied', async () => {
    const broker = denying('/availability');
    const { destination, clock } = opened(broker);
    await clock.advance(0);
    expect(await soFar(destination.close())).toBeUndefined();
    expect(broker.links[0]!.sent.map(({ type }) => type)).not.toContain('disconnect');
  });

  it('waits a second for the confirmation of `offline`, and leaves it to the last will then', async () => {
    let isSilent = false;
    const oblige = obliging();
    const broker = mqttFarEnd((packet, link) => {
      if (!isSilent) oblige(packet, link);
    });
    const { destination, clock } = opened(broker);
    await clock.advance(0);
    isSilent = true;
    const closed = destination.close();
    await clock.advance(999);
    expect(await soFar(closed)).toBe('pending');
    await clock.advance(1);
    expect(await soFar(closed)).toBeUndefined();
    expect(broker.links[0]!.sent.map(({ type }) => type)).not.toContain('disconnect');
  });

  it('waits half a second for the broker to end the connection, and breaks it off then', async () => {
    const broker = silentOn('disconnect');
    const { destination, clock } = opened(broker);
    await clock.advance(0);
    const closed = destination.close();
    await clock.advance(499);
    expect(await soFar(closed)).toBe('pending');
    await clock.advance(1);
    expect(await soFar(closed)).toBeUndefined();
    expect(broker.links[0]!.near.destroyed).toBe(true);
  });
});
