import { describe, expect, it } from 'vitest';
import type { CheckFailureReason } from '../license/observation.ts';
import { failureOf } from './failure.ts';
import type { Attempt } from './tls-failure.ts';

const attempt: Attempt = {
  host: 'sense',
  port: 4242,
  viaProxy: false,
  service: 'repository service',
  timeoutMs: 10_000,
  isLate: false,
  isStopped: false,
  isConnected: false,
  hasGreeted: false,
  hasAnswered: false,
  shortage: undefined,
  rootEndedOn: null,
  serverEndsOn: null,
};

const withCode = (code: string) => Object.assign(new Error('planted message'), { code });

it('for want of files is a fault of this machine, whatever the error is called', () => {
  const failure = failureOf(withCode('ENOTFOUND'), { ...attempt, shortage: 'EMFILE' });
  expect(failure.reason).toBe('out-of-resources');
  expect(failure.detail).toMatch(/sense:4242 cannot be asked: .*limit of open files/);
});

describe('an error of the connection', () => {
  it.each<[string, CheckFailureReason, RegExp]>([
    ['ENOTFOUND', 'name-not-found', /name sense cannot be resolved/],
    ['EAI_AGAIN', 'name-not-found', /DNS/],
    ['ECONNREFUSED', 'refused', /Nothing listens on sense:4242/],
    ['EHOSTUNREACH', 'unreachable', /no way to sense:4242/],
    ['ENETUNREACH', 'unreachable', /firewalls/],
    ['ETIMEDOUT', 'timeout', /did not accept a connection/],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', /firewall/],
    ['ECONNRESET', 'reset', /closed the connection/],
    ['CERT_HAS_EXPIRED', 'tls-expired', /certificate of sense:4242 has ended/],
    ['CERT_NOT_YET_VALID', 'tls-expired', /clock/],
    ['INVALID_PURPOSE', 'tls-untrusted', /set tls\.sha256/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-untrusted', /recreated by an upgrade.*export them again/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-untrusted', /recreated by an upgrade/],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'client-certificate-missing',
      /asks for a client certificate/,
    ],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'client-certificate-expired', /client certificate has ended/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client-certificate-refused', /not accept the client certificate/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'client-certificate-refused', /export them again/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-failed', /tls\.minVersion/],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls-failed', /TLS 1\.2/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed', /does not speak TLS/],
    ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN', 'client-certificate-refused', /export them again/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'tls-failed', /handshake with sense:4242 failed/],
    ['EPROTO', 'tls-failed', /handshake with sense:4242 failed/],
    ['HPE_INVALID_CONSTANT', 'unexpected-status', /is not HTTP/],
    ['SOMETHING_NEW', 'internal', /SOMETHING_NEW/],
  ])('%s is %s', (code, reason, sentence) => {
    const failure = failureOf(withCode(code), attempt);

    expect(failure.reason).toBe(reason);
    expect(failure.detail).toMatch(sentence);
    expect(failure.detail).not.toContain('planted');
  });

  it('looks into what wraps it', () => {
    const wrapped = Object.assign(
      new Error('x', { cause: withCode('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') }),
      {
        code: 'UND_ERR_SOCKET',
      },
    );
    const several = new AggregateError([withCode('ENETUNREACH'), withCode('ECONNREFUSED')]);

    expect(failureOf(wrapped, attempt).reason).toBe('client-certificate-missing');
    expect(failureOf(several, attempt).reason).toBe('refused');
  });

  it('is a matter of the client certificate when a host that never answered closes once it has greeted', () => {
    const connected = { ...attempt, hasGreeted: true };

    expect(failureOf(withCode('UND_ERR_SOCKET'), connected)).toMatchObject({
      reason: 'client-certificate-refused',
      detail: expect.stringMatching(/probably does not accept the client certificate.*may be restarting/),
    });
    expect(failureOf(withCode('ECONNRESET'), { ...connected, viaProxy: true }).reason).toBe(
      'client-certificate-missing',
    );
    expect(failureOf(withCode('ECONNRESET'), { ...connected, hasAnswered: true }).reason).toBe('reset');
  });

  it('names the root certificate when that has ended', () => {
    const failure = failureOf(withCode('CERT_HAS_EXPIRED'), { ...attempt, rootEndedOn: '2026-01-31' });

    expect(failure.detail).toContain('root certificate of the site ended on 2026-01-31');
  });

  it('tells a passed deadline from a caller that gave up, whatever the error says', () => {
    expect(failureOf(withCode('ECONNRESET'), { ...attempt, isLate: true, isConnected: true })).toMatchObject({
      reason: 'timeout',
      detail: expect.stringContaining('did not answer in full within 10000 ms'),
    });
    expect(failureOf(withCode('ECONNRESET'), { ...attempt, isStopped: true }).detail).toContain(
      'was stopped',
    );
  });

  it('repeats of a certificate only what can be a name', () => {
    const error = Object.assign(withCode('ERR_TLS_CERT_ALTNAME_INVALID'), {
      cert: { subjectaltname: 'DNS:sense.lab.example.com, IP Address:10.0.0.5, DNS:<script>, DNS:a\nb' },
    });

    const failure = failureOf(error, attempt);

    expect(failure.reason).toBe('tls-name-mismatch');
    expect(failure.detail).toContain('for sense.lab.example.com, 10.0.0.5. Use');
    expect(failure.detail).toContain('tls.serverName: sense.lab.example.com');
  });

  it.each([undefined, null, 'text', 42, {}, new Error('planted'), withCode('planted code\n')])(
    'is internal when it is nothing known: %j',
    (error) => {
      const failure = failureOf(error, attempt);

      expect(failure.reason).toBe('internal');
      expect(failure.detail).not.toContain('planted');
    },
  );
});
