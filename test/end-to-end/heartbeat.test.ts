/** The heartbeat of the real program, from a file of ours and from one of Butler. */
import { expect, it } from 'vitest';
import { startHttpReceiver } from '../fakes/http-receiver.ts';
import { freePort } from '../servers/free-port.ts';
import { newFolder, startService, writeConfig } from './program.ts';
import { startSite } from './site.ts';

const uuid = '0f1e2d3c-planted-uuid';

it.concurrent('calls its watchdog after checks, ends with the program, and never shows its address', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const folder = await newFolder(onTestFinished);
  const watchdog = await startHttpReceiver();
  onTestFinished(() => watchdog.stop());
  const site = await startSite(onTestFinished, folder);
  const ping = `/ping/${uuid}`;
  watchdog.answer({ status: 200 }, { status: 500, body: `no ${uuid}` }, 'reset', { status: 200 });
  await writeConfig(
    folder,
    `${site.config}store: ./store.db\nheartbeat: { url: '${watchdog.url}${ping}', every: 1 s, timeout: 2 s }\n`,
  );
  const program = startService(onTestFinished, folder);
  await watchdog.whenReceived(5);
  await program.whenLogged(({ msg }) => msg === 'the heartbeat arrives again');
  site.hangs();
  await watchdog.whenReceived(7);
  watchdog.answer('hang');
  const { code, ms } = await program.stop();

  expect([code, program.stderr()]).toEqual([0, '']);
  expect(ms).toBeLessThan(10_000);
  for (const { method, path, body } of watchdog.received) {
    expect([method, path]).toEqual(['POST', ping]);
    expect(body).toMatch(/^all is well; checks made since the last call: \d+$/);
  }
  expect(program.log.items.filter(({ msg }) => msg.startsWith('the heartbeat did not arrive'))).toHaveLength(
    2,
  );
  expect(program.stdout()).not.toContain(uuid);
});

it.concurrent('goes on for those who come from Butler, and so does the probe of their container', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const folder = await newFolder(onTestFinished);
  const watchdog = await startHttpReceiver();
  onTestFinished(() => watchdog.stop());
  const site = await startSite(onTestFinished, folder);
  const [health, qrs] = [await freePort(), /port: (\d+)/.exec(site.config)![1]];
  const file = {
    Butler: {
      heartbeat: { enable: true, remoteURL: `${watchdog.url}/${uuid}`, frequency: 'every 2 seconds' },
      dockerHealthCheck: { enable: true, port: health },
      qlikSenseLicense: { serverLicenseMonitor: { enable: true, frequency: 'every 1 second' } },
      cert: {
        clientCert: './certificates/client.pem',
        clientCertKey: './certificates/client_key.pem',
        clientCertCA: './certificates/root.pem',
      },
      configQRS: { host: '127.0.0.1', port: Number(qrs) },
    },
  };
  await writeConfig(folder, JSON.stringify(file));
  const program = startService(onTestFinished, folder);
  await watchdog.whenReceived(2);
  expect(watchdog.received[0]).toMatchObject({ method: 'GET', path: `/${uuid}`, body: '' });
  const probe = await fetch(`http://localhost:${health}/health`);
  expect([probe.status, await probe.json()]).toEqual([200, { ok: true, reasons: [] }]);
  expect((await program.stop()).code).toBe(0);
  expect(program.stdout()).not.toContain(uuid);
});
