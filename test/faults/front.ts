/** Something that listens in place of a server, and may hand connections on to it. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Cleanup } from '../end-to-end/program.ts';

export interface Front {
  readonly port: number;
  /** Hands every byte on to the server behind, as it came, and back. */
  pass(near: Socket): void;
  /** Cuts the connections that are open. */
  cut(): void;
}

/** @param take is given each connection */
export async function startFront(
  cleanup: Cleanup,
  targetPort: number,
  take: (near: Socket) => void,
): Promise<Front> {
  const sockets = new Set<Socket>();
  const remember = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    remember(near);
    take(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  cleanup(async () => {
    cut();
    server.close();
    await once(server, 'close');
  });
  return {
    port: (server.address() as AddressInfo).port,
    pass(near) {
      const far = connect(targetPort, '127.0.0.1');
      remember(far);
      near.on('error', () => far.destroy());
      near.pipe(far).pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    },
    cut,
  };
}
