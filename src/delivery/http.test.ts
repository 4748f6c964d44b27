import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { type HttpReceiver, startHttpReceiver } from '../../test/fakes/http-receiver.ts';
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
    [200, 'accepted', undefined],
    [299, 'accepted', undefined],
    [302, 'deferred', 'redirected'],
    [400, 'rejected', 'refused'],
    [401, 'deferred', 'unauthorized'],
    [403, 'deferred', 'unauthorized'],
    [404, 'rejected', 'refused'],
    [408, 'deferred', 'timeout'],
    [425, 'deferred', 'rate-limited'],
    [429, 'deferred', 'rate-limited'],
    [500, 'deferred', 'server-error'],
    [999, 'deferred', 'server-error'],
  ])('%i: %s, %s', (status, kind, reason) => {
    expect(outcomeOf(status, {}, '', now)).toMatchObject({ kind, ...(reason && { reason }) });
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
