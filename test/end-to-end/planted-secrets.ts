/** Every secret there is, each under a text of its own, and a service that has all of them in hand. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { encryptedKey } from '../../src/simulator/certificate-authority.ts';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type HttpReceiver, startHttpReceiver } from '../fakes/http-receiver.ts';
import { startInfluxdbRecorder } from '../fakes/influxdb-recorder.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { newFolder, writeConfig } from './program.ts';
import { listen, startWebhookReceiver } from './receivers.ts';

type Cleanup = TestContext['onTestFinished'];

export const serial = '9081726354455463';
export const serialInGroups = '9081 7263 5445 5463';
export const ofLicense = {
  serial,
  key: 'eyJhbGciOiJSUzUxMiJ9.cGxhbnRlZC1saWNlbnNlLWtleQ.U0lHTkFUVVJF-planted',
  lef: 'LEFLINE;PLANTED;7;2031-01-02',
  // Real ones have five digits; so few stand in some time stamp of the store by chance.
  control: '7351928064',
  owner: 'Olga Ownersecret',
  organization: 'Secretcorp GmbH & Co',
  // The last four digits may be shown, so a longer end of it is searched for, and its front.
  serialEnd: serial.slice(-7),
  serialFront: serial.slice(0, 8),
  serialInGroups: serialInGroups.slice(0, 9),
};
const ofConfiguration = {
  passphrase: 'planted passphrase/of the=key',
  brokerPassphrase: 'another+planted phrase&of a=key',
  wrongPassphrase: 'planted phrase that/fits=no key',
  jwt: 'eyJ-planted-jwt.of.the-proxy',
  influxToken: 'planted-influx-token+/==',
  influx3Token: 'apiv3_planted-third-token',
  influxPassword: 'planted influx&password',
  mqttPassword: 'planted-mqtt-password?%',
  wrongPassword: 'planted-Unf1tting-9e8d7c',
  webToken: 'planted-web-token-of-16-and-more',
  webHash: `scrypt:16384:8:1:${btoa('planted salt')}:${btoa('planted hash of a password')}`,
  userInUrl: 'planted-user/in-the-url',
  heartbeatPath: 'plantedHeartbeat5e6f7a',
  urlPath: 'plantedTokenInPath0a1b2c',
  urlQuery: 'plantedTokenInQuery3d4e5f',
  bearer: 'planted-bearer-token',
  basicPassword: 'planted:basic@password',
  header: 'planted-header-value',
  signing: `whsec_${Buffer.from('planted signing secret').toString('base64')}`,
};
export const secrets: typeof ofLicense & typeof ofConfiguration = { ...ofLicense, ...ofConfiguration };

export const license30 = (): Record<string, unknown> => ({
  ...signedLicense({
    endDate: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    number: serial,
  }),
  key: secrets.key,
  lef: secrets.lef,
  check: secrets.control,
  name: secrets.owner,
  organization: secrets.organization,
});

/** Repeats to the sender what it sent, credentials and all. */
async function startEcho(cleanup: Cleanup, status: number): Promise<HttpReceiver> {
  const receiver = await startHttpReceiver();
  cleanup(() => receiver.stop());
  receiver.answer(({ path, headers, body }) => ({
    status,
    body: `${JSON.stringify(headers)} ${path} ${body}`,
  }));
  return receiver;
}

export async function plantEverywhere(cleanup: Cleanup) {
  const folder = await newFolder(cleanup);
  const simulator = await startSimulator({ clock: systemClock, license: license30(), jwt: secrets.jwt });
  cleanup(() => simulator.close());
  await simulator.writeCertificates(join(folder, 'certificates'));
  await writeFile(join(folder, 'locked.pem'), encryptedKey(simulator.client.key, secrets.passphrase));
  await writeFile(
    join(folder, 'broker-key.pem'),
    encryptedKey(simulator.client.key, secrets.brokerPassphrase),
  );
  await writeFile(join(folder, 'passphrase'), `${secrets.passphrase}\n`);

  const receiver = await startWebhookReceiver(cleanup);
  const [refusing, echoing, one] = await Promise.all([
    startEcho(cleanup, 400),
    startEcho(cleanup, 500),
    startEcho(cleanup, 401),
  ]);
  const influx = await startInfluxdbRecorder({
    version: 2,
    token: secrets.influxToken,
    org: 'ops',
    bucket: 'qlik',
  });
  cleanup(() => influx.stop());
  const broker = await startMosquitto({ users: { sentinel: secrets.mqttPassword, listener: 'heard' } });
  cleanup(() => broker[Symbol.asyncDispose]());
  const published = await listen(cleanup, broker.url, { username: 'listener', password: 'heard' });

  const sealed = (name: string, passphrase: string) => ({
    name,
    kind: 'mqtt',
    url: broker.url.replace('mqtt:', 'mqtts:'),
    clientCertificate: { cert: 'certificates/client.pem', key: 'broker-key.pem', passphrase },
  });
  const tokens = `${secrets.urlPath}?token=${secrets.urlQuery}`;
  const config = {
    sites: [
      {
        name: 'prod',
        host: '127.0.0.1',
        port: simulator.port,
        certificates: {
          cert: 'certificates/client.pem',
          key: 'locked.pem',
          ca: 'certificates/root.pem',
          passphrase: `$\{file:passphrase}`,
        },
        // The test of a crash breaks a function that is asked for days of other zones than UTC. This one has the same days.
        timeZone: 'Atlantic/Reykjavik',
        check: 'every 1 s',
      },
      {
        name: 'proxied',
        host: '127.0.0.1',
        certificates: 'certificates',
        proxy: { jwt: secrets.jwt, port: simulator.proxyPort },
        check: 'every 1 s',
      },
    ],
    alerts: { visibility: { failures: 2, after: '1 s' }, thresholdDays: [40, 30] },
    lane: { alertAfter: '1 s' },
    destinations: [
      {
        name: 'calm',
        kind: 'webhook',
        url: `${receiver.url}/calm`,
        sendRecurring: true,
        bearerToken: secrets.bearer,
      },
      {
        name: 'refusing',
        kind: 'webhook',
        url: `${refusing.url}/${tokens}`,
        sendRecurring: false,
        bearerToken: secrets.bearer,
        headers: { 'a-secret': secrets.header },
      },
      {
        name: 'echoing',
        kind: 'webhook',
        url: `${echoing.url}/${tokens}`,
        basic: { user: 'sentinel', password: secrets.basicPassword },
        headers: { 'x-secret': secrets.header },
        signingSecrets: [secrets.signing],
      },
      {
        name: 'nowhere',
        kind: 'webhook',
        url: `http://u:${encodeURIComponent(secrets.userInUrl)}@127.0.0.1:1/${tokens}`,
      },
      {
        name: 'influx',
        kind: 'influxdb',
        version: 2,
        url: influx.url,
        org: 'ops',
        bucket: 'qlik',
        token: secrets.influxToken,
      },
      {
        name: 'influx-1',
        kind: 'influxdb',
        version: 1,
        url: one.url,
        database: 'qlik',
        user: 'sentinel',
        password: secrets.influxPassword,
      },
      {
        name: 'influx-3',
        kind: 'influxdb',
        version: 3,
        url: echoing.url,
        database: 'qlik',
        token: secrets.influx3Token,
      },
      { name: 'broker', kind: 'mqtt', url: broker.url, user: 'sentinel', password: `$\{env:MQTT_PASSWORD}` },
      {
        name: 'wrong-password',
        kind: 'mqtt',
        url: broker.url,
        user: 'sentinel',
        password: secrets.wrongPassword,
      },
      // The broker does not speak TLS, so of these two the one gets as far as that, and the other not past its key.
      sealed('sealed', secrets.brokerPassphrase),
      sealed('sealed-wrong', secrets.wrongPassphrase),
    ],
    heartbeat: {
      url: `${echoing.url.replace('//', `//u:${encodeURIComponent(secrets.basicPassword)}@`)}/${secrets.heartbeatPath}?${secrets.urlQuery}`,
      every: '1 s',
    },
    web: {
      listen: '127.0.0.1:0',
      auth: {
        tokens: [{ name: 'looker', secret: secrets.webToken, role: 'act' }],
        users: [{ name: 'anna', password: secrets.webHash }],
      },
    },
    store: './store.db',
    log: { level: 'debug' },
  };
  await writeConfig(folder, JSON.stringify(config));
  const clientKey = await readFile(join(folder, 'certificates/client_key.pem'), 'utf8');
  return { folder, config, receiver, published, influx, one, simulator, clientKey };
}
