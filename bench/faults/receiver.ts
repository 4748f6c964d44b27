/** A webhook receiver on loopback that breaks in every way that a fault asks for, and remembers what came. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createInbox, type Inbox } from '../../test/end-to-end/inbox.ts';
import type { Cleanup } from './program.ts';

export type Manner =
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Record<string, string> }
  /** Takes nothing and never answers. The connection stays as it is, also when the fault is over. */
  | { readonly kind: 'hang' }
  /** Breaks the connection off before the message is whole. */
  | { readonly kind: 'reset' }
  /** Takes the message, and breaks the connection off instead of answering. */
  | { readonly kind: 'take-and-reset' }
  /** Takes the message and never answers. */
  | { readonly kind: 'take-and-hang' }
  /** Takes the message and answers after a while. */
  | { readonly kind: 'slow'; readonly ms: number };

export const well: Manner = { kind: 'answer', status: 200 };

export interface Arrival {
  /** Milliseconds, monotonic. */
  readonly atMs: number;
  /** Empty when the connection was broken off before. */
  readonly body: string;
  /** Whether whoever stands behind the receiver has the message now, whatever the sender believes. */
  readonly isTaken: boolean;
}

/** A webhook receiver, or a broker with somebody who listens to it. */
export interface Receiver {
  readonly url: string;
  readonly arrivals: Inbox<Arrival>;
  behave(manner: Manner): void;
  /** From now on nobody listens. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function startReceiver(cleanup: Cleanup): Promise<Receiver> {
  const arrivals = createInbox<Arrival>('the receiver');
  let manner = well;
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  cleanup(() => goDown());

  async function listen(at: number): Promise<Server> {
    const opened = createServer((request, response) => {
      take(request, response).catch(() => response.destroy());
    });
    opened.listen(at, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const now = manner;
    if (now.kind === 'reset') {
      arrivals.add({ atMs: performance.now(), body: '', isTaken: false });
      request.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const isTaken = now.kind === 'answer' ? now.status < 300 : now.kind !== 'hang';
    arrivals.add({ atMs: performance.now(), body, isTaken });
    if (now.kind === 'take-and-reset') request.socket.resetAndDestroy();
    if (now.kind === 'slow') await setTimeout(now.ms);
    if (now.kind === 'slow') response.writeHead(200).end();
    if (now.kind === 'answer') response.writeHead(now.status, now.headers).end();
  }

  async function goDown(): Promise<void> {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  return {
    url: `http://127.0.0.1:${port}`,
    arrivals,
    behave(next) {
      manner = next;
    },
    goDown,
    async comeBack() {
      server = await listen(port);
    },
  };
}
