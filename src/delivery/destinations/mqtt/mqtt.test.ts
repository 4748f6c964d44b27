import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  availability,
  describeMqttDestination,
  openMqttDestination,
  soon,
} from '../../../../test/contracts/mqtt-destination.ts';
import { alertMessage, statusMessage } from '../../../../test/fakes/messages.ts';
import { startAedes } from '../../../../test/servers/aedes.ts';
import { freePort } from '../../../../test/servers/free-port.ts';
import { retainedOn, subscribe } from '../../../../test/servers/mqtt-subscriber.ts';
import type { Logger } from '../../../platform/logger.ts';
import { mqtt } from './index.ts';

describeMqttDestination('a broker that knows only 3.1.1', startAedes);
describeMqttDestination('a broker asked for 3.1.1', startAedes, { version: '3.1.1' });

/** Accepts connections and does as it is told with them. */
async function startTcpServer(onConnection: (socket: import('node:net').Socket) => void) {
  const server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

function recorder() {
  const lines: string[] = [];
  const record = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: record, info: record, warn: record, error: record };
  return { logger, lines };
}

describe('without a broker', () => {
  it('defers when nobody listens, and says so', async () => {
    const port = await freePort();
    await using destination = await openMqttDestination({ url: `mqtt://127.0.0.1:${port}` });
    const outcomes = await destination.deliver([statusMessage(), alertMessage()], soon());
    expect(outcomes).toHaveLength(2);
    expect(outcomes[0]).toEqual({
      kind: 'deferred',
      reason: 'unreachable',
      detail: `Cannot talk to mqtt://127.0.0.1:${port} (ECONNREFUSED): nobody listens there. Is the broker running, and is the port right?`,
    });
  });

  it('delivers once the broker is there, without waiting for the next attempt of its own', async () => {
    const port = await freePort();
    await using destination = await openMqttDestination({ url: `mqtt://127.0.0.1:${port}` });
    await destination.deliver([alertMessage()], soon());
    await using _broker = await startAedes({}, port);
    expect(await destination.deliver([alertMessage()], soon())).toEqual([{ kind: 'accepted' }]);
  });

  it('defers when the deadline passes before the broker says anything', async () => {
    await using server = await startTcpServer((socket) => socket.resume());
    await using destination = await openMqttDestination({ url: server.url });
    expect(await destination.deliver([alertMessage()], AbortSignal.timeout(50))).toMatchObject([
      { kind: 'deferred', reason: 'timeout' },
    ]);
    expect(await destination.deliver([alertMessage()], AbortSignal.abort())).toMatchObject([
      { kind: 'deferred', reason: 'timeout' },
    ]);
  });

  it('gives an attempt up after the time that one may take', async () => {
    await using server = await startTcpServer((socket) => socket.resume());
    await using destination = await openMqttDestination({ url: server.url, timeout: '100 ms' });
    expect(await destination.deliver([alertMessage()], soon())).toEqual([
      { kind: 'deferred', reason: 'timeout', detail: `${server.url} has not answered in time.` },
    ]);
  });

  it.each([
    ['hangs up at once', (socket: import('node:net').Socket) => socket.end()],
    [
      'speaks another protocol',
      (socket: import('node:net').Socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'),
    ],
    ['breaks the connection off', (socket: import('node:net').Socket) => socket.resetAndDestroy()],
  ])('defers when the other end %s', async (_, onConnection) => {
    await using server = await startTcpServer((socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    });
    await using destination = await openMqttDestination({ url: server.url });
    expect(await destination.deliver([alertMessage()], soon())).toMatchObject([
      { kind: 'deferred', reason: 'unreachable' },
    ]);
  });

  it('says that another client took its client id', async () => {
    await using server = await startTcpServer((socket) => {
      socket.on('error', () => {});
      // CONNACK: success. DISCONNECT: session taken over.
      socket.once('data', () => socket.end(Buffer.from('2003000000e0018e', 'hex')));
    });
    await using destination = await openMqttDestination({ url: server.url, version: 5 });
    expect(await destination.deliver([alertMessage()], soon())).toMatchObject([
      { kind: 'deferred', reason: 'unreachable', detail: expect.stringContaining('same client id') },
    ]);
  });

  it('closes within 2 s when the broker has stopped answering', async () => {
    await using server = await startTcpServer((socket) => {
      socket.on('error', () => {});
      // CONNACK: success; then PUBACK to the first message, which is `online`, with the packet id after its topic.
      socket.once('data', () => {
        socket.write(Buffer.from('2003000000', 'hex'));
        socket.once('data', (publish) => {
          const id = publish.subarray(4 + publish.readUInt16BE(2)).subarray(0, 2);
          socket.write(Buffer.concat([Buffer.from('4002', 'hex'), id]));
        });
      });
    });
    const destination = await openMqttDestination({ url: server.url, version: 5 });
    expect(await destination.deliver([alertMessage()], AbortSignal.timeout(100))).toMatchObject([
      { kind: 'deferred', reason: 'timeout', detail: expect.stringContaining('Not confirmed') },
    ]);
    const startedMs = performance.now();
    await destination.close();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('closes within 2 s while it is connecting, and while nobody answers', async () => {
    await using server = await startTcpServer((socket) => socket.resume());
    const destination = await openMqttDestination({ url: server.url });
    const startedMs = performance.now();
    await destination.close();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('leaves nothing behind that would keep the process alive', async () => {
    const program = `
      import { mqtt } from './src/delivery/destinations/mqtt/index.ts';
      import { systemClock } from './src/platform/clock.ts';
      import { silentLogger } from './src/platform/logger.ts';
      import { startAedes } from './test/servers/aedes.ts';
      import { alertMessage } from './test/fakes/messages.ts';
      const broker = await startAedes();
      const tools = { clock: systemClock, logger: silentLogger, latestStatuses: async () => [] };
      const opened = [];
      for (const url of [broker.url, 'mqtt://127.0.0.1:1']) {
        const destination = await mqtt.open(mqtt.section.parse({ kind: 'mqtt', name: 'x', url }), tools);
        await destination.deliver([alertMessage()], AbortSignal.timeout(5000));
        opened.push(destination);
      }
      for (const destination of opened) await destination.close();
      await broker.stop();
      console.log('closed');
      setTimeout(() => { console.log(process.getActiveResourcesInfo()); process.exit(1); }, 2000).unref();`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { timeout: 15_000 });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
    const [code] = (await once(child, 'exit')) as [number | null];
    expect({ code, output: output.trim() }).toEqual({ code: 0, output: 'closed' });
  });
});

describe('with a broker in the process', () => {
  const secret = 's3cr3t-p4ssword';

  it('says what is wrong with the login, and never the password', async () => {
    await using broker = await startAedes({
      authenticate(_client, _user, password, done) {
        const isRight = password?.toString() === 'right';
        done(isRight ? null : Object.assign(new Error('no'), { returnCode: 4 }), isRight);
      },
    });
    const { logger, lines } = recorder();
    await using destination = await openMqttDestination(
      { url: broker.url, user: 'sentinel', password: secret },
      { logger },
    );
    const outcomes = await destination.deliver([alertMessage()], soon());
    expect(outcomes).toMatchObject([
      {
        kind: 'deferred',
        reason: 'unauthorized',
        detail: expect.stringContaining('check `user` and `password`'),
      },
    ]);
    expect(JSON.stringify([outcomes, lines])).not.toContain(secret);
  });

  it('warns once that 3.1.1 does not tell what was denied', async () => {
    await using broker = await startAedes();
    const { logger, lines } = recorder();
    await using destination = await openMqttDestination({ url: broker.url }, { logger });
    await destination.deliver([alertMessage()], soon());
    broker.cut();
    await destination.deliver([alertMessage()], soon());
    await destination.deliver([alertMessage()], soon());
    expect(lines.filter((line) => line.includes('does not tell'))).toHaveLength(1);
  });

  it('notices with confirm that a message was denied without a word', async () => {
    await using broker = await startAedes({
      authorizeForward: (_client, packet) => (packet.topic.includes('/alert') ? null : packet),
    });
    await using destination = await openMqttDestination({ url: broker.url, confirm: true });
    expect(await destination.deliver([statusMessage()], soon())).toEqual([{ kind: 'accepted' }]);
    expect(await destination.deliver([alertMessage()], AbortSignal.timeout(200))).toMatchObject([
      { kind: 'deferred', reason: 'timeout', detail: expect.stringContaining('did not hand it back') },
    ]);
    // The connection is still the same: the broker never had a reason to send the last will.
    expect((await retainedOn(broker.url))[availability]).toBe('online');
  });

  it('says so when it may not subscribe to what it has to confirm', async () => {
    await using broker = await startAedes({
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, subscription.topic.startsWith('license-sentinel/') ? null : subscription),
    });
    await using destination = await openMqttDestination({ url: broker.url, confirm: true });
    expect(await destination.deliver([alertMessage()], soon())).toMatchObject([
      { kind: 'deferred', reason: 'unauthorized', detail: expect.stringContaining('subscribe') },
    ]);
  });

  it('delivers alerts even when the last statuses cannot be read', async () => {
    await using broker = await startAedes();
    await using destination = await openMqttDestination(
      { url: broker.url },
      { latestStatuses: () => Promise.reject(new Error('disk')) },
    );
    expect(await destination.deliver([alertMessage()], soon())).toEqual([{ kind: 'accepted' }]);
  });

  it('uses its own topics and retains nothing where that is not wanted', async () => {
    await using broker = await startAedes();
    await using subscriber = await subscribe(broker.url);
    await using destination = await openMqttDestination({
      url: broker.url,
      retainStatus: false,
      topics: { status: 'qlik/{site}', alert: 'qlik/alerts', availability: 'qlik/online' },
    });
    await destination.deliver([statusMessage(), alertMessage({ site: null })], soon());
    const received = await subscriber.until((all) => all.length === 3);
    expect(received.map(({ topic }) => topic)).toEqual(['qlik/online', 'qlik/prod', 'qlik/alerts']);
    expect(await retainedOn(broker.url)).toEqual({ 'qlik/online': 'online' });
  });
});

describe('for subscribers of Butler', () => {
  it('confirms lines of plain text that say the same as one another', async () => {
    await using broker = await startAedes();
    await using destination = await openMqttDestination({
      url: broker.url,
      confirm: true,
      topics: { expiry: 'qliksense/expire' },
    });
    const reminders = [1, 2, 3].map((n) => alertMessage({ id: `alert-${n}`, reminder: true }));
    expect(await destination.deliver(reminders, soon())).toEqual(reminders.map(() => ({ kind: 'accepted' })));
  });
});

describe('with a broker that takes neither a last will nor retained messages', () => {
  it('connects with `will: false`, and then says neither online nor offline', async () => {
    let wills = 0;
    await using broker = await startAedes({
      preConnect(_client, packet, done) {
        if (packet.will) wills += 1;
        done(packet.will ? new Error('no') : null, !packet.will);
      },
      authorizePublish: (_client, packet, done) => done(packet.retain ? new Error('no') : null),
    });
    await using refused = await openMqttDestination({ url: broker.url });
    expect(await refused.deliver([statusMessage()], soon())).toMatchObject([{ kind: 'deferred' }]);
    expect(wills).toBeGreaterThan(0);

    await using subscriber = await subscribe(broker.url);
    await using destination = await openMqttDestination({
      url: broker.url,
      will: false,
      retainStatus: false,
    });
    expect(await destination.deliver([statusMessage()], soon())).toEqual([{ kind: 'accepted' }]);
    await destination.close();
    const received = await subscriber.until((all) => all.length === 1);
    expect(received.map(({ topic }) => topic)).toEqual(['license-sentinel/prod/status']);
  });
});

it('understands the sample of its README', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  const samples = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => parse(text!) as unknown);
  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) {
    for (const section of (sample as { destinations: unknown[] }).destinations) mqtt.section.parse(section);
  }
});
