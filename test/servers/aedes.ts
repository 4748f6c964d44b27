/** An MQTT broker inside the test process. It speaks 3.1.1 and refuses 5. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';
import { freePort } from './free-port.ts';

export interface InProcessBroker {
  readonly url: string;
  readonly broker: Aedes;
  /** Cuts every connection as a broken network does. */
  cut(): void;
  /** Resolves once no connection is open. */
  whenDisconnected(): Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param port a free one where none is given */
export async function startAedes(options: AedesOptions = {}, port?: number): Promise<InProcessBroker> {
  const broker = await Aedes.createBroker(options);
  const server = createServer((socket) => broker.handle(socket));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listening = port ?? (await freePort());
  server.listen(listening, '127.0.0.1');
  await once(server, 'listening');
  let isStopped = false;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  async function stop(): Promise<void> {
    if (isStopped) return;
    isStopped = true;
    cut();
    server.close();
    await once(server, 'close');
    await new Promise<void>((resolve) => broker.close(resolve));
  }
  async function whenDisconnected(): Promise<void> {
    for (const socket of sockets) await once(socket, 'close');
  }
  return {
    url: `mqtt://127.0.0.1:${listening}`,
    broker,
    cut,
    whenDisconnected,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
