/** Butler's cases about asking Sense: errors in words, the request itself, the version, certificates. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseSchedule, type Schedule } from '../../src/check/schedule.ts';
import { startScheduler } from '../../src/check/scheduler.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { createLogger } from '../../src/platform/pino-logger.ts';
import type { Behavior } from '../../src/simulator/behavior.ts';
import { createAuthority } from '../../src/simulator/certificate-authority.ts';
import { signedLicense } from '../../src/simulator/license-text.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { at, merged } from '../fixtures/butler-file.ts';
import { freePort } from '../servers/free-port.ts';
import { startButlerSite } from './butler-site.ts';

const DAY = 86_400_000;
const around = { from: new Date(Date.now() - DAY), to: new Date(Date.now() + DAY) };

describe('an error of Sense in the log and in the alerts', () => {
  it.each(['hang', 'drip'] as const)(
    'C13: a time-out names site, host, port and time-out (%s)',
    async (kind) => {
      const { simulator, check, failure } = await startButlerSite({ site: { timeout: 150 } });
      simulator.setBehavior({ kind });
      await check();
      expect(failure()).toMatchObject({ level: 'warn', site: '127.0.0.1', reason: 'timeout' });
      expect(failure()!['detail']).toContain(`127.0.0.1:${simulator.port}`);
      expect(failure()!['detail']).toContain('150 ms');
    },
  );

  it('C14: a cut connection names reason, host and port', async () => {
    const { simulator, check, failure } = await startButlerSite();
    await check();
    simulator.setBehavior({ kind: 'reset' });
    await check();
    expect(failure()).toMatchObject({ reason: 'reset', host: '127.0.0.1' });
    expect(failure()!['detail']).toContain(`127.0.0.1:${simulator.port} closed the connection`);
  });

  it('C14: a port on which nobody listens names reason, host and port, and what to do', async () => {
    const port = await freePort();
    const { check, failure } = await startButlerSite({ site: { port } });
    await check();
    expect(failure()).toMatchObject({ reason: 'refused', host: '127.0.0.1' });
    expect(failure()!['detail']).toBe(
      `Nothing listens on 127.0.0.1:${port}. Is the repository service running, and is the port right?`,
    );
  });

  it.each([
    [403, 'forbidden', /denies the license to this user \(HTTP 403\)/],
    [404, 'not-found', /does not know \/qrs\/license \(HTTP 404\)/],
    [500, 'server-error', /answers with HTTP 500/],
  ])('C15: an HTTP status is named, with the host and what it means: %i', async (status, reason, words) => {
    const { simulator, check, failure } = await startButlerSite();
    simulator.setBehavior({ kind: 'status', status });
    await check();
    expect(failure()).toMatchObject({ reason, detail: expect.stringMatching(words) });
    expect(failure()!['detail']).toContain(`127.0.0.1:${simulator.port}`);
  });

  it('C16, C17: an error keeps code, message, stack and cause, and none of the properties that libraries hang on it', async () => {
    const lines: string[] = [];
    const logger = await createLogger({
      level: 'debug',
      format: 'json',
      isTTY: false,
      destination: { write: (line: string) => lines.push(line) },
    });
    const error = Object.assign(new Error('it broke', { cause: new Error('a wire was loose') }), {
      code: 'E_BROKEN',
      harmless: 'left out as well',
      config: { headers: { authorization: 'planted-a' }, auth: { password: 'planted-b' } },
      token: 'planted-c',
      apiKey: 'planted-d',
    });
    logger.error({ err: error }, 'failed');
    const [line] = lines;
    expect(JSON.parse(line!)).toMatchObject({
      err: {
        code: 'E_BROKEN',
        message: 'it broke',
        stack: expect.any(String),
        cause: { message: 'a wire was loose' },
      },
    });
    expect(line).not.toMatch(/planted|left out/);
  });

  it.each<[string, Behavior]>([
    [
      'an error',
      { kind: 'raw', status: 500, contentType: 'text/plain', body: `planted${'x'.repeat(10_000)}` },
    ],
    [
      'no license',
      { kind: 'raw', status: 200, contentType: 'text/plain', body: `planted${'x'.repeat(10_000)}` },
    ],
  ])('C29: of a long body nothing is repeated, be it %s', async (_, behavior) => {
    const { simulator, check, logged, messages, failure } = await startButlerSite();
    simulator.setBehavior(behavior);
    await check();
    expect(String(failure()!['detail']).length).toBeLessThan(200);
    expect(JSON.stringify([logged, messages])).not.toContain('planted');
  });
});

describe('a check', () => {
  it('C26: asks with a key of 16 letters and digits, the same in header and query, a new one each time', async () => {
    const { simulator, check } = await startButlerSite();
    for (let poll = 0; poll < 3; poll += 1) await check();
    const keys = simulator.seen().map(({ method, url, headers }) => {
      const key = new URL(url, 'https://sense').searchParams.get('xrfkey');
      expect([method, headers['x-qlik-xrfkey']]).toEqual(['GET', key]);
      expect(key).toMatch(/^[0-9A-Za-z]{16}$/);
      return key;
    });
    expect(new Set(keys).size).toBe(3);
  });

  it('C26: reads a large answer', async () => {
    const license = { ...signedLicense({ endDate: '2099-12-31' }), padding: 'x'.repeat(900_000) };
    const { check, logged } = await startButlerSite({ simulator: { license } });
    await check();
    expect(logged.at(-1)).toMatchObject({ msg: 'site checked', endDate: '2099-12-31' });
  });

  it('N18: asks as the user of the configuration, and sends no other header of it', async () => {
    const headers = [
      { name: 'X-Other', value: 'a' },
      { name: 'x-qlik-user', value: 'UserDirectory=LAB; UserId=svc_monitor' },
    ];
    const { simulator, check } = await startButlerSite({ changes: at('configQRS.headers.static', headers) });
    await check();
    expect(simulator.seen()[0]!.headers).toMatchObject({
      'x-qlik-user': 'UserDirectory=LAB; UserId=svc_monitor',
    });
    expect(simulator.seen()[0]!.headers).not.toHaveProperty('x-other');
  });

  it('C18: never asks for the use of access licenses', async () => {
    const { simulator, check, checkVersion } = await startButlerSite({
      changes: at('qlikSenseLicense.licenseMonitor', { enable: true, frequency: 'every 1 hour' }),
    });
    await check();
    await checkVersion();
    const paths = simulator.seen().map(({ url }) => url.split('?')[0]);
    expect(paths).toEqual(['/qrs/license', '/v1/systeminfo']);
  });

  it('N17: waits for the one before, however slow Sense is', async () => {
    const { simulator, check, config } = await startButlerSite({
      site: { timeout: 60_000 },
      changes: at('qlikSenseLicense.serverLicenseMonitor.frequency', 'every 2 seconds'),
    });
    simulator.setBehavior({ kind: 'hang' });
    const clock = new FakeClock();
    const schedule = parseSchedule(config.sites[0]!.check as string) as Schedule;
    const scheduler = startScheduler({
      sites: [{ name: 'prod', schedule, run: (signal) => check(signal) }],
      clock,
      random: () => 0.5,
      logger: silentLogger,
    });
    onTestFinished(async () => {
      const stopped = scheduler.stop();
      await clock.advance(11_000);
      await stopped;
    });
    for (let poll = 0; poll < 15; poll += 1) await clock.advance(2_000);
    while (simulator.counts().requests === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let poll = 0; poll < 15; poll += 1) await clock.advance(2_000);
    expect(simulator.counts()).toMatchObject({ handshakes: 1, requests: 1 });
  });
});

describe('the version', () => {
  it('C19, P9: is logged, and a point at every look; a change is an event', async () => {
    const { simulator, checkVersion, logged, messages } = await startButlerSite();
    await checkVersion();
    await checkVersion();
    expect(logged.find(({ msg }) => msg.startsWith('runs '))).toMatchObject({
      level: 'info',
      product: 'Qlik Sense',
      type: 'QlikSenseServer',
      version: expect.any(String),
      release: expect.any(String),
    });
    simulator.setVersion({ version: '14.999.0' });
    await checkVersion();
    expect(messages.map(({ kind }) => kind)).toEqual(['version', 'version', 'version-changed', 'version']);
    for (const message of messages.filter(({ kind }) => kind === 'version')) {
      expect(message.points).toMatchObject([{ measurement: 'qlik_sense_version' }]);
    }
  });

  it.each<[string, Behavior, string, RegExp]>([
    ['that answers with 503', { kind: 'status', status: 503 }, 'server-error', /HTTP 503/],
    ['that never answers', { kind: 'hang' }, 'timeout', /within 150 ms/],
  ])(
    'C19: of a site %s is told with host and port, and gives no point',
    async (_, behavior, reason, words) => {
      const { simulator, checkVersion, messages, failure } = await startButlerSite({
        site: { timeout: 150 },
      });
      simulator.setBehavior(behavior);
      await checkVersion();
      expect(failure()).toMatchObject({ reason, detail: expect.stringMatching(words) });
      expect(failure()!['detail']).toContain(`127.0.0.1:${simulator.versionPort}`);
      expect(messages).toEqual([]);
    },
  );

  const verified = merged(
    at('qlikSenseVersion.versionMonitor.rejectUnauthorized', true),
    at('configQRS.rejectUnauthorized', true),
  );

  it('N19: is asked over TLS that is verified with the root certificate of Sense', async () => {
    const { simulator, checkVersion, messages } = await startButlerSite({ changes: verified });
    await checkVersion();
    expect(messages.map(({ kind }) => kind)).toEqual(['version']);
    expect(simulator.seen()[0]!.url).toBe('/v1/systeminfo');
  });

  it('N19: is not asked of a server that another root vouches for', async () => {
    const { simulator, folder, checkVersion, failure } = await startButlerSite({ changes: verified });
    await writeFile(join(folder, 'root.pem'), (await createAuthority('sense.other.test', around)).pem);
    await checkVersion();
    expect(failure()).toMatchObject({ reason: 'tls-untrusted' });
    expect(simulator.counts().requests).toBe(0);
  });
});

describe('at the first check, in plain words, a certificate', () => {
  it('N22: that is missing', async () => {
    const { folder, check, failure } = await startButlerSite();
    await rm(join(folder, 'client.pem'));
    await check();
    expect(failure()).toMatchObject({
      reason: 'client-certificate-unusable',
      detail: expect.stringMatching(/client\.pem does not exist/),
    });
  });

  it('N22: of another site', async () => {
    const { folder, check, failure } = await startButlerSite();
    const stranger = await (await createAuthority('sense.other.test', around)).issueClient();
    await writeFile(join(folder, 'client.pem'), stranger.cert);
    await writeFile(join(folder, 'client_key.pem'), stranger.key);
    await check();
    expect(failure()).toMatchObject({
      reason: 'client-certificate-refused',
      detail: expect.stringMatching(/does not accept the client certificate/),
    });
  });

  it('N22: that has expired', async () => {
    const { folder, simulator, check, failure } = await startButlerSite();
    const dates = { from: new Date(Date.now() - 2 * DAY), to: new Date(Date.now() - DAY) };
    const old = await simulator.authority.issueClient(dates);
    await writeFile(join(folder, 'client.pem'), old.cert);
    await writeFile(join(folder, 'client_key.pem'), old.key);
    await check();
    expect(failure()).toMatchObject({
      reason: 'client-certificate-expired',
      detail: expect.stringMatching(/ended on .*[Ee]xport/),
    });
  });

  it('N22: that does not belong to its key', async () => {
    const { folder, simulator, check, failure } = await startButlerSite();
    await writeFile(join(folder, 'client_key.pem'), (await simulator.authority.issueClient()).key);
    await check();
    expect(failure()).toMatchObject({
      reason: 'client-certificate-unusable',
      detail: expect.stringMatching(/does not belong to the certificate/),
    });
  });
});
