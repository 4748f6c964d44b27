/**
 * The sockets of the page, with the limits that hold for whoever comes. Only of Node.js itself, so that listening costs
 * next to nothing as long as nobody asks.
 */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createHttpServer, statusCodes } from '../platform/node-http.ts';
import type { ApiError } from './api.ts';
import type { Patience } from './parts.ts';
import type { KeyPair } from './tls-files.ts';

const MOST_CONNECTIONS = 1_000;
const KEEP_ALIVE_MS = 60_000;

export interface Door {
  /** Without a path. */
  readonly url: string;
  /** From now on new connections are served with these. */
  renew(pair: KeyPair): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

export interface DoorOptions {
  /** `*` is every address of this machine. */
  readonly host: string;
  /** 0 is any free one. */
  readonly port: number;
  /** Undefined for HTTP without TLS. */
  readonly pair: KeyPair | undefined;
  readonly patience: Patience;
  readonly answer: RequestListener;
}

/** Listens; `localhost` is all that this name means. Rejects as `node:net` does. */
export async function openDoor({ host, port, pair, patience, answer }: DoorOptions): Promise<Door> {
  const create = () => serverFor({ pair, patience, answer });
  const first = create();
  await listen(first, host === '*' ? '::' : host, port);
  const bound = first.address() as AddressInfo;
  const servers = [first, ...(host === 'localhost' ? await listenBeside(bound, create) : [])];
  const scheme = pair === undefined ? 'http' : 'https';
  const name = host.includes(':') ? `[${host}]` : host === '*' ? 'localhost' : host;
  return {
    url: `${scheme}://${name}:${bound.port}`,
    renew(next) {
      for (const server of servers) if ('setSecureContext' in server) server.setSecureContext(next);
    },
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

function serverFor({
  pair,
  patience,
  answer,
}: Pick<DoorOptions, 'pair' | 'patience' | 'answer'>): Server | SecureServer {
  const limits = {
    connectionsCheckingInterval: patience.lookEvery,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  const server =
    pair === undefined
      ? createHttpServer(limits, answer)
      : createSecureServer({ ...limits, ...pair }, answer);
  server.setTimeout(patience.idle);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', refuse);
  return server;
}

async function listen(server: Server | SecureServer, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening');
}

/** The other addresses of a name; one that cannot be had is left out, as when IPv6 is switched off. */
async function listenBeside(
  { address, port }: AddressInfo,
  create: () => Server | SecureServer,
): Promise<readonly (Server | SecureServer)[]> {
  const addresses = await lookup('localhost', { all: true }).catch(() => []);
  const beside = addresses
    .filter((other) => other.address !== address)
    .map(async (other) => {
      const server = create();
      return listen(server, other.address, port).then(
        () => server,
        () => undefined,
      );
    });
  return (await Promise.all(beside)).filter((server) => server !== undefined);
}

function closed(server: Server | SecureServer): Promise<void> {
  const closing = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closing;
}

const refusals: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'This request took too long.' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The head of this request is too long.' },
};

/** For what is no request that anything could be said about. It is not repeated. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const known = refusals[error.code ?? ''];
  const { status, message } = known ?? { status: 400, message: 'This is no request that can be read.' };
  const body = JSON.stringify({ error: { code: 'bad-request', message } } satisfies ApiError);
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${statusCodes[status]}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
        `x-content-type-options: nosniff\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroy();
}
