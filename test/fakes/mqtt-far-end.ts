/**
 * A broker in memory: it keeps what comes and answers as a test tells it, at once and without a socket. So everything that can
 * happen has happened after a few turns of the event loop, whatever else the machine does.
 */
import { type Duplex, duplexPair } from 'node:stream';
import { type IClientOptions, MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import * as packets from './mqtt-packets.ts';

export interface FarEnd {
  /** Opens the library's client on a new connection, as its `connect` does. */
  readonly connect: (options: IClientOptions) => MqttClient;
  /** In the order in which they came. */
  readonly links: readonly Link[];
}

export interface Link {
  /** What the service sent. */
  readonly sent: readonly packets.SentPacket[];
  /** The end of the connection that the library holds. */
  readonly near: Duplex;
  /** 4 or 5, once CONNECT is here. */
  readonly version: number;
  send(bytes: Buffer): void;
  /** Ends the connection as a program does that closes its socket. */
  hangUp(): void;
}

export type Answer = (packet: packets.SentPacket, link: Link) => void;

export function mqttFarEnd(answer: Answer = obliging()): FarEnd {
  const links: Link[] = [];
  return {
    links,
    connect(options) {
      const [near, far] = duplexPair({ allowHalfOpen: false });
      // As a broker that no longer answers: the network says that the other end is gone, and this one keeps silent.
      far.allowHalfOpen = true;
      const sent: packets.SentPacket[] = [];
      const link = {
        sent,
        near,
        version: 0,
        send: (bytes: Buffer) => void far.write(bytes),
        hangUp: () => void far.end(),
      };
      const read = packets.packetReader();
      far.on('data', (bytes: Buffer) => {
        for (const packet of read(bytes)) {
          if (packet.type === 'connect') link.version = packet.version;
          sent.push(packet);
          answer(packet, link);
        }
      });
      links.push(link);
      // Else the library would look for signs of life long after the test.
      onTestFinished(() => void near.destroy());
      return new MqttClient(() => near, options);
    },
  };
}

/** Takes everything, and hands it back to nobody. */
export function obliging(limits: packets.Limits = {}): Answer {
  return (packet, link) => {
    switch (packet.type) {
      case 'connect':
        return link.send(packets.connack(link.version, 0, limits));
      case 'publish':
        return link.send(packet.qos === 2 ? packets.pubrec(packet.id) : packets.puback(packet.id));
      case 'pubrel':
        return link.send(packets.pubcomp(packet.id));
      case 'subscribe':
        return link.send(
          packets.suback(
            link.version,
            packet.id,
            Object.values(packet.filters).map(() => 1),
          ),
        );
      case 'disconnect':
        return link.hangUp();
      case 'pingreq':
        return;
    }
  };
}

/** Obliging but for packets of one type, which it answers so. */
export function obligingBut<Type extends packets.SentPacket['type']>(
  type: Type,
  answer: (packet: Extract<packets.SentPacket, { type: Type }>, link: Link) => void,
): Answer {
  const oblige = obliging();
  return (packet, link) =>
    packet.type === type
      ? answer(packet as Extract<packets.SentPacket, { type: Type }>, link)
      : oblige(packet, link);
}

/** What the promise has come to once everything in memory has run its course; `pending` where that is not the end of it. */
export async function soFar<Result>(promise: Promise<Result>): Promise<Result | 'pending'> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, Promise.resolve('pending' as const)]);
}
