/** Where the program delivers to: the broker in this process or a real one, a web hook, and a stand-in for InfluxDB. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAedes } from '../test/servers/aedes.ts';

export interface Receivers {
  /** Sections of a configuration, each of which gets statuses and alerts. */
  readonly sections: readonly string[];
  /** `performance.now()` of the first message to any of them since the last call of `forget`; waits for it. */
  firstMessage(): Promise<number>;
  /** The same for the last of the three to get its first message. */
  firstMessageOfEach(): Promise<number>;
  forget(): void;
  stop(): Promise<void>;
}

type Name = 'hook' | 'broker' | 'metrics';
const names: readonly Name[] = ['hook', 'broker', 'metrics'];

export async function startReceivers(): Promise<Receivers> {
  const first = new Map<Name, number>();
  let waiting: (() => void)[] = [];
  const note = (name: Name) => {
    if (first.has(name)) return;
    first.set(name, performance.now());
    for (const look of waiting) look();
  };
  const until = (isThere: () => boolean, time: () => number) =>
    new Promise<number>((resolve) => {
      const look = () => {
        if (!isThere()) return;
        waiting = waiting.filter((each) => each !== look);
        resolve(time());
      };
      waiting.push(look);
      look();
    });

  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(204).end();
      note(request.url?.startsWith('/hook') ? 'hook' : 'metrics');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const broker = await startAedes();
  broker.broker.on('publish', (packet, client) => {
    if (client !== null && packet.payload.length > 100) note('broker');
  });

  return {
    sections: [
      `{ name: hook, kind: webhook, url: '${base}/hook' }`,
      `{ name: broker, kind: mqtt, url: '${broker.url}', version: 3.1.1 }`,
      `{ name: metrics, kind: influxdb, version: 2, url: '${base}', org: o, bucket: b, token: t0ken-for-the-bench }`,
    ],
    firstMessage: () =>
      until(
        () => first.size > 0,
        () => Math.min(...first.values()),
      ),
    firstMessageOfEach: () =>
      until(
        () => names.every((name) => first.has(name)),
        () => Math.max(...first.values()),
      ),
    forget: () => first.clear(),
    async stop() {
      server.close();
      server.closeAllConnections();
      await broker.stop();
    },
  };
}
