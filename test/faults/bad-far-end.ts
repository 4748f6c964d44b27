/** A way to a server that behaves as badly as a test says, below whatever protocol is spoken over it. */
import type { Socket } from 'node:net';
import type { Cleanup } from '../end-to-end/program.ts';
import { startFront } from './front.ts';

export const misdeeds = [
  /** Takes the connection and all that is sent, and says nothing. */
  'hangs',
  /** Breaks the connection as soon as something is sent. */
  'resets',
  /** A byte now and then of an HTTP answer that never ends. */
  'drips',
  /** Bytes of no protocol, then the end. */
  'garbage',
  /** Bytes of no protocol as fast as they are taken, without an end. */
  'garbage without end',
  /** An HTTP answer of 10 GB, as fast as it is taken. */
  'answer without end',
  /** An MQTT broker that takes the connection, and then a message of 256 MB, the largest there can be, as fast as it is taken. */
  'packet without end',
] as const;
export type Misdeed = (typeof misdeeds)[number];

export interface BadFarEnd {
  readonly port: number;
  /** Bytes it got rid of while it was bad. */
  readonly poured: number;
  /** From now on everything passes to the server behind, and back. */
  reform(): void;
}

const DRIP_MS = 20;
const CHUNK = Buffer.alloc(65_536, 0xa7);
/** With a length, or an answer that is cut off would be a whole one. */
const headOf = (status: string) => `HTTP/1.1 ${status}\r\ncontent-length: 10000000000\r\n\r\n`;

/** OASIS MQTT 5.0: CONNACK (3.2), and the first bytes of a PUBLISH (3.3) with the largest "remaining length" (1.5.5). */
const WELCOME_AND_LARGEST_MESSAGE = Buffer.from([0x20, 3, 0, 0, 0, 0x30, 0xff, 0xff, 0xff, 0x7f]);

export async function startBadFarEnd(
  cleanup: Cleanup,
  misdeed: Misdeed,
  targetPort: number,
): Promise<BadFarEnd> {
  let isGood = false;
  let poured = 0;
  const pour = (near: Socket) => {
    let isFlowing = true;
    while (isFlowing && !near.destroyed) {
      isFlowing = near.write(CHUNK);
      poured += CHUNK.length;
    }
    near.once('drain', () => pour(near));
  };
  const misbehave = (near: Socket) => {
    switch (misdeed) {
      case 'hangs':
        return near.resume();
      case 'resets':
        return near.resetAndDestroy();
      case 'drips': {
        near.write(headOf('200 OK'));
        const dripping = setInterval(() => near.write('.'), DRIP_MS);
        near.on('close', () => clearInterval(dripping));
        return near.resume();
      }
      case 'garbage':
        return near.end(CHUNK.subarray(0, 1000));
      case 'garbage without end':
        near.resume();
        return pour(near);
      case 'answer without end':
        near.resume();
        near.write(headOf('500 Oops'));
        return pour(near);
      case 'packet without end':
        near.resume();
        near.write(WELCOME_AND_LARGEST_MESSAGE);
        return pour(near);
    }
  };
  const front = await startFront(cleanup, targetPort, (near) => {
    if (isGood) front.pass(near);
    else near.once('data', () => misbehave(near));
  });
  return {
    port: front.port,
    get poured() {
      return poured;
    },
    reform() {
      isGood = true;
      front.cut();
    },
  };
}
