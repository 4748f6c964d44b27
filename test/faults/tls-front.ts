/** TLS before a server of the test, which can show any certificate, ask for one, or speak something else. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Cleanup } from '../end-to-end/program.ts';

/** `garbage` is no TLS; `pass` hands every byte on as it came, to a server with TLS of its own. */
export type Face = TlsOptions | 'garbage' | 'pass';

export interface TlsFront {
  readonly port: number;
  /** For new connections; those that are open are cut. */
  show(face: Face): void;
}

/** @param targetPort the server behind, without TLS unless the face is `pass` */
export async function startTlsFront(cleanup: Cleanup, targetPort: number, first: Face): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const remember = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const pass = (near: Socket) => {
    const far = connect(targetPort, '127.0.0.1');
    remember(far);
    near.on('error', () => far.destroy());
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  };
  const takerOf = (face: Face): ((near: Socket) => void) => {
    if (face === 'pass') return pass;
    if (face === 'garbage') return (near) => near.once('data', () => near.end('SSH-2.0-OpenSSH_9.2\r\n'));
    // It never listens: it is given its connections.
    const server = createTlsServer(face, pass);
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return (near) => server.emit('connection', near);
  };
  let take = takerOf(first);
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
    show(face) {
      take = takerOf(face);
      cut();
    },
  };
}
