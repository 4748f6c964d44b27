/** Servers that begin and end to listen, as promises. */
import type { Server } from 'node:https';

/** Connections that are idle are closed, too. A server that was closed before is no failure. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

export function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
