/** TLS before a server of the test, which can show any certificate, ask for one, or speak something else. */
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Cleanup } from '../end-to-end/program.ts';
import { startFront } from './front.ts';

/** `garbage` is no TLS; `pass` hands every byte on as it came, to a server with TLS of its own. */
export type Face = TlsOptions | 'garbage' | 'pass';

export interface TlsFront {
  readonly port: number;
  /** For new connections; those that are open are cut. */
  show(face: Face): void;
}

/** @param targetPort the server behind, without TLS unless the face is `pass` */
export async function startTlsFront(cleanup: Cleanup, targetPort: number, first: Face): Promise<TlsFront> {
  const front = await startFront(cleanup, targetPort, (near) => take(near));
  const takerOf = (face: Face): ((near: Socket) => void) => {
    if (face === 'pass') return front.pass;
    if (face === 'garbage') return (near) => near.once('data', () => near.end('SSH-2.0-OpenSSH_9.2\r\n'));
    // It never listens: it is given its connections.
    const server = createTlsServer(face, front.pass);
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return (near) => server.emit('connection', near);
  };
  let take = takerOf(first);
  return {
    port: front.port,
    show(face) {
      take = takerOf(face);
      front.cut();
    },
  };
}
