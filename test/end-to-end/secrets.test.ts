/**
 * P6: secrets stay inside. Every secret there is, of the license and of the configuration, is planted under a text of its
 * own, the far ends are made to repeat them, and then everything that left the program is searched, its store too.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { configJsonSchema } from '../../src/config/schema.ts';
import { describeWith } from '../servers/describe-with.ts';
import { license30, ofLicense, plantEverywhere, secrets, serial, serialInGroups } from './planted-secrets.ts';
import { newFolder, type Program, runProgram, startService, writeConfig } from './program.ts';
import { hasAlert } from './receivers.ts';
import { filledPlacesIn, secretPlacesIn } from './secret-places.ts';
import { secretSearch } from './secret-search.ts';
import { whatTheWebTells } from './web-crawl.ts';

type Cleanup = TestContext['onTestFinished'];

const found = secretSearch(secrets);
/** What the simulated proxy calls the sessions that it opens; whoever has one needs no token. */
const SESSION = 'simulated-session-';
const env = { MQTT_PASSWORD: secrets.mqttPassword };

describeWith(['mosquitto'], 'secrets', () => {
  it.concurrent('appear in nothing that leaves the program, whatever the far ends do', {
    timeout: 120_000,
  }, async ({ onTestFinished }) => {
    const { folder, config, receiver, published, influx, one, simulator, clientKey } =
      await plantEverywhere(onTestFinished);
    const places = secretPlacesIn(configJsonSchema());
    expect(places.size).toBeGreaterThan(10);
    const filled = filledPlacesIn(config);
    expect([...places].filter((place) => !filled.has(place))).toEqual([]);
    const program = startService(onTestFinished, folder, { env });
    const calm = () => receiver.calls.items.filter(({ path }) => path === '/calm');
    await receiver.calls.until(() => hasAlert('expiring 30')(calm()) && hasAlert('dead-letter')(calm()));
    await published.until(hasAlert('expiring 30'));
    for (const destination of [
      'echoing',
      'influx-1',
      'influx-3',
      'wrong-password',
      'sealed',
      'sealed-wrong',
    ]) {
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
        { env },
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
    const show = await runProgram(onTestFinished, folder, ['config', 'show', '-c', 'config.yaml'], { env });
    const { url } = await program.whenLogged(({ msg }) => msg === 'the page is served');
    const web = await whatTheWebTells(url as string, secrets.webToken);
    await program.kill9();
    const files = await readdir(folder);
    expect(files).toContain('store.db-wal');
    const stored = await allOf(folder, /^store\.db/);
    simulator.setBehavior({ kind: 'ok' });
    simulator.setLicense(license30());
    const crash = await crashed(onTestFinished, folder);
    const told = await whatCommandsTell(onTestFinished, folder);

    const ofKey = secretSearch({ clientKey: clientKey.split('\n')[2]! });
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
      'the page, the API, metrics, calendar and badges': web,
      'a crash': crash.stdout() + crash.stderr(),
      'the store': `${stored}\n${await allOf(folder, /^store\.db/)}`,
    };
    for (const [where, text] of Object.entries(left)) {
      expect(text === '' && where !== 'the error output').toBe(false);
      expect(found(text), where).toEqual([]);
      expect(ofKey(text), where).toEqual([]);
      expect(text.includes(SESSION), where).toBe(false);
    }
    // The test itself: the search finds what is there, in the very texts that it searched, and what may be shown is shown.
    for (const [name, secret] of Object.entries(secrets)) {
      expect(found(`${left['the log']}${JSON.stringify({ level: 'debug', msg: `x ${secret}` })}`)).toContain(
        name,
      );
    }
    expect(ofKey(clientKey)).toEqual(['clientKey']);
    expect(simulator.seen().some(({ headers }) => headers.cookie?.includes(SESSION))).toBe(true);
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
    const environment = { JWT: jwt, BEARER: bearer };
    for (const command of ['run', 'check', 'config check', 'config show']) {
      const answer = await runProgram(onTestFinished, folder, [...command.split(' '), '-c', 'config.yaml'], {
        env: environment,
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
      env,
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

/** The service, with a bug in every check and then one that nobody expects: what it says, and what Node.js says. */
async function crashed(cleanup: Cleanup, folder: string): Promise<Program> {
  const bugs = `
    Intl.DateTimeFormat.prototype.formatToParts = () => { throw new TypeError('a bug in a check'); };
    setTimeout(() => { throw new RangeError('a bug nobody expects'); }, 6000);`;
  const program = startService(cleanup, folder, {
    env: { ...env, NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(bugs)}"` },
  });
  const { code } = await program.ended;
  expect(code).not.toBe(0);
  expect(program.stderr()).toContain('a bug nobody expects');
  expect(program.stdout()).toContain('a bug in a check');
  return program;
}

/** The bytes of all files of a folder with such a name, one letter each. */
async function allOf(folder: string, name: RegExp): Promise<string> {
  const files = (await readdir(folder)).filter((file) => name.test(file));
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')));
  return contents.join('\n');
}
