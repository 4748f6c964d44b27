/** How the service ends, and that it is told when it must not start. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, type TestContext } from 'vitest';
import { describeWith } from '../servers/describe-with.ts';
import { freePort } from '../servers/free-port.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { newFolder, runProgram, startService, writeConfig } from './program.ts';
import { hasAlert, listen, startWebhookReceiver } from './receivers.ts';
import { startSite } from './site.ts';

type Cleanup = TestContext['onTestFinished'];
const isRunning = ({ msg }: { msg: string }) => msg === 'License Sentinel is running';
const isCheck = ({ msg }: { msg: string }) => msg === 'site checked';

it.concurrent.for(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it within 10 s although a receiver and the site hang and no broker answers',
  { timeout: 60_000 },
  async (signal, { onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const receiver = await startWebhookReceiver(onTestFinished);
    receiver.answerAll('hang');
    const site = await startSite(onTestFinished, folder);
    const destinations = [
      { name: 'hanging', kind: 'webhook', url: `${receiver.url}/hook`, timeout: '1 min' },
      { name: 'refused', kind: 'mqtt', url: `mqtt://127.0.0.1:${await freePort()}` },
      {
        name: 'mute',
        kind: 'mqtt',
        url: `mqtt://127.0.0.1:${await startMuteServer(onTestFinished)}`,
        timeout: '1 min',
      },
    ];
    await writeConfig(
      folder,
      `${site.config}destinations: ${JSON.stringify(destinations)}\nstore: ./store.db\n`,
    );
    const program = startService(onTestFinished, folder);
    await receiver.calls.until((calls) => calls.length > 0);
    await program.whenLogged(
      ({ msg, destination }) => msg.startsWith('not delivered') && destination === 'refused',
    );
    site.hangs();

    const { code, ms } = await program.stop(signal);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    expect(program.log.items.at(-1)).toMatchObject({ msg: expect.stringMatching(/^stopped/) });
    expect(program.log.items).toContainEqual(expect.objectContaining({ msg: 'stopping', reason: signal }));
    expect(program.stderr()).toBe('');
  },
);

it.concurrent('a second signal ends it at once, with 1', { timeout: 60_000 }, async ({ onTestFinished }) => {
  const folder = await newFolder(onTestFinished);
  const receiver = await startWebhookReceiver(onTestFinished);
  receiver.answerAll('hang');
  const site = await startSite(onTestFinished, folder);
  await writeConfig(
    folder,
    `${site.config}destinations: [{ name: hook, kind: webhook, url: '${receiver.url}/hook' }]\nstore: ./store.db\n`,
  );
  const program = startService(onTestFinished, folder);
  await receiver.calls.until((calls) => calls.length > 0);
  program.send('SIGTERM');
  await program.whenLogged(({ msg }) => msg === 'stopping');
  const { code, ms } = await program.stop('SIGINT');
  expect(code).toBe(1);
  expect(ms).toBeLessThan(3_000);
});

it.concurrent('what an interrupted run had not delivered, the next one does', { timeout: 60_000 }, async ({
  onTestFinished,
}) => {
  const folder = await newFolder(onTestFinished);
  const receiver = await startWebhookReceiver(onTestFinished);
  receiver.answerAll({ status: 503 });
  const site = await startSite(onTestFinished, folder);
  await writeConfig(
    folder,
    `${site.config}destinations: [{ name: hook, kind: webhook, url: '${receiver.url}/hook' }]\nstore: ./store.db\n`,
  );
  const first = startService(onTestFinished, folder);
  await first.whenLogged(({ msg }) => msg.startsWith('not delivered'));
  expect(await first.stop()).toMatchObject({ code: 0 });

  receiver.answerAll({ status: 200 });
  const second = startService(onTestFinished, folder);
  const calls = await receiver.calls.until((all) =>
    hasAlert('expiring 30')(all.filter(({ isAccepted }) => isAccepted)),
  );
  await second.stop();
  const alerts = calls.filter(({ body }) => body.topic === 'alert');
  expect(new Set(alerts.map(({ body }) => body.id)).size).toBe(1);
});

it.concurrent('SIGHUP keeps it running, and the log says what it did not do', { timeout: 60_000 }, async ({
  onTestFinished,
}) => {
  const folder = await newFolder(onTestFinished);
  const site = await startSite(onTestFinished, folder);
  await writeConfig(folder, `${site.config}store: ./store.db\n`);
  const program = startService(onTestFinished, folder);
  await program.whenLogged(isRunning);
  program.send('SIGHUP');
  const said = await program.whenLogged(({ msg }) => msg.startsWith('SIGHUP'));
  expect(said).toMatchObject({ level: 'warn', msg: expect.stringContaining('restart the service') });
  const checks = program.log.items.filter(isCheck).length;
  await program.log.until((lines) => lines.filter(isCheck).length > checks);
  expect(await program.stop()).toMatchObject({ code: 0 });
});

it.concurrent('a second process on the same store says so in one sentence and ends with 1, the first goes on', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const folder = await newFolder(onTestFinished);
  const site = await startSite(onTestFinished, folder);
  await writeConfig(folder, `${site.config}store: ./store.db\n`);
  const first = startService(onTestFinished, folder);
  await first.whenLogged(isRunning);
  const second = await runProgram(onTestFinished, folder, ['run', '--config', 'config.yaml']);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('store.db') });
  expect(second.stderr).toMatch(/in use|another/);
  expect(second.stderr.trim().split('\n')).toHaveLength(1);
  const checks = first.log.items.filter(isCheck).length;
  await first.log.until((lines) => lines.filter(isCheck).length > checks);
  // A killed holder does not block the next one.
  await first.kill9();
  const third = startService(onTestFinished, folder);
  await third.whenLogged(isRunning);
  expect(await third.stop()).toMatchObject({ code: 0 });
});

it.concurrent('a store in a place where none can be ends it with 2 and a sentence', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const folder = await newFolder(onTestFinished);
  const site = await startSite(onTestFinished, folder);
  await writeConfig(folder, `${site.config}store: ./config.yaml/store.db\n`);
  const { code, stderr } = await runProgram(onTestFinished, folder, ['run', '--config', 'config.yaml']);
  expect(stderr).toContain('config.yaml/store.db');
  expect(stderr).not.toContain('    at ');
  expect(code).toBe(2);
});

describeWith(['mosquitto'], 'the availability topic', () => {
  it.concurrent.for(['a clean stop', 'kill -9'] as const)(
    'says offline after %s',
    { timeout: 60_000 },
    async (how, { onTestFinished }) => {
      const folder = await newFolder(onTestFinished);
      const broker = await startMosquitto();
      onTestFinished(() => broker[Symbol.asyncDispose]());
      const published = await listen(onTestFinished, broker.url);
      const site = await startSite(onTestFinished, folder);
      await writeConfig(
        folder,
        `${site.config}destinations: [{ name: broker, kind: mqtt, url: '${broker.url}' }]\nstore: ./store.db\n`,
      );
      const program = startService(onTestFinished, folder);
      const said = () =>
        published.items
          .filter(({ topic }) => topic === 'license-sentinel/availability')
          .map(({ text }) => text);
      await published.until(hasAlert('expiring 30'));
      expect(said()).toEqual(['online']);
      if (how === 'kill -9') await program.kill9();
      else expect(await program.stop()).toMatchObject({ code: 0 });
      await published.until(() => said().at(-1) === 'offline');
    },
  );
});

/** Takes connections and never says a word. @returns its port */
async function startMuteServer(cleanup: Cleanup): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cleanup(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup(() => void server.close());
  return (server.address() as AddressInfo).port;
}
