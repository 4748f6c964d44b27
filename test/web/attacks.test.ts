/** What somebody tries who should not get in, and texts from elsewhere that must stay texts. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSection } from '../../src/web/web-section.ts';
import { reading } from '../fakes/readings.ts';
import { startRig, storeCheck } from './rig.ts';
import { raw, serve } from './served.ts';

const token = 'a-token-of-prometheus';
const auth = { tokens: [{ name: 'prometheus', secret: token }] };
const site = 'planted-site';

/** Everything that a request to a guarded server gives, over a real socket. */
async function guarded(section: object = {}) {
  const log: unknown[] = [];
  const note = (...line: unknown[]) => void log.push(line);
  const served = await serve(
    { auth, ...section },
    { logger: { debug: note, info: note, warn: note, error: note } },
  );
  await storeCheck(served.options.watched, Date.now(), site, reading());
  log.length = 0;
  const ask = (request: string) => raw(served.port, request.replaceAll('\n', '\r\n'));
  return { ...served, log, ask };
}

const get = (target: string, headers = '', method = 'GET') =>
  `${method} ${target} HTTP/1.1\nhost: localhost\nconnection: close\n${headers}\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

describe('without a login nothing is shown', () => {
  const paths = [
    '/api/v1/overview',
    '/metrics',
    '/calendar.ics',
    `/badge/${site}.svg`,
    '/',
    '/api/v1/events',
  ];
  const disguises: readonly ((path: string) => string)[] = [
    (path) => path,
    (path) => `/${path}`,
    (path) => `${path}/`,
    (path) => path.toUpperCase(),
    (path) => `${path}.`,
    (path) => `${path}%20`,
    (path) => `${path}%00`,
    (path) => `${path};/healthz`,
    (path) => `${path}?/healthz`,
    (path) => `${path}#/healthz`,
    (path) => `/healthz/..${path}`,
    (path) => `/healthz/%2e%2e${path}`,
    (path) => `/healthz%2f..${path}`,
    (path) => `/healthz;${path}`,
    (path) => `/healthz%3f/..${path}`,
    (path) => `/./${path}`,
    (path) => path.replaceAll('/', '%2f'),
    (path) => path.replaceAll('/', '\\'),
    (path) => path.replace(/\w/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    (path) => `http://localhost${path}`,
    (path) => `http://localhost/healthz/..${path}`,
    (path) => `%zz${path}`,
    (path) => `/healthz${path}%zz`,
  ];

  it.each(paths)('for %s in any disguise', async (path) => {
    const { ask } = await guarded();
    for (const disguise of disguises) {
      const target = disguise(path);
      const answer = await ask(get(target));
      expect([400, 401, 404], `${target}: ${answer}`).toContain(statusOf(answer));
      expect(answer, target).not.toContain(site);
    }
  });

  it('whatever the method and the headers', async () => {
    const { ask } = await guarded();
    for (const method of [
      'HEAD',
      'OPTIONS',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'TRACE',
      'PROPFIND',
      'QUERY',
      'FOO',
    ]) {
      const answer = await ask(get('/api/v1/overview', 'content-length: 0\n', method));
      expect([400, 401, 404, 405], `${method}: ${answer}`).toContain(statusOf(answer));
      expect(answer).not.toContain(site);
    }
    for (const headers of [
      'x-original-url: /healthz\n',
      'x-rewrite-url: /healthz\n',
      'x-forwarded-for: 127.0.0.1\n',
      'x-forwarded-host: localhost\n',
      'x-http-method-override: HEAD\n',
      'authorization: \n',
      'authorization: Bearer\n',
      'authorization: Bearer  \n',
      'authorization: Basic Og==\n',
      'authorization: Basic ====\n',
      `authorization: ${token}\n`,
      `authorization: Bearer ${token}x\n`,
      `authorization: Bearer ${token.toUpperCase()}\n`,
      `cookie: token=${token}\n`,
    ]) {
      expect(statusOf(await ask(get('/api/v1/overview', headers))), headers).toBe(401);
    }
    expect(statusOf(await ask(get('/api/v1/overview', `authorization: Bearer ${token}\n`)))).toBe(200);
  });

  it('to a token in the address', async () => {
    const { ask } = await guarded();
    for (const key of ['token', 'access_token', 'auth']) {
      expect(statusOf(await ask(get(`/api/v1/overview?${key}=${token}`)))).toBe(401);
    }
  });
});

it('lets a login for looking act in no disguise', async () => {
  const { ask } = await guarded();
  const login = `authorization: Bearer ${token}\ncontent-length: 0\n`;
  const target = '/api/v1/dead-letters/oncall/1';
  for (const [method, more] of [
    ['DELETE', ''],
    ['GET', 'x-http-method-override: DELETE\n'],
    ['GET', 'x-http-method: DELETE\n'],
    ['POST', 'x-method-override: DELETE\n'],
    ['POST', ''],
    ['PATCH', ''],
  ] as const) {
    for (const suffix of ['', '/', '?_method=DELETE', '/retry', '/retry/']) {
      const answer = await ask(get(`${target}${suffix}`, `${login}${more}`, method));
      expect([403, 404, 405], `${method} ${suffix}`).toContain(statusOf(answer));
      expect(answer).not.toContain('"done"');
      // Not even whether there is such a letter.
      expect(answer).not.toContain('unknown-dead-letter');
    }
  }
});

it.each([
  ['evil.test', 421],
  ['localhost.evil.test', 421],
  ['127.0.0.1.evil.test', 421],
  ['localhost@evil.test', 421],
  ['localhost, evil.test', 421],
  ['2130706433', 421],
  ['0x7f000001', 421],
  ['', 421],
  ['127.0.0.1:1', 200],
])('does not answer to the name %j that a page made up, but with %i', async (host, status) => {
  const { port } = await serve();
  const answer = await raw(
    port,
    `GET /api/v1/overview HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
  );
  expect(statusOf(answer)).toBe(status);
});

it('does not answer without a name, nor where the address says another than the header', async () => {
  const { port } = await serve();
  expect(statusOf(await raw(port, 'GET /api/v1/overview HTTP/1.1\r\nconnection: close\r\n\r\n'))).toBe(400);
  const absolute =
    'GET http://evil.test/api/v1/overview HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
  expect(statusOf(await raw(port, absolute))).toBe(421);
});

describe('files', () => {
  it('outside the folder are not found, however their path is spelt', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-page-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const page = join(folder, 'page');
    await mkdir(join(page, 'assets'), { recursive: true });
    await writeFile(join(page, 'index.html'), '<title>page</title>');
    await writeFile(join(folder, 'secret.txt'), 'planted');
    const { port } = await serve({}, { pageFolders: [page] });
    const ups = [
      '..',
      '%2e%2e',
      '.%2e',
      '%252e%252e',
      '..%00',
      '%c0%ae%c0%ae',
      '..;',
      '....',
      '\\..',
      '%5c..',
    ];
    const slashes = ['/', '%2f', '%252f', '\\', '%5c', '//', '/./', '%c0%af'];
    for (const up of ups) {
      for (const slash of slashes) {
        for (const start of ['', 'assets', 'assets/x']) {
          const target = `/${start}${slash}${`${up}${slash}`.repeat(start.split('/').length)}secret.txt`;
          const answer = await raw(
            port,
            `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
          );
          expect([400, 404], target).toContain(statusOf(answer));
          expect(answer).not.toContain('planted');
        }
      }
    }
    const absolute = join(folder, 'secret.txt');
    for (const target of [absolute, `/${absolute}`, `file://${absolute}`]) {
      const answer = await raw(
        port,
        `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      expect(answer).not.toContain('planted');
    }
  });

  it('lead to no other server', async () => {
    const { port } = await serve({ basePath: '/licenses' });
    for (const target of [
      '//evil.test/licenses',
      '/licenses//evil.test',
      '/licenses/..//evil.test',
      '/licenses?//evil.test',
      '/\\evil.test',
    ]) {
      const answer = await raw(
        port,
        `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      expect(/^location: (.*)\r$/im.exec(answer)?.[1] ?? '/licenses/').toBe('/licenses/');
    }
  });
});

describe('what is asked', () => {
  const injected = [
    '/api/v1/sites/%0d%0aset-cookie:%20planted=1',
    '/badge/%0d%0aset-cookie:%20planted=1.svg',
    '/api/v1/sites/x?before=%0d%0aset-cookie:%20planted=1',
    '/api/v1/alerts?site=%0a%0dset-cookie:%20planted=1&before=%3cscript%3eplanted%3c/script%3e',
    '/%3cscript%3eplanted%3c/script%3e',
    '/api/v1/sites/%3cscript%3eplanted%3c/script%3e',
    '/%zz%3cscript%3eplanted',
    `/api/v1/sites/${'planted'.repeat(100)}`,
    '/api/v1/sites/%e5%98%8a%e5%98%8dset-cookie:planted',
  ];

  it.each(injected)('comes back neither as a header nor at all: %s', async (target) => {
    const { ask, log } = await guarded({ auth: undefined });
    const answer = await ask(get(target, 'accept: text/html\n'));
    expect(answer).not.toMatch(/^set-cookie:/im);
    expect(answer).not.toContain('planted=1');
    expect(answer).not.toContain('<script>');
    expect(answer).not.toContain('plantedplanted');
    expect(answer).toMatch(/^content-type: application\/json/im);
    expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
    // Whoever asks nonsense fills nobody's log.
    expect(log).toEqual([]);
  });

  it('ends where it says that it ends: no second request hides in a body', async () => {
    const { ask } = await guarded();
    const hidden = `GET /api/v1/overview HTTP/1.1\nhost: localhost\nauthorization: Bearer ${token}\n\n`;
    const both = `POST /healthz HTTP/1.1\nhost: localhost\ncontent-length: ${hidden.length}\ntransfer-encoding: chunked\n\n0\n\n${hidden}`;
    expect(await ask(both)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('texts from elsewhere stay texts', () => {
  const nasty = '"><script>alert(1)</script>\r\nX: \'\\&;,\u0000\u001b[31m\u2028{}';
  const names = ['prod', nasty.slice(0, 60), nasty.replace(/[\r\n\u2028]/g, '').slice(0, 60)];

  async function rigWithNastyTexts() {
    const rig = await startRig({ section: WebSection.parse({}) }, names);
    onTestFinished(() => rig.close());
    for (const name of names) await rig.check(name, reading({ licenseNumber: nasty, expiredReason: nasty }));
    return rig;
  }

  it('in the calendar: one property a line, none of them made up', async () => {
    const rig = await rigWithNastyTexts();
    const { body } = await rig.get('/calendar.ics');
    const lines = body.split('\r\n');
    expect(lines.join('')).not.toMatch(/\p{Cc}|[\u2028\u2029]/u);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(?: |[A-Z-]+[:;])/);
    expect(lines.filter((line) => line.startsWith('X:'))).toEqual([]);
    expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(2 * names.length);
  });

  it('in a badge, which is still XML', async () => {
    const rig = await rigWithNastyTexts();
    const { body, headers } = await rig.get(`/badge/${encodeURIComponent(names[2]!)}.svg`);
    expect(headers['content-type']).toContain('image/svg+xml');
    expect(body).not.toContain('<script');
    // XML has no way to write most of these, not even as references.
    expect(body).not.toMatch(/(?!\n)\p{Cc}|&#(?:\d|[12]\d|3[01]);/u);
  });

  it('in the metrics: every line is a sample or a comment', async () => {
    const rig = await rigWithNastyTexts();
    for (const accept of ['text/plain', 'application/openmetrics-text']) {
      const { body } = await rig.get('/metrics', { accept });
      for (const line of body.split('\n').slice(0, -1)) {
        expect(line).toMatch(
          /^(?:# (?:HELP|TYPE|EOF)|[a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*",?)*\})? \S+$)/,
        );
      }
    }
  });

  it('in JSON that says that it is JSON', async () => {
    const rig = await rigWithNastyTexts();
    const { headers } = await rig.get('/api/v1/overview');
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});
