/** The page behind a real nginx that is configured as docs/reverse-proxy.md says, and over TLS of its own. */
import { scryptSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { systemClock } from '../../src/platform/clock.ts';
import { reading } from '../fakes/readings.ts';
import { pageUnderTest } from '../page/page-under-test.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Nginx, startNginx } from '../servers/nginx.ts';
import { issueCertificates } from '../servers/openssl.ts';
import { storeCheck } from './rig.ts';
import { serve } from './served.ts';

const doc = await readFile(new URL('../../docs/reverse-proxy.md', import.meta.url), 'utf8');
const sampleOf = (language: string, after: string) =>
  new RegExp(`${after}[\\s\\S]*?\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(doc)![1]!;

const password = 'correct horse';
const salt = Buffer.from('0123456789abcdef');
const hash = `scrypt:1024:8:1:${salt.toString('base64')}:${scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }).toString('base64')}`;
const basic = (secret: string) => `Basic ${Buffer.from(`anna:${secret}`).toString('base64')}`;
const login = { authorization: basic(password) };

/** The `web` section of the page's sample, with a real hash. */
function sampleSection(after: string): Record<string, unknown> {
  const { web } = parse(sampleOf('yaml', after).replace(`$\{env:ANNA_HASH}`, hash)) as {
    web: Record<string, unknown>;
  };
  return web;
}

/** The service as the sample has it, and nginx as the sample has it before it. */
async function behindNginx(
  options: {
    readonly section?: object;
    readonly change?: (server: string) => string;
    readonly pageFolders?: readonly string[];
  } = {},
) {
  const service = await serve(
    { ...sampleSection('## Behind nginx'), listen: '127.0.0.1:0', ...options.section },
    { ...(options.pageFolders && { pageFolders: options.pageFolders }) },
  );
  const nginx = await startNginx((port, { cert, key }) => {
    const replacements: readonly [string, string][] = [
      ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
      ['/etc/nginx/licenses.pem', cert],
      ['/etc/nginx/licenses.key', key],
      ['http://127.0.0.1:8080', `http://127.0.0.1:${service.port}`],
    ];
    let server = sampleOf('nginx', '## Behind nginx');
    for (const [from, to] of replacements) {
      expect(server).toContain(from);
      server = server.replace(from, to);
    }
    return options.change?.(server) ?? server;
  });
  onTestFinished(() => nginx.stop());
  return { service, nginx, ask: await asker(nginx) };
}

interface Asking {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  /** The address of loopback to ask from. */
  readonly from?: string;
}

async function asker({ certificates, port }: Nginx) {
  const ca = await readFile(certificates.ca, 'utf8');
  // The authority is checked; the name is whatever a test says in Host.
  const connect = { ca, checkServerIdentity: () => undefined };
  return async (path: string, { method = 'GET', headers = {}, from = '127.0.0.1' }: Asking = {}) => {
    const agent = new Agent({ connect, localAddress: from });
    const answer = await request(`https://127.0.0.1:${port}${path}`, {
      method,
      headers: { host: 'licenses.example.com', ...headers },
      dispatcher: agent,
    });
    const text = await answer.body.text();
    await agent.close();
    return { status: answer.statusCode, headers: answer.headers, text };
  };
}

const OVERVIEW = '/licenses/api/v1/overview';
const RETRY = '/licenses/api/v1/dead-letters/oncall/1/retry';

describeWith(['nginx', 'openssl'], 'behind nginx, as the documentation has it,', () => {
  it('answers below the base path, and nowhere else', async () => {
    const { ask, nginx } = await behindNginx();
    expect((await ask(OVERVIEW)).status).toBe(401);
    const { status, headers } = await ask(OVERVIEW, { headers: login });
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect((await ask('/licenses')).headers['location']).toMatch(/\/licenses\/$/);
    expect((await ask('/licenses/healthz')).text).toBe('{"ok":true,"reasons":[]}');
    expect(await nginx.errors()).not.toMatch(/\[(?:error|crit|alert|emerg)\]/);
    expect((await ask('/api/v1/overview', { headers: login })).status).toBe(404);
  });

  it('passes events on as they come, and the time of the service', async () => {
    const { service, nginx, ask } = await behindNginx();
    const ca = await readFile(nginx.certificates.ca, 'utf8');
    const agent = new Agent({ connect: { ca, servername: 'localhost' } });
    onTestFinished(() => agent.destroy());
    const { body, headers } = await request(`${nginx.url}/licenses/api/v1/events`, {
      headers: login,
      dispatcher: agent,
    });
    expect(headers['content-type']).toBe('text/event-stream');
    let text = '';
    for await (const part of body as AsyncIterable<Buffer>) {
      text += part.toString();
      if (text.includes('{"site":null}') && !text.includes('prod')) {
        await storeCheck(service.options.watched, Date.now(), 'prod', reading());
      }
      if (text.includes('{"site":"prod"}')) break;
    }
    const told = Date.parse((await ask('/licenses/healthz')).headers['date'] as string);
    expect(Math.abs(told - systemClock.now().getTime())).toBeLessThan(5_000);
  });

  it('counts wrong logins for the client behind the proxy, whatever that says of itself', async () => {
    const { ask } = await behindNginx();
    const wrong = { authorization: basic('wrong') };
    for (let n = 0; n < 10; n += 1) {
      const headers = { ...wrong, 'x-forwarded-for': `198.51.100.${n}` };
      expect((await ask(OVERVIEW, { headers, from: '127.0.0.2' })).status).toBe(401);
    }
    expect((await ask(OVERVIEW, { headers: login, from: '127.0.0.2' })).status).toBe(429);
    expect((await ask(OVERVIEW, { headers: login, from: '127.0.0.3' })).status).toBe(200);
    // Nor may one client have another locked out.
    for (let n = 0; n < 10; n += 1) {
      const headers = { ...wrong, 'x-forwarded-for': '127.0.0.3' };
      await ask(OVERVIEW, { headers, from: '127.0.0.4' });
    }
    expect((await ask(OVERVIEW, { headers: login, from: '127.0.0.3' })).status).toBe(200);
  });

  it.each([
    ['no proxy', []],
    ['another one', ['192.0.2.1']],
  ])('believes no forwarded address when it trusts %s', async (_which, trustedProxies) => {
    const { ask } = await behindNginx({ section: { trustedProxies } });
    const wrong = { authorization: basic('wrong') };
    for (let n = 0; n < 10; n += 1) {
      await ask(OVERVIEW, { headers: { ...wrong, 'x-forwarded-for': `198.51.100.${n}` } });
    }
    expect((await ask(OVERVIEW, { headers: login, from: '127.0.0.3' })).status).toBe(429);
  });

  it('answers only to its names, also where the client claims to have been forwarded', async () => {
    const { ask } = await behindNginx();
    const statusFor = async (host: string, more: Record<string, string> = {}) =>
      (await ask(OVERVIEW, { headers: { ...login, host, ...more } })).status;
    expect(await statusFor('licenses.example.com')).toBe(200);
    expect(await statusFor('licenses.example.com:8443')).toBe(200);
    expect(await statusFor('evil.test')).toBe(421);
    expect(await statusFor('evil.test', { 'x-forwarded-host': 'licenses.example.com' })).toBe(421);
  });

  it.each([
    ['our own page', { origin: 'https://licenses.example.com', 'sec-fetch-site': 'same-origin' }, 404],
    ['our own page in an old browser', { origin: 'https://licenses.example.com' }, 404],
    ['a script', {}, 404],
    ['the same page without encryption', { origin: 'http://licenses.example.com' }, 403],
    ['another port', { origin: 'https://licenses.example.com:8443' }, 403],
    ['another page', { origin: 'https://evil.test' }, 403],
    ['another page that claims more', { origin: 'https://evil.test', 'x-forwarded-host': 'evil.test' }, 403],
    ['a neighbour', { origin: 'https://licenses.example.com', 'sec-fetch-site': 'same-site' }, 403],
  ])('takes a change from %s with the answer it deserves', async (_who, headers, expected) => {
    const { ask } = await behindNginx();
    const { status } = await ask(RETRY, { method: 'POST', headers: { ...login, ...headers } });
    expect(status).toBe(expected);
  });

  it('takes changes also where the proxy keeps the name to itself and only forwards it', async () => {
    const { ask } = await behindNginx({
      change: (server) => server.replace('proxy_set_header Host $http_host;', ''),
    });
    const post = async (headers: Record<string, string>) =>
      (await ask(RETRY, { method: 'POST', headers: { ...login, ...headers } })).status;
    expect(await post({ origin: 'https://licenses.example.com' })).toBe(404);
    expect(await post({ origin: 'https://evil.test' })).toBe(403);
    expect(await post({ host: 'evil.test', origin: 'https://evil.test' })).toBe(421);
  });
});

describeWith(['nginx', 'openssl', 'chromium'], 'the page in a browser', () => {
  const page = pageUnderTest();
  const daysOf = (tab: Awaited<ReturnType<typeof page.open>>['tab']) =>
    tab.locator('tr', { has: tab.getByRole('link', { name: 'prod', exact: true }) }).locator('.days-number');
  const inDays = (days: number) =>
    reading({
      end: { kind: 'date', date: new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10) },
    });

  it('works behind nginx: login, files, live events and buttons', async (test) => {
    const { service, nginx } = await behindNginx({ pageFolders: [page.built().folder] });
    await storeCheck(service.options.watched, Date.now(), 'prod', inDays(20));
    const who = { username: 'anna', password };
    const { tab, complaints, hosts } = await page.open(test, `${nginx.url}/licenses/`, { login: who });
    await expect.poll(() => daysOf(tab).innerText()).toBe('20');
    await storeCheck(service.options.watched, Date.now() + 1, 'prod', inDays(3));
    await expect.poll(() => daysOf(tab).innerText(), { timeout: 10_000 }).toBe('3');
    const status = await tab.evaluate(
      "fetch('api/v1/dead-letters/oncall/1/retry', { method: 'POST' }).then((r) => r.status)",
    );
    expect(status).toBe(404);
    expect([...hosts]).toEqual([new URL(nginx.url).host]);
    // The browser complains about the answer to the button, which had nothing to try again.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('works over TLS of its own', async (test) => {
    const { url, options } = await overTls({ pageFolders: [page.built().folder] });
    await storeCheck(options.watched, Date.now(), 'prod', inDays(20));
    const { tab, complaints } = await page.open(test, url, { login: { username: 'anna', password } });
    await expect.poll(() => daysOf(tab).innerText()).toBe('20');
    expect(complaints).toEqual([]);
  });
});

async function overTls(overrides: object = {}, section: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-tls-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { ca, server } = await issueCertificates(folder);
  const served = await serve(
    { ...sampleSection('## Own TLS'), listen: '127.0.0.1:0', tls: server, ...section },
    overrides,
  );
  const agent = new Agent({
    connect: { ca: await readFile(ca, 'utf8'), checkServerIdentity: () => undefined },
  });
  onTestFinished(() => agent.destroy());
  return { ...served, agent };
}

describeWith(['openssl'], 'over TLS of its own', () => {
  it('serves https, and nothing to those who come without', async () => {
    const { url, port, agent } = await overTls();
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const answer = await request(`${url}api/v1/overview`, { headers: login, dispatcher: agent });
    expect(answer.statusCode).toBe(200);
    await expect(request(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it('takes changes from its own page', async () => {
    const { url, port, agent } = await overTls();
    const post = async (origin: string) => {
      const headers = { ...login, origin, host: `licenses.example.com:${port}` };
      const options = { method: 'POST' as const, headers, dispatcher: agent };
      return (await request(`${url}api/v1/dead-letters/oncall/1/retry`, options)).statusCode;
    };
    expect(await post(`https://licenses.example.com:${port}`)).toBe(404);
    expect(await post('https://licenses.example.com')).toBe(403);
  });
});

describe('a certificate that cannot be read', () => {
  it('is told, and the service goes on without a page', async () => {
    const said: string[] = [];
    const { web } = await serve(
      { tls: { cert: '/nowhere/web.pem', key: '/nowhere/web.key' } },
      {
        logger: {
          debug: () => undefined,
          info: () => undefined,
          warn: () => undefined,
          error: (_fields, message) => void said.push(message),
        },
      },
    );
    expect(web.url()).toBeUndefined();
    expect(said.join()).toMatch(/the page is not served.*alerts are sent all the same/);
  });
});
