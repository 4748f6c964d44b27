import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { type Answer, type HttpReceiver, startHttpReceiver } from '../../test/fakes/http-receiver.ts';
import { makeTestCertificates, writeTestFiles } from '../../test/servers/test-certificates.ts';
import { Secret } from '../platform/secret.ts';
import { shortageBehind } from '../platform/shortage.ts';
import { openHttpClient, outcomeOf } from './http.ts';
import { outcomeOfFailure } from './http-failure.ts';
import { scrubberOf, secretsInUrl } from './http-secrets.ts';
import type { TlsFiles } from './http-settings.ts';

const now = new Date('2026-11-24T10:00:00Z');

describe('an HTTP answer as an outcome', () => {
  it.each([
    [199, 'deferred', 'server-error'],
    [200, 'accepted', undefined],
    [299, 'accepted', undefined],
    [300, 'deferred', 'redirected'],
    [399, 'deferred', 'redirected'],
    [400, 'rejected', 'refused'],
    [401, 'deferred', 'unauthorized'],
    [403, 'deferred', 'unauthorized'],
    [404, 'rejected', 'refused'],
    [499, 'rejected', 'refused'],
    [408, 'deferred', 'timeout'],
    [425, 'deferred', 'rate-limited'],
    [429, 'deferred', 'rate-limited'],
    [500, 'deferred', 'server-error'],
    [999, 'deferred', 'server-error'],
  ])('%i: %s, %s', (status, kind, reason) => {
    expect(outcomeOf(status, {}, '', now)).toMatchObject({ kind, ...(reason && { reason }) });
  });

  it('shows the status alone where the reply says nothing', () => {
    expect(outcomeOf(400, {}, ' \n', now)).toMatchObject({ detail: 'HTTP 400' });
    expect(outcomeOf(503, {}, '', now)).toMatchObject({ detail: 'HTTP 503' });
  });

  it.each(['7', ['7', '9']])('passes on a Retry-After of %j', (header) => {
    expect(outcomeOf(503, { 'retry-after': header }, '', now)).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('shows at most 200 characters of the reply, on one line', () => {
    expect(outcomeOf(400, {}, `no\r\n such \t thing ${'x'.repeat(500)}`, now)).toEqual({
      kind: 'rejected',
      reason: 'refused',
      detail: `HTTP 400: no such thing ${'x'.repeat(186)}`,
    });
  });

  it('shows nothing that a terminal would obey, nor half a character', () => {
    const reply = `\u001b[2Jgone\u0000 \u202eth\u200big${'x'.repeat(183)}\ud83e\udd84`;
    const { detail } = outcomeOf(400, {}, reply, now) as { detail: string };
    expect(detail).toBe(`HTTP 400: [2Jgone th ig${'x'.repeat(183)}🦄`);
    expect(outcomeOf(400, {}, `${'x'.repeat(199)}🦄`, now)).toMatchObject({
      detail: `HTTP 400: ${'x'.repeat(199)}\ufffd`,
    });
  });
});

describe('secrets', () => {
  it('are removed in each spelling, longest first', () => {
    const scrub = scrubberOf([new Secret('abc'), new Secret('abc "d/é')]);
    expect(scrub('abc "d/é abc%20%22d%2F%C3%A9 abc+%22d%2F%C3%A9 abc \\"d/é abc')).toBe(
      '*** *** *** *** ***',
    );
    expect(scrub(btoa('abc'))).toBe('***');
  });

  it('are removed as the JSON of Go and Python and as HTML have them', () => {
    const scrub = scrubberOf([new Secret('a&b<é')]);
    expect(scrub('a\\u0026b\\u003cé a&b<\\u00e9 a&amp;b&lt;é')).toBe('*** *** ***');
  });

  it('in an address are its user, password, path and query', () => {
    const scrub = scrubberOf(
      secretsInUrl(new URL('https://me2:p%40ss@h/services/T0000001/x?token=t0k%20en&a=b')),
    );
    expect(scrub(`me2 p@ss p%40ss ${btoa('me2:p@ss')} T0000001 t0k en`)).toBe('*** *** *** *** *** ***');
  });
});

describe('an error of the client', () => {
  const failure = (error: unknown) =>
    outcomeOfFailure(error, 'https://h', {
      signal: new AbortController().signal,
      shortage: shortageBehind(error),
    });
  const withCode = (code: string) => Object.assign(new Error('never shown'), { code });
  it.each([
    ['ENOTFOUND', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['UND_ERR_SOCKET', 'unreachable'],
    ['ESOMETHINGNEW', 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['ETIMEDOUT', 'timeout'],
    ['EMFILE', 'out-of-resources'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['HPE_INVALID_CONSTANT', 'server-error'],
  ])('%s is %s', (code, reason) => {
    expect(failure(withCode(code))).toMatchObject({ kind: 'deferred', reason });
    expect(failure(new Error('outer', { cause: withCode(code) }))).toMatchObject({ reason });
    expect(JSON.stringify(failure(withCode(code)))).not.toContain('never shown');
  });
  it.each([new TypeError('a bug'), withCode('UND_ERR_INVALID_ARG'), 'text'])(
    '%s is a bug and is thrown',
    (bug) => {
      expect(() => failure(bug)).toThrow();
    },
  );
});

describe('one request', () => {
  const exchange = async (answer: Answer, from = 'stopped') => {
    const receiver = await startHttpReceiver();
    onTestFinished(() => receiver.stop());
    receiver.answer(answer);
    if (from === 'stopped') await receiver.stop();
    const client = openHttpClient({ verify: true }, [], new FakeClock());
    onTestFinished(() => client.close());
    const request = { method: 'POST', url: new URL('/a', receiver.url), headers: {}, body: 'x' } as const;
    const result = await client.send(request, AbortSignal.timeout(10_000));
    return { ...result, origin: receiver.url, requests: receiver.received.length };
  };
  const started = (answer: Answer) => exchange(answer, 'started');

  it('has neither status nor reply where no answer came', async () => {
    const { origin, ...result } = await exchange({ status: 200 });
    expect(result).toEqual({
      outcome: {
        kind: 'deferred',
        reason: 'unreachable',
        detail: `${origin}: nobody listens there (ECONNREFUSED)`,
      },
      status: null,
      reply: '',
      requests: 0,
    });
  });

  it('has neither where a certificate file cannot be read', async () => {
    const client = openHttpClient({ verify: true, ca: '/no/such/file.pem' }, [], new FakeClock());
    const request = { method: 'POST', url: new URL('https://localhost:1'), headers: {}, body: 'x' } as const;
    expect(await client.send(request, AbortSignal.timeout(10_000))).toEqual({
      outcome: {
        kind: 'deferred',
        reason: 'tls',
        detail: 'cannot read the certificate file /no/such/file.pem (ENOENT)',
      },
      status: null,
      reply: '',
    });
    await client.close();
  });

  it.each([
    [503, { kind: 'deferred', reason: 'server-error', detail: 'HTTP 503: busy' }],
    [422, { kind: 'rejected', reason: 'refused', detail: 'HTTP 422: busy' }],
    [200, { kind: 'accepted' }],
  ])('has the status and the reply of an answer of %i', async (status, outcome) => {
    expect(await started({ status, body: 'busy' })).toMatchObject({ status, reply: 'busy', outcome });
  });

  it('says where a redirect leads that is not followed', async () => {
    const { origin, outcome } = await started({
      status: 307,
      headers: { location: 'http://other.example/b' },
    });
    expect(outcome).toEqual({
      kind: 'deferred',
      reason: 'redirected',
      detail:
        `${origin} answered 307 and points to http://other.example; ` +
        'messages and credentials do not follow there, so set the new address in `url`',
    });
  });

  it.each([503, 400])('is followed by the next on the same connection after a %i', async (status) => {
    const receiver = await startHttpReceiver();
    onTestFinished(() => receiver.stop());
    receiver.answer({ status });
    const client = openHttpClient({ verify: true }, [], new FakeClock());
    onTestFinished(() => client.close());
    const request = { method: 'POST', url: new URL(receiver.url), headers: {}, body: 'x' } as const;
    for (let time = 0; time < 2; time += 1) await client.send(request, AbortSignal.timeout(10_000));
    expect(receiver.received.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  it('follows three redirects, and says what to do about more', async () => {
    const { origin, outcome, requests } = await started({ status: 308, headers: { location: '/a' } });
    expect(outcome).toMatchObject({
      detail: `${origin} answered 308 after 3 redirects; set the final address in \`url\``,
    });
    expect(requests).toBe(4);
  });

  it('keeps the first 64 KiB of a reply', async () => {
    const { reply } = await started({ status: 200, body: 'x'.repeat(65_537) });
    expect(reply).toBe('x'.repeat(65_536));
  });
});

describe('over https', async () => {
  const certificates = await makeTestCertificates();
  const start = async (tls: object = {}) => {
    const receiver = await startHttpReceiver({ tls: { ...certificates.server, ...tls } });
    onTestFinished(() => receiver.stop());
    return receiver;
  };
  const files = () =>
    writeTestFiles({ ca: certificates.ca, cert: certificates.client.cert, key: certificates.client.key });
  const clientWith = (settings: Partial<TlsFiles>) => {
    const client = openHttpClient({ verify: true, ...settings }, [], new FakeClock());
    onTestFinished(() => client.close());
    return client;
  };
  const send = async (receiver: HttpReceiver, client: ReturnType<typeof clientWith>, url = receiver.url) => {
    const request = { method: 'POST', url: new URL(url), headers: {}, body: 'x' } as const;
    return (await client.send(request, AbortSignal.timeout(10_000))).outcome;
  };

  it('trusts the authority of the configuration', async () => {
    const { ca } = await files();
    expect(await send(await start(), clientWith({ ca }))).toEqual({ kind: 'accepted' });
  });

  it('trusts nobody else, and says what to do', async () => {
    expect(await send(await start(), clientWith({}))).toMatchObject({
      kind: 'deferred',
      reason: 'tls',
      detail: expect.stringContaining('`ca`'),
    });
  });

  it('refuses a certificate for another name', async () => {
    const { ca } = await files();
    expect(await send(await start(certificates.client), clientWith({ ca }))).toMatchObject({
      kind: 'deferred',
      reason: 'tls',
      detail: expect.stringContaining('another host name'),
    });
  });

  it('trusts anyone once checking is turned off', async () => {
    expect(await send(await start(), clientWith({ verify: false }))).toEqual({ kind: 'accepted' });
  });

  it('shows its own certificate where it is asked for one', async () => {
    const { ca, cert, key } = await files();
    const receiver = await start({ ca: certificates.ca, requestCert: true, rejectUnauthorized: true });
    expect(await send(receiver, clientWith({ ca }))).toMatchObject({ kind: 'deferred' });
    expect(await send(receiver, clientWith({ ca, clientCertificate: { cert, key } }))).toEqual({
      kind: 'accepted',
    });
  });

  it('defers while a certificate file cannot be read or used, and goes on once it can', async () => {
    const { ca } = await files();
    const good = await readFile(ca);
    const receiver = await start();
    const client = clientWith({ ca: `${ca}.new` });
    expect(await send(receiver, client)).toMatchObject({
      kind: 'deferred',
      reason: 'tls',
      detail: expect.stringContaining('ENOENT'),
    });
    await writeFile(`${ca}.new`, 'not a certificate');
    expect(await send(receiver, client)).toMatchObject({ kind: 'deferred', reason: 'tls' });
    await writeFile(`${ca}.new`, good);
    expect(await send(receiver, client)).toEqual({ kind: 'accepted' });
  });

  it('says so when the far end speaks plain http', async () => {
    const receiver = await startHttpReceiver();
    onTestFinished(() => receiver.stop());
    expect(await send(receiver, clientWith({}), receiver.url.replace('http:', 'https:'))).toMatchObject({
      kind: 'deferred',
      reason: 'tls',
    });
  });

  it('follows from http to https on the same host', async () => {
    const { ca } = await files();
    const [plain, secure] = [await startHttpReceiver(), await start()];
    onTestFinished(() => plain.stop());
    plain.answer({ status: 308, headers: { location: `${secure.url}/b` } });
    expect(await send(plain, clientWith({ ca }), `http://localhost:${plain.port}/a`)).toEqual({
      kind: 'accepted',
    });
    expect(secure.received).toMatchObject([{ method: 'POST', path: '/b', body: 'x' }]);
  });
});
