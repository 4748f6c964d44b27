/** A file of Butler, as it is, given to the real program: what arrives is what its dashboards and receivers know. */
import { expect, it, vi } from 'vitest';
import { startHttpReceiver } from '../fakes/http-receiver.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startInfluxd } from '../servers/influxd.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { newFolder, startProgram, writeConfig } from './program.ts';
import { CHECKS, listen, rowsOf } from './receivers.ts';
import { startSite } from './site.ts';

const DAYS = 30;

describeWith(['influxd', 'mosquitto'], 'a file of Butler', () => {
  it('brings its points, topics and webhooks from the real program', {
    timeout: 90_000,
  }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const [influx, broker, hooks] = await Promise.all([
      startInfluxd({}),
      startMosquitto({}),
      startHttpReceiver(),
    ]);
    onTestFinished(() => influx.remove());
    onTestFinished(() => broker[Symbol.asyncDispose]());
    onTestFinished(() => hooks.stop());
    const site = await startSite(onTestFinished, folder, DAYS);
    const published = await listen(onTestFinished, broker.url);
    const [influxAt, brokerAt] = [new URL(influx.url), new URL(broker.url)];
    await writeConfig(
      folder,
      `
Butler:
  logLevel: info
  qlikSenseLicense:
    serverLicenseMonitor:
      enable: true
      frequency: every 1 seconds
      alert: { thresholdDays: 60 }
      destination:
        influxDb:
          enable: true
          sendRecurring: { enable: true }
          sendAlert: { enable: true }
          tag: { static: [{ name: feature, value: license }] }
        mqtt: { enable: true, sendRecurring: { enable: true }, sendAlert: { enable: true } }
        webhook: { enable: true, sendRecurring: { enable: true }, sendAlert: { enable: true } }
  influxDb:
    enable: true
    hostIP: ${influxAt.hostname}
    hostPort: ${influxAt.port}
    version: 1
    v1Config: { auth: { enable: false }, dbName: butler, retentionPolicy: { name: 10d, duration: 10d } }
    tag: { static: [{ name: env, value: lab }] }
  mqttConfig:
    enable: true
    brokerHost: ${brokerAt.hostname}
    brokerPort: ${brokerAt.port}
    qlikSenseServerLicenseTopic: qliksense/license
    qlikSenseServerLicenseExpireTopic: qliksense/license_expire
  webhookNotification:
    enable: true
    qlikSenseServerLicenseMonitor:
      rateLimit: 0
      webhooks: [{ description: status, webhookURL: '${hooks.url}/status?key=1', httpMethod: POST }]
    qlikSenseServerLicenseExpiryAlert:
      rateLimit: 0
      webhooks: [{ description: alert, webhookURL: '${hooks.url}/alert?key=1', httpMethod: GET }]
  cert:
    clientCert: certificates/client.pem
    clientCertKey: certificates/client_key.pem
    clientCertCA: certificates/root.pem
  configQRS: { host: 127.0.0.1, port: ${site.port} }
  restServerConfig: { enable: true, serverHost: localhost, serverPort: 8080, backgroundServerPort: 8081 }
`,
      'butler.yaml',
    );

    const program = startProgram(onTestFinished, folder, ['run', '-c', 'butler.yaml']);
    await published.until(
      (all) =>
        all.filter(({ topic }) => topic === 'qliksense/license').length > 1 &&
        all.filter(({ topic }) => topic === 'qliksense/license_expire').length > 1,
    );
    const at = (path: string) => hooks.received.filter((request) => request.path.startsWith(path));
    await vi.waitFor(
      async () => {
        expect((await rowsOf(influx, 'butler', CHECKS)).length).toBeGreaterThan(1);
        expect(at('/status').length).toBeGreaterThan(1);
        expect(at('/alert').length).toBeGreaterThan(1);
      },
      { timeout: 45_000, interval: 200 },
    );
    expect(await program.stop()).toMatchObject({ code: 0 });

    const endDate = site.dateIn(DAYS);
    expect((await rowsOf(influx, 'butler', CHECKS)).at(-1)).toMatchObject({
      env: 'lab',
      feature: 'license',
      license_expired: false,
      expiry_date: endDate,
      days_until_expiry: DAYS,
    });
    const status = published.items.filter(({ topic }) => topic === 'qliksense/license').at(-1)!;
    const asButlerSays = { licenseExpired: false, expiryDateStr: endDate, daysUntilExpiry: DAYS };
    expect(status).toMatchObject({ body: asButlerSays, retained: false });
    const [expiring] = published.items.filter(({ topic }) => topic === 'qliksense/license_expire');
    expect(expiring!.text).toBe(
      `Qlik Sense server license is about to expire in ${DAYS} days, on ${endDate}`,
    );
    const [posted, got] = [at('/status')[0]!, at('/alert')[0]!];
    expect([posted.method, posted.path]).toEqual(['POST', '/status?key=1']);
    expect(JSON.parse(posted.body)).toMatchObject({ event: 'server license status', ...asButlerSays });
    expect(got.method).toBe('GET');
    expect(Object.fromEntries(new URL(got.path, hooks.url).searchParams)).toMatchObject({
      key: '1',
      event: 'server license about to expire alert',
      licenseExpired: 'false',
      expiryDateStr: endDate,
      daysUntilExpiry: String(DAYS),
    });
  });
});
