import { expect, it } from 'vitest';
import { mqttFarEnd, obliging, soFar } from '../../../../test/fakes/mqtt-far-end.ts';
import * as packets from '../../../../test/fakes/mqtt-packets.ts';
import { address, dialTo, publicationOfText, sessionWith } from '../../../../test/fakes/mqtt-session.ts';

const MIB = 1024 * 1024;
/** The beginning of a message of 256 MB, OASIS MQTT 5.0, 1.5.5 and 3.3. */
const LARGEST = Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]);
const tooLarge = {
  reason: 'server-error',
  detail: `${address} sends a packet that is larger than any that belongs here.`,
};

it('a broker that sends a packet without end is left once 4 MiB of it are here', async () => {
  const { session, link } = await sessionWith(mqttFarEnd());
  const waiting = session.publish(publicationOfText());
  await soFar(waiting);
  link.send(LARGEST);
  for (let mib = 0; mib < 4; mib += 1) {
    link.send(Buffer.alloc(MIB - LARGEST.length));
    await soFar(session.ended);
  }
  expect(session.isOver()).toBe(false);
  link.send(Buffer.alloc(MIB));
  expect(await soFar(session.ended)).toEqual(tooLarge);
  expect(link.near.destroyed).toBe(true);
});

it('also where that comes in place of an answer', async () => {
  const broker = mqttFarEnd((_, link) => link.send(Buffer.concat([LARGEST, Buffer.alloc(5 * MIB)])));
  expect(await soFar(dialTo(broker))).toEqual({
    kind: 'failed',
    failure: tooLarge,
    versionRefused: 'no',
  });
});

it('one that sends a lot of packets is not', async () => {
  const { session, link } = await sessionWith(mqttFarEnd());
  const message = packets.publish(5, 'somebody/elses', 'x'.repeat(100));
  const many = Buffer.concat(Array.from({ length: MIB / message.length }, () => message));
  for (let mib = 0; mib < 20; mib += 1) {
    link.send(many);
    await soFar(session.ended);
  }
  expect(session.isOver()).toBe(false);
  expect(await soFar(session.publish(publicationOfText()))).toEqual({ kind: 'accepted' });
});

it('one that sends messages and reads no answers is left once these pile up', async () => {
  const { session, link } = await sessionWith(mqttFarEnd(obliging()));
  Object.defineProperty(link.near, 'writableLength', { value: 17 * MIB });
  link.send(packets.publish(5, 'somebody/elses', 'x'));
  expect(await soFar(session.ended)).toEqual({
    reason: 'server-error',
    detail: `${address} sends messages and does not read the answers.`,
  });
});
