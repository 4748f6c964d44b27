/** An MQTT broker as a receiver: mosquitto, a way to it that breaks as a fault asks for, and a subscriber who remembers. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { createInbox } from '../../test/end-to-end/inbox.ts';
import { startMosquitto } from '../../test/servers/mosquitto.ts';
import type { Cleanup } from './program.ts';
import { type Arrival, type Manner, type Receiver, well } from './receiver.ts';

/** OASIS MQTT 5.0, 3.4 and 3.5: how the answer to a message begins, for QoS 1 and 2. */
const PUBACK = 0x40;
const PUBREC = 0x50;

/** What the subscriber has is taken, whatever the sender believes. */
export async function startBroker(cleanup: Cleanup): Promise<Receiver> {
  const broker = await startMosquitto();
  cleanup(() => broker[Symbol.asyncDispose]());
  const arrivals = createInbox<Arrival>('the broker');
  const subscriber = await connectAsync(broker.url);
  cleanup(() => subscriber.endAsync(true));
  subscriber.on('message', (_topic, payload) => {
    arrivals.add({ atMs: performance.now(), body: payload.toString(), isTaken: true });
  });
  await subscriber.subscribeAsync('#', { qos: 1 });
  const open = new Set<Socket>();
  let manner = well;
  let server = await listenAt(0);
  const { port } = server.address() as AddressInfo;
  cleanup(() => goDown());

  async function listenAt(at: number): Promise<Server> {
    const opened = createServer(pass);
    opened.listen(at, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  }

  function pass(near: Socket): void {
    const far = connect(broker.port, '127.0.0.1');
    /** Once nothing passes, nothing does any more. */
    let isDumb = false;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (chunk) => {
      isDumb ||= manner.kind === 'hang' || manner.kind === 'reset';
      if (manner.kind === 'reset') near.resetAndDestroy();
      if (!isDumb) far.write(chunk);
    });
    far.on('data', (chunk) => void back(chunk).catch(() => near.destroy()));

    async function back(chunk: Buffer): Promise<void> {
      const now = manner;
      const isAnswer = chunk[0] === PUBACK || chunk[0] === PUBREC;
      if (isAnswer && now.kind === 'take-and-reset') near.resetAndDestroy();
      if (isAnswer && now.kind === 'slow') await setTimeout(now.ms);
      isDumb ||= now.kind === 'hang' || (isAnswer && now.kind === 'take-and-hang');
      if (!isDumb && !near.destroyed) near.write(chunk);
    }
  }

  async function goDown(): Promise<void> {
    if (!server.listening) return;
    server.close();
    for (const socket of open) socket.destroy();
    await once(server, 'close');
  }

  return {
    url: `mqtt://127.0.0.1:${port}`,
    arrivals,
    behave(next: Manner) {
      if (next.kind === 'answer' && next.status >= 300) throw new Error('a broker has no such answer');
      manner = next;
    },
    goDown,
    async comeBack() {
      server = await listenAt(port);
    },
  };
}
