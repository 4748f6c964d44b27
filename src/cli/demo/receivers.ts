/** What the demo delivers to: an embedded MQTT broker that can go down and come back, and a webhook receiver. */
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { createHttpServer } from '../../platform/node-http.ts';

/** One message as it came in. */
export interface Arrival {
  readonly through: 'webhook' | 'mqtt';
  /** The MQTT topic, or the path of the request. */
  readonly to: string;
  readonly body: {
    readonly topic: string;
    readonly kind: string;
    readonly severity: string;
    readonly title: string;
    readonly id: string;
  };
}

export interface Broker {
  readonly url: string;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startBroker(onArrival: (arrival: Arrival) => void): Promise<Broker> {
  let port = 0;
  let running = await listen();

  async function listen() {
    const broker = await Aedes.createBroker();
    broker.on('publish', (packet, client) => {
      const body = client === null ? undefined : parsedBody(packet.payload.toString());
      if (body !== undefined) onArrival({ through: 'mqtt', to: packet.topic, body });
    });
    const sockets = new Set<Socket>();
    const server: Server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      broker.handle(socket);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    return { broker, server, sockets };
  }

  async function goDown() {
    const { broker, server, sockets } = running;
    server.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  }

  return {
    url: `mqtt://127.0.0.1:${port}`,
    goDown,
    comeBack: async () => {
      running = await listen();
    },
    close: goDown,
  };
}

export interface Receiver {
  readonly url: string;
  close(): Promise<void>;
}

export async function startReceiver(onArrival: (arrival: Arrival) => void): Promise<Receiver> {
  const server: HttpServer = createHttpServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const body = parsedBody(text);
      if (body !== undefined) onArrival({ through: 'webhook', to: request.url ?? '/', body });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/qlik`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Our own message; undefined for anything else that reaches the broker, such as the availability topic. */
function parsedBody(text: string): Arrival['body'] | undefined {
  try {
    const body = JSON.parse(text) as Partial<Arrival['body']> | null;
    return typeof body?.title === 'string' ? (body as Arrival['body']) : undefined;
  } catch {
    return undefined;
  }
}
