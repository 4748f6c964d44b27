/** Those who are slow, send too much or never leave take nothing from the others. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { openEvents } from '../../src/web/events.ts';
import { usualPatience } from '../../src/web/server.ts';
import { raw, serve } from './served.ts';

const impatient = { headers: 200, request: 400, idle: 1_000, lookEvery: 50 };
const EVENTS = 'GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n';

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Also where the other side resets it. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Sends one piece after the other for as long as the other side listens, and gives what it said. */
async function drip(port: number, start: string, piece: string): Promise<string> {
  const socket = open(port);
  socket.write(start);
  const dripping = setInterval(() => socket.write(piece), 20);
  onTestFinished(() => clearInterval(dripping));
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await closed(socket);
  clearInterval(dripping);
  return text;
}

it.each([
  ['headers', 'GET / HTTP/1.1\r\nhost: localhost\r\n', 'x: y\r\n'],
  [
    'a body',
    'POST /api/v1/dead-letters/a/1/retry HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9999\r\n\r\n',
    'x',
  ],
  [
    'a body in chunks',
    'POST /api/v1/dead-letters/a/1/retry HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n',
    '1\r\nx\r\n',
  ],
])('ends a connection that sends %s byte by byte', async (_what, start, piece) => {
  const { port } = await serve({}, { patience: impatient });
  const startedMs = performance.now();
  expect(await drip(port, start, piece)).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

it('ends a connection that sends nothing at all', async () => {
  const { port } = await serve({}, { patience: impatient });
  await closed(open(port).resume());
});

it('ends a connection that asks again and again and reads nothing, and keeps little for it', async () => {
  const { port, url } = await serve({}, { patience: impatient });
  const socket = open(port);
  socket.pause();
  const before = process.memoryUsage().external + process.memoryUsage().heapUsed;
  let asked = 0;
  const asking = setInterval(() => {
    for (let n = 0; n < 50; n += 1) {
      if (socket.write('GET /api/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n')) asked += 1;
    }
  }, 5);
  onTestFinished(() => clearInterval(asking));
  await closed(socket);
  clearInterval(asking);
  expect(asked).toBeGreaterThan(100);
  const kept = process.memoryUsage().external + process.memoryUsage().heapUsed - before;
  expect(kept).toBeLessThan(100e6);
  expect((await fetch(`${url}healthz`)).status).toBe(200);
});

it('takes 1,000 connections and no more, and takes others again when they go', async () => {
  const { port, url } = await serve();
  const idle = Array.from({ length: 1_000 }, () => open(port));
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  const startedMs = performance.now();
  await closed(open(port).resume());
  // Long before one that sends nothing would be ended.
  expect(performance.now() - startedMs).toBeLessThan(usualPatience.headers / 2);
  for (const socket of idle) socket.destroy();
  await vi.waitFor(async () => expect((await fetch(`${url}healthz`)).status).toBe(200));
});

it('looks for slow requests every few seconds', () => {
  // The limits of Node.js are only as good as its looks: left alone it looks every half minute.
  expect(usualPatience.lookEvery).toBeLessThanOrEqual(5_000);
  expect(usualPatience.request).toBeLessThanOrEqual(10_000);
});

it.each([
  ['headers', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ['an address', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 431],
  ['a name', `GET /api/v1/sites/${'x'.repeat(5_000)} HTTP/1.1\r\nhost: localhost\r\n`, 414],
  [
    'a body',
    `POST /api/v1/dead-letters/a/1/retry HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n`,
    413,
  ],
  [
    'a body in chunks',
    `POST /api/v1/dead-letters/a/1/retry HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n8000\r\n${'x'.repeat(0x8000)}\r\n0\r\n\r\n`,
    413,
  ],
  ['headers that are many', `GET / HTTP/1.1\r\nhost: localhost\r\n${'a: b\r\n'.repeat(4_000)}\r\n`, 431],
])('refuses %s that is too long, and lives on', async (_what, text, status) => {
  const { port, url } = await serve();
  const request = text.endsWith('localhost\r\n') ? `${text}connection: close\r\n\r\n` : text;
  expect(await raw(port, request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect((await fetch(`${url}healthz`)).status).toBe(200);
});

it('has room for 200 open pages, tells the next one so, and has room again when one goes', async () => {
  const { port, url } = await serve();
  const readers = Array.from({ length: 200 }, () => open(port));
  await Promise.all(
    readers.map(async (reader) => {
      reader.write(EVENTS);
      await once(reader, 'data');
    }),
  );
  const full = await fetch(`${url}api/v1/events`);
  expect([full.status, await full.json()]).toMatchObject([503, { error: { code: 'too-many-readers' } }]);
  expect((await fetch(`${url}api/v1/overview`)).status).toBe(200);
  readers[0]!.destroy();
  await vi.waitFor(async () => {
    const answer = await fetch(`${url}api/v1/events`);
    expect(answer.status).toBe(200);
    await answer.body!.cancel();
  });
});

it('drops a page that does not read, keeps little for it, and goes on telling the others', async () => {
  const ending = new AbortController();
  onTestFinished(() => ending.abort(new Error('the test ends')));
  const events = openEvents(systemClock, ending.signal);
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    responses.push(response);
    events.add(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const slow = open(port);
  slow.write(EVENTS);
  await once(slow, 'data');
  slow.pause();
  const quick = open(port);
  quick.write(EVENTS);
  await once(quick, 'data');
  let heard = 0;
  quick.on('data', ({ length }: Buffer) => {
    heard += length;
  });

  const site = 'x'.repeat(1_000);
  let [told, mostKept] = [0, 0];
  while (events.readers() === 2) {
    events.tell({ site });
    told += 1;
    mostKept = Math.max(mostKept, responses[0]!.writableLength);
    if (told % 20 === 0) await once(quick, 'data');
    expect(told).toBeLessThan(100_000);
  }
  expect(responses[0]!.destroyed).toBe(true);
  expect(mostKept).toBeLessThan(70_000);
  await vi.waitFor(() => expect(heard).toBeGreaterThanOrEqual(told * site.length));
});
