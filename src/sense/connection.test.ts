import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { Secret } from '../platform/secret.ts';
import { createAuthority, encryptedKey } from '../simulator/certificate-authority.ts';
import { signedLicense } from '../simulator/license-text.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';
import { openSenseSite } from './connection.ts';
import type { SenseSite, SiteAnswer } from './site.ts';
import { SiteSection } from './site-section.ts';

const license = signedLicense({ endDate: '2027-05-06' });
const DAY_MS = 86_400_000;
/** Longer than a label may be: refused by the resolver itself, so that no DNS server has a part in the test. */
const IMPOSSIBLE_NAME = `${'x'.repeat(64)}.invalid`;

let folder: string;
let certificates: string;
let opened: { close(): Promise<void> }[];
let logged: string[];
let keys: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sense-'));
  certificates = join(folder, 'certificates');
  opened = [];
  logged = [];
  keys = [];
});

afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await rm(folder, { recursive: true });
});

async function simulate(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({ clock: systemClock, license, ...options });
  opened.push(simulator);
  await simulator.writeCertificates(certificates);
  return simulator;
}

function siteOf(simulator: { port: number }, change: Record<string, unknown> = {}): SenseSite {
  const config = SiteSection.parse({
    name: 'prod',
    ...(change['hosts'] === undefined && { host: '127.0.0.1' }),
    port: simulator.port,
    certificates,
    ...change,
  });
  const site = openSenseSite(config, { clock: systemClock, logger: recorder, newKey });
  opened.push(site);
  return site;
}

const record = (level: string) => (fields: object, message: string) => {
  logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
};
const recorder: Logger = {
  debug: record('debug'),
  info: record('info'),
  warn: record('warn'),
  error: record('error'),
};

function newKey(): string {
  const key = `plantedKey${String(keys.length).padStart(6, '0')}`;
  keys.push(key);
  return key;
}

const never = new AbortController().signal;

async function ask(simulator: { port: number }, change: Record<string, unknown> = {}): Promise<SiteAnswer> {
  return siteOf(simulator, change).fetchLicense(never);
}

function expectFailure(answer: SiteAnswer, reason: string, sentence: RegExp): void {
  expect(answer).toMatchObject({ kind: 'failed', reason });
  expect((answer as { detail: string }).detail).toMatch(sentence);
}

/** A TCP server that is not Qlik Sense. */
async function listen(server: Server): Promise<{ port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({ close: async () => void server.close() });
  return { port: (server.address() as { port: number }).port };
}

/** A port on which nobody listens. */
async function deadPort(): Promise<{ port: number }> {
  const server = createServer();
  const { port } = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return { port };
}

describe('a site over mutual TLS', () => {
  it('gives its license, the host, and when the certificates end', async () => {
    const simulator = await simulate();

    const answer = await ask(simulator);

    expect(answer).toMatchObject({
      kind: 'license',
      host: '127.0.0.1',
      reply: { serial: license['serial'] },
    });
    expect(answer.certificates).toEqual({
      client: new X509Certificate(simulator.client.cert).validToDate.getTime(),
      root: new X509Certificate(simulator.authority.pem).validToDate.getTime(),
      server: new X509Certificate(simulator.server.cert).validToDate.getTime(),
    });
  });

  it('asks with GET, a fresh Xrfkey in two places, and the user', async () => {
    const simulator = await simulate();
    const site = siteOf(simulator, { user: 'UserDirectory=EXAMPLE; UserId=reader' });
    await site.fetchLicense(never);
    await site.fetchLicense(never);

    const [first, second] = simulator.seen();
    expect(first).toMatchObject({ method: 'GET', url: `/qrs/license?xrfkey=${keys[0]}` });
    expect(first!.headers).toMatchObject({
      'x-qlik-xrfkey': keys[0],
      'x-qlik-user': 'UserDirectory=EXAMPLE; UserId=reader',
      accept: 'application/json',
    });
    expect(second!.headers['x-qlik-xrfkey']).toBe(keys[1]);
  });

  it('says so when there is no license', async () => {
    expect(await ask(await simulate({ license: null }))).toMatchObject({ kind: 'license', reply: null });
  });

  it('makes one handshake for two checks', async () => {
    const simulator = await simulate();
    const site = siteOf(simulator);
    await site.fetchLicense(never);
    const second = await site.fetchLicense(never);

    expect(simulator.counts()).toMatchObject({ handshakes: 1, requests: 2 });
    expect(second.certificates.server).not.toBeNull();
  });

  it('connects again when the server has dropped the connection meanwhile', async () => {
    const simulator = await simulate();
    const site = siteOf(simulator);
    await site.fetchLicense(never);
    simulator.dropConnections();

    expect((await site.fetchLicense(never)).kind).toBe('license');
    expect(simulator.counts().handshakes).toBe(2);
  });

  it('uses a locked key with its passphrase', async () => {
    const simulator = await simulate();
    const key = join(folder, 'locked.pem');
    await writeFile(key, encryptedKey(simulator.client.key, 'planted-passphrase'));
    const files = { cert: join(certificates, 'client.pem'), key, ca: join(certificates, 'root.pem') };

    const answer = await ask(simulator, { certificates: { ...files, passphrase: 'planted-passphrase' } });

    expect(answer.kind).toBe('license');
  });

  it('uses files that were replaced on disk at the next check', async () => {
    const simulator = await simulate();
    const stranger = await createAuthority('stranger', {
      from: new Date(Date.now() - DAY_MS),
      to: new Date(Date.now() + DAY_MS),
    });
    const right = await readFile(join(certificates, 'root.pem'));
    await writeFile(join(certificates, 'root.pem'), stranger.pem);
    const site = siteOf(simulator);
    expect(await site.fetchLicense(never)).toMatchObject({ reason: 'tls-untrusted' });

    await writeFile(join(certificates, 'root.pem'), right);

    expect((await site.fetchLicense(never)).kind).toBe('license');
  });

  it('speaks an old TLS version only when told to', async () => {
    const simulator = await simulate({ maxVersion: 'TLSv1.1' });

    expectFailure(await ask(simulator), 'tls-failed', /TLS version in common.*lower tls\.minVersion/);
    expect((await ask(simulator, { tls: { minVersion: 'TLSv1.1' } })).kind).toBe('license');
  });
});

describe('the identity of the server', () => {
  it('is its name, and the refusal says which names the certificate has', async () => {
    const simulator = await simulate({ names: ['sense.lab.example.com'] });

    const answer = await ask(simulator);

    expectFailure(
      answer,
      'tls-name-mismatch',
      /not for 127\.0\.0\.1 but for sense\.lab\.example\.com\..*tls\.serverName/,
    );
  });

  it('can be told by serverName', async () => {
    const simulator = await simulate({ names: ['sense.lab.example.com'] });

    expect((await ask(simulator, { tls: { serverName: 'sense.lab.example.com' } })).kind).toBe('license');
  });

  it('is not vouched for by another root', async () => {
    const simulator = await simulate();
    const another = await simulate();
    await another.writeCertificates(certificates);

    expectFailure(await ask(simulator), 'tls-untrusted', /recreated by an upgrade.*export them again/);
  });

  it('ends with its certificate', async () => {
    const past = { from: new Date(Date.now() - 2 * DAY_MS), to: new Date(Date.now() - DAY_MS) };

    expectFailure(
      await ask(await simulate({ serverDates: past })),
      'tls-expired',
      /certificate of 127.* has ended/,
    );
  });

  it('needs a certificate made for servers, or a pin', async () => {
    const simulator = await simulate({ serverPurpose: 'client' });

    expectFailure(await ask(simulator), 'tls-untrusted', /Pin it instead: set tls\.sha256/);
    const sha256 = new X509Certificate(simulator.server.cert).fingerprint256;
    expect((await ask(simulator, { tls: { sha256 } })).kind).toBe('license');
  });

  it('is exactly the pinned certificate, whatever its name and root', async () => {
    const simulator = await simulate({ names: ['elsewhere.example.com'] });
    const sha256 = new X509Certificate(simulator.server.cert).fingerprint256;

    expect((await ask(simulator, { tls: { sha256 } })).kind).toBe('license');
  });

  it('is no other certificate than the pinned one, even with the right name and root, and nothing is sent to it', async () => {
    const simulator = await simulate();
    const shown = new X509Certificate(simulator.server.cert).fingerprint256;

    for (const tls of [{ sha256: 'ab'.repeat(32) }, { sha256: 'ab'.repeat(32), verify: false }]) {
      expectFailure(await ask(simulator, { tls }), 'tls-pin-mismatch', new RegExp(`SHA-256 is ${shown}`));
    }
    expect(simulator.counts().requests).toBe(0);
  });

  it('is not asked for with verify: false, which is loud', async () => {
    const simulator = await simulate({ names: ['elsewhere.example.com'] });

    expect((await ask(simulator, { tls: { verify: false } })).kind).toBe('license');
    expect(logged.join('\n')).toMatch(/^warn .*not checked/);
  });
});

describe('why there is no license', () => {
  it('client-certificate-unusable: a file is missing, and no host is asked', async () => {
    const simulator = await simulate();
    await rm(join(certificates, 'client_key.pem'));

    expectFailure(await ask(simulator), 'client-certificate-unusable', /client_key\.pem does not exist/);
    expect(simulator.counts().handshakes).toBe(0);
  });

  it('client-certificate-expired: by its own dates, before connecting', async () => {
    const simulator = await simulate();
    const to = new Date(Date.now() - DAY_MS);
    const expired = await simulator.authority.issueClient({ from: new Date(Date.now() - 2 * DAY_MS), to });
    await writeFile(join(certificates, 'client.pem'), expired.cert);
    await writeFile(join(certificates, 'client_key.pem'), expired.key);

    const answer = await ask(simulator);

    expectFailure(
      answer,
      'client-certificate-expired',
      /ended on .*Export the certificates again from the QMC/,
    );
    expect(answer.certificates.client).toBe(Math.floor(to.getTime() / 1000) * 1000);
    expect(simulator.counts().handshakes).toBe(0);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'client-certificate-refused: the certificate is of another root (%s)',
    async (maxVersion) => {
      const simulator = await simulate({ maxVersion });
      const stranger = await (await simulate()).authority.issueClient();
      await writeFile(join(certificates, 'client.pem'), stranger.cert);
      await writeFile(join(certificates, 'client_key.pem'), stranger.key);
      await writeFile(join(certificates, 'root.pem'), simulator.authority.pem);

      expectFailure(
        await ask(simulator),
        'client-certificate-refused',
        /not accept the client certificate.*export/,
      );
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'client-certificate-missing: the proxy way in, but the port of the repository (%s)',
    async (maxVersion) => {
      const simulator = await simulate({ maxVersion });

      const answer = await ask(simulator, { proxy: { jwt: 'planted-jwt', port: simulator.port } });

      expectFailure(
        answer,
        'client-certificate-missing',
        /port of the proxy \(443\), and not of the repository/,
      );
    },
  );

  it('name-not-found', async () => {
    await simulate();

    const answer = await ask({ port: 4242 }, { host: IMPOSSIBLE_NAME });

    expectFailure(answer, 'name-not-found', /x\.invalid cannot be resolved/);
  });

  it('refused', async () => {
    await simulate();

    expectFailure(await ask(await deadPort()), 'refused', /Nothing listens on 127\.0\.0\.1:/);
  });

  it('reset: in the middle of the handshake', async () => {
    await simulate();
    const server = await listen(
      createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );

    expectFailure(await ask(server), 'reset', /closed the connection/);
  });

  it('reset: instead of an answer, by a host that has answered before', async () => {
    const simulator = await simulate();
    const site = siteOf(simulator);
    await site.fetchLicense(never);
    simulator.setBehavior({ kind: 'reset' });

    expectFailure(await site.fetchLicense(never), 'reset', /may be restarting/);
  });

  it('reset: in the middle of the answer', async () => {
    const simulator = await simulate();
    simulator.setBehavior({ kind: 'broken-off' });

    expectFailure(await ask(simulator), 'reset', /before the answer was complete/);
  });

  it.each(['hang', 'drip'] as const)('timeout: the answer never ends (%s)', async (kind) => {
    const simulator = await simulate();
    simulator.setBehavior({ kind });
    const start = performance.now();

    expectFailure(await ask(simulator, { timeout: '1 s' }), 'timeout', /not answer in full within 1000 ms/);
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  it('timeout: the handshake never ends', async () => {
    await simulate();
    const server = await listen(createServer((socket) => void socket.on('error', () => {})));
    const start = performance.now();

    expectFailure(
      await ask(server, { timeout: '100 ms' }),
      'timeout',
      /did not accept a connection within 100 ms/,
    );
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('timeout: the caller stops in the middle of the handshake', async () => {
    await simulate();
    const stop = new AbortController();
    const server = await listen(createServer((socket) => void socket.on('data', () => stop.abort())));

    const answer = await siteOf(server).fetchLicense(stop.signal);

    expectFailure(answer, 'timeout', /was stopped before 127\.0\.0\.1:\d+ had answered/);
  });

  it('timeout: the caller stops', async () => {
    const simulator = await simulate();
    simulator.setBehavior({ kind: 'hang' });
    const stop = new AbortController();
    const answer = siteOf(simulator).fetchLicense(stop.signal);
    stop.abort();

    expectFailure(await answer, 'timeout', /was stopped/);
  });

  it('tls-failed: not TLS at all', async () => {
    await simulate();
    const server = await listen(
      createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );

    expectFailure(await ask(server), 'tls-failed', /does not speak TLS/);
  });

  it.each([
    [400, 'bad-request', /Xrfkey/],
    [401, 'unauthorized', /does not let the user in/],
    [403, 'forbidden', /right to read License.*AuditAdmin/],
    [404, 'not-found', /port of the repository service/],
    [302, 'redirected', /port of the repository \(4242\), and not of the proxy/],
    [503, 'server-error', /HTTP 503.*starting/],
    [204, 'unexpected-status', /HTTP 204/],
    [418, 'unexpected-status', /HTTP 418/],
  ])('HTTP %d is %s', async (status, reason, sentence) => {
    const simulator = await simulate();
    simulator.setBehavior({ kind: 'status', status });

    expectFailure(await ask(simulator), reason, sentence);
  });

  it('redirected: never follows', async () => {
    const simulator = await simulate();
    simulator.setBehavior({ kind: 'redirect' });

    expectFailure(await ask(simulator), 'redirected', /HTTP 302/);
    expect(simulator.counts().requests).toBe(1);
  });

  it.each([
    [{ kind: 'html' }, 'not-json', /a web page/],
    [{ kind: 'truncated' }, 'not-json', /only a part of it/],
    [{ kind: 'huge' }, 'too-large', /more than 1024 KiB/],
    [{ kind: 'raw', status: 200, contentType: 'application/json', body: '' }, 'not-json', /empty body/],
    [
      { kind: 'raw', status: 200, contentType: 'application/json', body: '[1]' },
      'not-a-license',
      /not a license/,
    ],
  ] as const)('%j is %s', async (behavior, reason, sentence) => {
    const simulator = await simulate();
    simulator.setBehavior(behavior);

    expectFailure(await ask(simulator), reason, sentence);
  });

  it('a byte order mark and a wrong content type are no reason', async () => {
    const simulator = await simulate();
    const body = `\uFEFF${JSON.stringify(license)}`;
    simulator.setBehavior({ kind: 'raw', status: 200, contentType: 'text/plain', body });

    expect((await ask(simulator)).kind).toBe('license');
  });

  it('internal: a tool has a bug; and a closed site fails too', async () => {
    const simulator = await simulate();
    const site = siteOf(simulator);
    await site.close();
    expect((await site.fetchLicense(never)).kind).toBe('failed');

    const config = SiteSection.parse({ name: 'p', host: '127.0.0.1', port: simulator.port, certificates });
    const broken = openSenseSite(config, {
      clock: systemClock,
      logger: recorder,
      newKey: () => {
        throw new TypeError('planted');
      },
    });
    opened.push(broken);
    expectFailure(await broken.fetchLicense(never), 'internal', /unexpected error/);
    expect(logged.join('\n')).toMatch(/^error .*by a bug.*TypeError/m);
  });
});

describe('several hosts', () => {
  it('are asked in their order, and the first license counts', async () => {
    const simulator = await simulate();

    const answer = await ask(simulator, { hosts: [IMPOSSIBLE_NAME, '127.0.0.1', 'localhost'] });

    expect(answer).toMatchObject({ kind: 'license', host: '127.0.0.1' });
    expect(simulator.counts().requests).toBe(1);
  });

  it('stand in for one that answers 5xx', async () => {
    const simulator = await simulate();
    simulator.setBehavior({ kind: 'status', status: 503 });

    const answer = await ask(simulator, { hosts: ['127.0.0.1', 'localhost'] });

    expect(answer).toMatchObject({ reason: 'server-error', host: 'localhost' });
    expectFailure(answer, 'server-error', /Tried before: 127\.0\.0\.1 \(server-error\)/);
    expect(simulator.counts().requests).toBe(2);
  });

  it.each([400, 401, 403, 404])('do not hide HTTP %d of the first', async (status) => {
    const simulator = await simulate();
    simulator.setBehavior({ kind: 'status', status });

    expect(await ask(simulator, { hosts: ['127.0.0.1', 'localhost'] })).toMatchObject({ host: '127.0.0.1' });
    expect(simulator.counts().requests).toBe(1);
  });

  it('do not hide a server that is not who it should be', async () => {
    const simulator = await simulate({ names: ['localhost'] });

    const answer = await ask(simulator, { hosts: ['127.0.0.1', 'localhost'] });

    expect(answer).toMatchObject({ reason: 'tls-name-mismatch', host: '127.0.0.1' });
  });
});

describe('a site through a proxy', () => {
  const through = (simulator: Simulator, change: Record<string, unknown> = {}) =>
    siteOf(simulator, { proxy: { jwt: 'planted-jwt', prefix: 'jwt', port: simulator.proxyPort, ...change } });
  const start = () => simulate({ prefix: 'jwt', jwt: 'planted-jwt' });

  it('shows the token once and stays in its session', async () => {
    const simulator = await start();
    const site = through(simulator);
    await site.fetchLicense(never);

    expect(await site.fetchLicense(never)).toMatchObject({ kind: 'license', certificates: { client: null } });
    expect(simulator.counts()).toMatchObject({ sessions: 1, handshakes: 1 });
    const [first, second] = simulator.seen();
    expect(first!.url).toMatch(/^\/jwt\/qrs\/license\?xrfkey=/);
    expect(first!.headers).toMatchObject({ authorization: 'Bearer planted-jwt' });
    expect(first!.headers).not.toHaveProperty('x-qlik-user');
    expect(second!.headers).toMatchObject({ cookie: 'X-Qlik-Session-jwt=simulated-session-1' });
    expect(second!.headers).not.toHaveProperty('authorization');
  });

  it('shows the token again when the session is over', async () => {
    const simulator = await start();
    const site = through(simulator);
    await site.fetchLicense(never);
    simulator.endSessions();

    expect((await site.fetchLicense(never)).kind).toBe('license');
    expect(simulator.counts()).toMatchObject({ sessions: 2, requests: 3 });
  });

  it('unauthorized: the token is not accepted', async () => {
    const answer = await through(await start(), { jwt: 'planted-other' }).fetchLicense(never);

    expectFailure(answer, 'unauthorized', /does not accept the JWT/);
  });

  it('redirected: the prefix is wrong', async () => {
    const answer = await through(await start(), { prefix: 'typo' }).fetchLicense(never);

    expectFailure(answer, 'redirected', /login page\. Check proxy\.prefix/);
  });

  it.each([
    [{ kind: 'html' }, 'not-json', /login page of the proxy\. Is proxy\.prefix right/],
    [{ kind: 'status', status: 400 }, 'bad-request', /127\.0\.0\.1 on the host allow list/],
    [{ kind: 'status', status: 404 }, 'not-found', /Check proxy\.prefix/],
  ] as const)('%j is %s', async (behavior, reason, sentence) => {
    const simulator = await start();
    simulator.setBehavior(behavior);

    expectFailure(await through(simulator).fetchLicense(never), reason, sentence);
  });

  it('tls-untrusted: without certificates, the CAs of the system count', async () => {
    const simulator = await start();
    const proxy = { jwt: 'planted-jwt', prefix: 'jwt', port: simulator.proxyPort };

    expectFailure(
      await siteOf(simulator, { certificates: undefined, proxy }).fetchLicense(never),
      'tls-untrusted',
      /Give the CA of the proxy/,
    );
  });
});

describe('whatever the server does', () => {
  let simulator: Simulator;
  let site: SenseSite;

  beforeAll(async () => {
    const home = await mkdtemp(join(tmpdir(), 'sense-any-'));
    simulator = await startSimulator({ clock: systemClock, license });
    await simulator.writeCertificates(home);
    const config = SiteSection.parse({
      name: 'any',
      host: '127.0.0.1',
      port: simulator.port,
      certificates: home,
    });
    site = openSenseSite(config, { clock: systemClock, logger: recorder, newKey: () => 'abcdefghij012345' });
    return async () => {
      await site.close();
      await simulator.close();
      await rm(home, { recursive: true });
    };
  });

  it('asking settles with a license or a reason, and repeats nothing of an odd answer', async () => {
    const anyBody = fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }),
        fc.stringMatching(/^[ -~]{0,40}$/),
        anyBody,
        async (status, contentType, body) => {
          simulator.setBehavior({ kind: 'raw', status, contentType, body: `${body}planted-body` });

          const answer = await site.fetchLicense(never);

          expect(['license', 'failed']).toContain(answer.kind);
          if (answer.kind === 'failed') {
            expect(answer.reason).not.toBe('internal');
            expect(answer.detail).not.toContain('planted');
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('no secret is ever in an answer or in the log', async () => {
    const planted = ['planted-jwt', 'planted-passphrase', 'plantedKey', 'simulated-session', 'PRIVATE KEY'];
    const local = await simulate({ prefix: 'jwt', jwt: 'planted-jwt' });
    await writeFile(
      join(certificates, 'client_key.pem'),
      encryptedKey(local.client.key, 'planted-passphrase'),
    );
    const files = { cert: 'client.pem', key: 'client_key.pem', ca: 'root.pem' };
    const paths = Object.fromEntries(
      Object.entries(files).map(([role, name]) => [role, join(certificates, name)]),
    );
    const sites = [
      siteOf(local, { certificates: { ...paths, passphrase: 'planted-passphrase' } }),
      siteOf(local, { certificates: { ...paths, passphrase: 'planted-passphrase-wrong' } }),
      siteOf(local, { proxy: { jwt: 'planted-jwt', prefix: 'jwt', port: local.proxyPort } }),
      siteOf(local, { proxy: { jwt: 'planted-jwt', port: local.port } }),
      siteOf(local, { hosts: [IMPOSSIBLE_NAME, '127.0.0.1'], tls: { verify: false } }),
    ];
    const echo = {
      kind: 'raw',
      status: 403,
      contentType: 'text/planted-jwt',
      body: 'planted-jwt planted-passphrase simulated-session',
    } as const;
    const answers: SiteAnswer[] = [];

    for (const behavior of [
      { kind: 'ok' },
      { kind: 'reset' },
      { kind: 'html' },
      { kind: 'redirect' },
      echo,
    ] as const) {
      local.setBehavior(behavior);
      for (const each of sites) answers.push(await each.fetchLicense(never));
    }

    const everything = JSON.stringify(answers) + logged.join('\n');
    expect(answers.filter((answer) => answer.kind === 'license').length).toBeGreaterThan(1);
    for (const secret of planted) expect(everything).not.toContain(secret);
    expect(String(new Secret('planted-jwt'))).toBe('***');
  });
});
