import { describe, expect, it } from 'vitest';
import { shortageWords } from '../platform/shortage.ts';
import { outcomeOfFailure } from './http-failure.ts';

const origin = 'https://hooks.example:8443';
const running = new AbortController().signal;
const coded = (code: unknown, more: object = {}) =>
  Object.assign(new Error('of the client'), { code, ...more });
const outcomeOf = (error: unknown, signal = running) =>
  outcomeOfFailure(error, origin, { signal, shortage: undefined });

describe('what keeps an answer from coming is told in words, with its code to look up', () => {
  const authority = 'its certificate comes from an unknown authority; name that authority in `ca`';
  const broken = 'the far end broke the connection';
  it.each([
    ['ECONNREFUSED', 'unreachable', 'nobody listens there'],
    ['ECONNRESET', 'unreachable', broken],
    ['EPIPE', 'unreachable', broken],
    ['UND_ERR_SOCKET', 'unreachable', `${broken}; over https it may miss a client certificate`],
    ['ENOTFOUND', 'unreachable', 'the host name is not known'],
    ['EAI_AGAIN', 'unreachable', 'the name server did not answer'],
    ['EHOSTUNREACH', 'unreachable', 'no route to the host'],
    ['ENETUNREACH', 'unreachable', 'no route to the network'],
    ['CERT_HAS_EXPIRED', 'tls', 'its certificate has expired'],
    ['CERT_NOT_YET_VALID', 'tls', 'its certificate is not valid yet'],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'tls',
      'its certificate is self-signed; name it, or the authority behind it, in `ca`',
    ],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', authority],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', authority],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', authority],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'its certificate is for another host name'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'it does not speak https on this port'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'tls', 'it does not speak https on this port'],
    [
      'ERR_SSL_UNEXPECTED_MESSAGE',
      'tls',
      'the TLS handshake failed; does this port speak https, and a version of TLS that both ends know?',
    ],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'tls',
      'it asks for a client certificate; set `clientCertificate`',
    ],
  ])('%s', (code, reason, sentence) => {
    const expected = { kind: 'deferred', reason, detail: `${origin}: ${sentence} (${code})` };
    expect(outcomeOf(coded(code))).toEqual(expected);
    // Node.js' own fetch wraps what the network said.
    expect(outcomeOf(new TypeError('fetch failed', { cause: coded(code) }))).toEqual(expected);
  });

  it.each([
    ['EADDRNOTAVAIL', 'unreachable'],
    ['ERR_OSSL_EVP_UNSUPPORTED', 'tls'],
    ['CRL_HAS_EXPIRED', 'tls'],
    ['INVALID_CA', 'tls'],
    ['EPROTO', 'tls'],
    ['EPROTOTYPE', 'unreachable'],
    ['OUT_OF_MEM', 'tls'],
    ['OUT_OF_MEMORY', 'unreachable'],
    ['XCERT_', 'unreachable'],
  ])('%s has only its code', (code, reason) => {
    expect(outcomeOf(coded(code))).toEqual({ kind: 'deferred', reason, detail: `${origin}: ${code}` });
  });
});

it('a shortage of this machine is told before what the client made of it, and after the deadline', () => {
  const short = { signal: running, shortage: 'EMFILE' } as const;
  expect(outcomeOfFailure(coded('ENOTFOUND'), origin, short)).toEqual({
    kind: 'deferred',
    reason: 'out-of-resources',
    detail: `${origin}: ${shortageWords.EMFILE}`,
  });
  expect(
    outcomeOfFailure(coded('ENOTFOUND'), origin, { ...short, signal: AbortSignal.abort() }),
  ).toMatchObject({
    reason: 'timeout',
  });
});

describe('too late is', () => {
  it.each(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])(
    '%s of the client',
    (code) => {
      expect(outcomeOf(coded(code))).toEqual({
        kind: 'deferred',
        reason: 'timeout',
        detail: `${origin} did not answer in time (${code})`,
      });
    },
  );

  it('the deadline, whatever the client made of it', () => {
    expect(outcomeOf(coded('ECONNRESET'), AbortSignal.abort())).toEqual({
      kind: 'deferred',
      reason: 'timeout',
      detail: `${origin} did not answer in time`,
    });
  });

  it.each(['XETIMEDOUT', 'ETIMEDOUTX'])('but not %s', (code) => {
    expect(outcomeOf(coded(code))).toMatchObject({ reason: 'unreachable' });
  });
});

describe('an answer that is not HTTP is a fault of the server:', () => {
  it.each(['HPE_INVALID_CONSTANT', 'UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'])(
    '%s',
    (code) => {
      expect(outcomeOf(coded(code))).toEqual({
        kind: 'deferred',
        reason: 'server-error',
        detail: `${origin} does not answer in HTTP (${code})`,
      });
    },
  );

  it('also where the client has no code for it', () => {
    expect(outcomeOf(Object.assign(new Error('x'), { name: 'HTTPParserError' }))).toMatchObject({
      detail: `${origin} does not answer in HTTP (HPE_UNKNOWN)`,
    });
  });

  it.each(['XHPE_', 'UND_ERR_HEADERS_OVERFLOWED'])('but not %s', (code) => {
    expect(outcomeOf(coded(code))).toMatchObject({ reason: 'unreachable' });
  });
});

it.each([
  ['no error', 'x'],
  ['an error without a code', new Error('x')],
  ['an error whose code is no text', coded(7)],
  ['a wrong use of the client', coded('UND_ERR_INVALID_ARG')],
  ['a wrong use of Node.js', coded('ERR_INVALID_ARG_TYPE')],
  ['a code that only something else has', Object.assign(new Error('x'), { cause: { code: 'ECONNREFUSED' } })],
])('%s is a bug, and thrown as it is', (_what, error) => {
  expect(() => outcomeOf(error)).toThrow();
  try {
    outcomeOf(error);
  } catch (thrown) {
    expect(thrown).toBe(error);
  }
});
