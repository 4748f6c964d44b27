/** A real HTTP server on loopback that remembers what it was sent and answers as a test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
  /** Counts connections from 1: the same number twice means that a connection was used again. */
  readonly connection: number;
}

export type Answer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Takes the request and says nothing. */
  | 'hang'
  /** Breaks the connection before any answer. */
  | 'reset'
  /** Status 200 and a body that comes byte by byte and never ends. */
  | 'drip'
  /** Status 400 and a body that comes as fast as it can and never ends. */
  | 'flood'
  /** Status 200 and a body that breaks off. */
  | 'cut'
  /** Bytes that are not HTTP. */
  | 'garbage';

export interface HttpReceiver {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedRequest[];
  /** Answers one request each; the last one repeats. Without a call every answer is 200 with no body. */
  answer(...answers: readonly (Answer | ((request: ReceivedRequest) => Answer))[]): void;
  /** Resolves once this many requests have come in since the start. */
  whenReceived(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  whenDisconnected(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options `port` to come back where one was stopped; `tls` for https, with what node:https takes */
export async function startHttpReceiver(
  options: { readonly port?: number; readonly tls?: ServerOptions } = {},
): Promise<HttpReceiver> {
  const received: ReceivedRequest[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const connections = new WeakMap<Socket, number>();
  let connectionCount = 0;
  let answers: readonly (Answer | ((request: ReceivedRequest) => Answer))[] = [{ status: 200 }];

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (!connections.has(incoming.socket)) connections.set(incoming.socket, ++connectionCount);
    const bytes = Buffer.concat(chunks);
    const request: ReceivedRequest = {
      method: incoming.method!,
      path: incoming.url!,
      headers: incoming.headers,
      body: bytes.toString(),
      bytes,
      connection: connections.get(incoming.socket)!,
    };
    received.push(request);
    const [next, ...later] = answers;
    if (later.length > 0) answers = later;
    give(typeof next === 'function' ? next(request) : next!, response);
    for (const { count, resolve } of waiting) if (received.length >= count) resolve();
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    handle(incoming, response).catch(() => response.destroy());
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `${options.tls ? 'https://localhost' : 'http://127.0.0.1'}:${port}`,
    received,
    answer(...next) {
      answers = next;
    },
    whenReceived(count) {
      if (received.length >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    async whenDisconnected() {
      for (const socket of open) await once(socket, 'close');
    },
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function give(answer: Answer, response: ServerResponse): void {
  if (typeof answer === 'object') {
    response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
  } else if (answer === 'reset') {
    response.socket?.resetAndDestroy();
  } else if (answer === 'garbage') {
    response.socket?.end('this is not HTTP\r\n\r\n');
  } else if (answer === 'cut') {
    response.writeHead(200, { 'content-length': '1000' }).write('{"ok":', () => response.destroy());
  } else if (answer === 'flood') {
    const pour = () => {
      if (!response.destroyed) response.write('x'.repeat(65_536), pour);
    };
    response.writeHead(400);
    pour();
  } else if (answer === 'drip') {
    response.writeHead(200).write('.');
    const dripping = setInterval(() => response.write('.'), 10);
    response.on('close', () => clearInterval(dripping));
  }
}
