/**
 * P6: secrets stay inside. Every secret there is, of the license and of the configuration, is planted under a text of its
 * own, the far ends are made to repeat them, and then everything that left the program is searched, its store too.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { encryptedKey } from '../../src/simulator/certificate-authority.ts';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type HttpReceiver, startHttpReceiver } from '../fakes/http-receiver.ts';
import { startInfluxdbRecorder } from '../fakes/influxdb-recorder.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { newFolder, runProgram, startService, writeConfig } from './program.ts';
import { hasAlert, listen, startWebhookReceiver } from './receivers.ts';

type Cleanup = TestContext['onTestFinished'];

const serial = '9081726354455463';
const serialInGroups = '9081 7263 5445 5463';
const ofLicense = {
  key: 'eyJhbGciOiJSUzUxMiJ9.cGxhbnRlZC1saWNlbnNlLWtleQ.U0lHTkFUVVJF-planted',
  lef: 'LEFLINE;PLANTED;7;2031-01-02',
  control: '73519',
  owner: 'Olga Ownersecret',
  organization: 'Secretcorp GmbH & Co',
  // The last four digits may be shown, so a longer end of it is searched for, and its front.
  serialEnd: serial.slice(-7),
  serialFront: serial.slice(0, 8),
  serialInGroups: serialInGroups.slice(0, 9),
};
const ofConfiguration = {
  passphrase: 'planted passphrase/of the=key',
  jwt: 'eyJ-planted-jwt.of.the-proxy',
  influxToken: 'planted-influx-token+/==',
  influxPassword: 'planted influx&password',
  mqttPassword: 'planted-mqtt-password?%',
  wrongPassword: 'planted-wrong-password',
  urlPath: 'plantedTokenInPath0a1b2c',
  urlQuery: 'plantedTokenInQuery3d4e5f',
  bearer: 'planted-bearer-token',
  basicPassword: 'planted:basic@password',
  header: 'planted-header-value',
  signing: `whsec_${Buffer.from('planted signing secret').toString('base64')}`,
};
const secrets = { ...ofLicense, ...ofConfiguration };

describeWith(['mosquitto'], 'secrets', () => {
  it.concurrent('appear in nothing that leaves the program, whatever the far ends do', {
    timeout: 120_000,
  }, async ({ onTestFinished }) => {
    const { folder, receiver, published, influx, one, simulator } = await plantEverywhere(onTestFinished);
    const program = startService(onTestFinished, folder, { env: { MQTT_PASSWORD: secrets.mqttPassword } });
    const calm = () => receiver.calls.items.filter(({ path }) => path === '/calm');
    await receiver.calls.until(() => hasAlert('expiring 30')(calm()) && hasAlert('dead-letter')(calm()));
    await published.until(hasAlert('expiring 30'));
    for (const destination of ['echoing', 'influx-1', 'wrong-password']) {
      await program.whenLogged(
        (line) => line.msg.startsWith('not delivered') && line['destination'] === destination,
      );
    }
    await program.whenLogged(({ msg }) => msg.startsWith('the heartbeat did not arrive'));
    const checks: string[] = [];
    const check = async (format: string) => {
      const { stdout, stderr } = await runProgram(
        onTestFinished,
        folder,
        ['check', '-c', 'config.yaml', '-f', format],
        {
          env: { MQTT_PASSWORD: secrets.mqttPassword },
        },
      );
      checks.push(stdout, stderr);
    };
    await Promise.all(['text', 'json', 'nagios'].map(check));

    // Secrets where others belong, and answers that cannot be read but hold them.
    const { key, lef, control, owner, organization } = ofLicense;
    const stuffed = [key, lef, control, owner, organization, serial, serialInGroups].join(' ');
    for (const [name, license] of Object.entries({
      expired: { ...license30(), isExpired: true, expiredReason: `Expired: ${stuffed}` },
      unreadable: {
        ...license30(),
        keyDetails: `License Number: ${serial}\nValid To: ${serial} ${secrets.key}\n`,
      },
    })) {
      simulator.setLicense(license);
      await receiver.calls.until(() => hasAlert(name)(calm()));
      await check('text');
    }
    for (const [contentType, body] of [
      ['application/json', JSON.stringify(license30()).slice(0, -2)],
      ['application/json', `{ "message": ${JSON.stringify(stuffed)}, `],
      ['text/html', `<h1>${stuffed}</h1>`],
    ] as const) {
      simulator.setBehavior({ kind: 'raw', status: 200, contentType, body });
      await check('json');
      await check('nagios');
    }
    simulator.setBehavior({ kind: 'raw', status: 500, contentType: 'text/plain', body: stuffed });
    await check('text');
    await receiver.calls.until(() => hasAlert('unreachable')(calm()));
    const show = await runProgram(onTestFinished, folder, ['config', 'show', '-c', 'config.yaml'], {
      env: { MQTT_PASSWORD: secrets.mqttPassword },
    });
    await program.kill9();
    const told = await whatCommandsTell(onTestFinished, folder);

    const left: Readonly<Record<string, string>> = {
      'the log': program.stdout(),
      'the error output': program.stderr(),
      'what check said': checks.join('\n'),
      'config show': show.stdout + show.stderr,
      'what status and outbox said': told,
      // Credentials belong into the headers of their own destination; bodies are for everybody.
      'webhook bodies': receiver.calls.items.map(({ request }) => request.body).join('\n'),
      'MQTT messages': published.items.map(({ topic, text }) => `${topic} ${text}`).join('\n'),
      'InfluxDB points': [...influx.lines, ...one.received.map(({ body }) => body)].join('\n'),
      'the store': await allOf(folder, /^store\.db/),
    };
    for (const [where, text] of Object.entries(left)) {
      expect(text === '' && where !== 'the error output').toBe(false);
      expect(found(text), where).toEqual([]);
    }
    // The test itself: the search finds what is there, and what may be shown is shown.
    expect(
      found(receiver.calls.items.map(({ request }) => JSON.stringify(request.headers)).join()),
    ).toContain('bearer');
    expect(left['webhook bodies']).toContain(`…${serial.slice(-4)}`);
    expect(program.log.items.some(({ level }) => level === 'warn')).toBe(true);
  });

  it.concurrent('do not appear in what is said about a configuration full of mistakes', {
    timeout: 60_000,
  }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    await writeFile(join(folder, 'token'), secrets.influxToken);
    const { passphrase, jwt, bearer, basicPassword, header, signing, urlPath, urlQuery, mqttPassword } =
      secrets;
    const quoted = JSON.stringify;
    await writeConfig(
      folder,
      `sites:
  - name: prod
    host: sense
    certificates: { cert: c, key: k, ca: r, passphras: ${quoted(passphrase)}, passphrase: [${quoted(passphrase)}] }
    proxy: { jwt: ${quoted(`${jwt} with blanks`)}, port: '$\\{env:JWT}' }
    timeZone: '$\\{env:BEARER}'
destinations:
  - { name: influx, kind: influxdb, version: 2, url: 'http://u:${encodeURIComponent(basicPassword)}@h', org: o, token: '$\\{file:token}', bucket: { a: '$\\{file:token}' } }
  - { name: '$\\{file:token} blank', kind: mqtt, url: 'mqtt://u:${encodeURIComponent(mqttPassword)}@h', password: ${quoted(mqttPassword)}, qos: ${quoted(mqttPassword)} }
  - { name: hook, kind: webhook, url: 'ftp://h/${urlPath}?t=${urlQuery}', bearerToken: { a: ${quoted(bearer)} }, basic: ${quoted(basicPassword)}, headers: ${quoted(header)}, signingSecrets: [${quoted(`${signing}!`)}] }
  - { name: hook, kind: webhook, url: 'https://h/${urlPath}?t=${urlQuery}', method: ${quoted(bearer)}, bearrToken: ${quoted(bearer)}, basic: { user: u, pasword: ${quoted(basicPassword)} } }
  - name: broken
    kind: webhook
    token:${header}
heartbeat: { url: 'ftp://h/${urlPath}?t=${urlQuery}', every: '$\\{env:BEARER}', method: ${quoted(bearer)}, uuid: ${quoted(bearer)} }
`,
    );
    const env = { JWT: jwt, BEARER: bearer };
    for (const command of ['run', 'check', 'config check', 'config show']) {
      const answer = await runProgram(onTestFinished, folder, [...command.split(' '), '-c', 'config.yaml'], {
        env,
      });
      expect(answer.code).toBe(command === 'check' ? 3 : 2);
      expect(answer.stderr.split('\n').length).toBeGreaterThan(1);
      expect(found(answer.stdout + answer.stderr), `${command}: ${answer.stderr}`).toEqual([]);
    }
  });
});

/** Everything that the commands tell of the store: in words and as JSON, every message that waits or is dead. */
async function whatCommandsTell(cleanup: Cleanup, folder: string): Promise<string> {
  const tell = async (...args: string[]) => {
    const { code, stdout, stderr } = await runProgram(cleanup, folder, [...args, '-c', 'config.yaml'], {
      env: { MQTT_PASSWORD: secrets.mqttPassword },
    });
    expect([args, code]).toEqual([args, args[0] === 'status' ? 1 : 0]);
    return stdout + stderr;
  };
  const listed = await tell('outbox', 'list', '--limit', '1000', '--json');
  const rows = JSON.parse(listed) as Record<
    'waiting' | 'deadLetters',
    readonly { destination: string; seq: number }[]
  >;
  const { waiting, deadLetters } = rows;
  expect(waiting.length * deadLetters.length).toBeGreaterThan(0);
  const shown: string[] = [];
  for (const { destination, seq } of [...waiting.slice(0, 3), ...deadLetters.slice(0, 3)]) {
    shown.push(await tell('outbox', 'show', destination, String(seq)));
  }
  return [
    listed,
    ...shown,
    await tell('status'),
    await tell('status', '--json'),
    await tell('outbox', 'list'),
  ].join('\n');
}

/** The names of the secrets that stand in a text, in any of the ways in which they could have been written. */
function found(text: string): readonly string[] {
  const lowered = text.toLowerCase();
  return Object.entries(secrets)
    .filter(([, secret]) => spellings(secret).some((spelling) => lowered.includes(spelling.toLowerCase())))
    .map(([name]) => name);
}

function spellings(secret: string): readonly string[] {
  // Base64 depends on where in three bytes a text begins; its first and last letters mix with the neighbours.
  const inBase64 = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from('x'.repeat(before) + secret).toString('base64');
    const whole = encoded.replace(/=+$/, '').slice(before === 0 ? 0 : before + 1, -1);
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    Buffer.from(secret).toString('hex'),
    // Short ones would be found by chance.
    ...(secret.length > 6 ? inBase64 : []),
  ];
}

const license30 = (): Record<string, unknown> => ({
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

async function plantEverywhere(cleanup: Cleanup) {
  const folder = await newFolder(cleanup);
  const simulator = await startSimulator({ clock: systemClock, license: license30(), jwt: secrets.jwt });
  cleanup(() => simulator.close());
  await simulator.writeCertificates(join(folder, 'certificates'));
  await writeFile(join(folder, 'locked.pem'), encryptedKey(simulator.client.key, secrets.passphrase));
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
      { name: 'nowhere', kind: 'webhook', url: `http://127.0.0.1:1/${tokens}`, bearerToken: secrets.bearer },
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
      { name: 'broker', kind: 'mqtt', url: broker.url, user: 'sentinel', password: `$\{env:MQTT_PASSWORD}` },
      {
        name: 'wrong-password',
        kind: 'mqtt',
        url: broker.url,
        user: 'sentinel',
        password: secrets.wrongPassword,
      },
    ],
    heartbeat: {
      url: `${echoing.url.replace('//', `//u:${encodeURIComponent(secrets.basicPassword)}@`)}/${tokens}`,
      every: '1 s',
    },
    store: './store.db',
    log: { level: 'debug' },
  };
  await writeConfig(folder, JSON.stringify(config));
  return { folder, receiver, published, influx, one, simulator };
}

/** The bytes of all files of a folder with such a name, one letter each. */
async function allOf(folder: string, name: RegExp): Promise<string> {
  const files = (await readdir(folder)).filter((file) => name.test(file));
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')));
  return contents.join('\n');
}
