import { describe, expect, it } from 'vitest';
import { networkFailure } from './network-failure.ts';
import { connectFailure, disconnectFailure, isVersionRefused, publishOutcome } from './reason-codes.ts';

describe('the answer to a message', () => {
  it.each([
    [0x00, 'success', 'accepted', undefined],
    [0x10, 'no matching subscribers', 'accepted', undefined],
    [0x80, 'unspecified error', 'deferred', 'server-error'],
    [0x83, 'implementation specific error', 'deferred', 'server-error'],
    [0x87, 'not authorized', 'deferred', 'unauthorized'],
    [0x90, 'topic name invalid', 'rejected', 'refused'],
    [0x91, 'packet identifier in use', 'deferred', 'server-error'],
    [0x97, 'quota exceeded', 'deferred', 'rate-limited'],
    [0x99, 'payload format invalid', 'rejected', 'refused'],
  ])('%i (%s) is %s', (code, _, kind, reason) => {
    expect(publishOutcome(code, 'a/b')).toMatchObject({ kind, ...(reason !== undefined && { reason }) });
  });

  it.each([
    [0x80, 'deferred', 'The broker did not take the message for a/b (code 128); see its log.'],
    [
      0x87,
      'deferred',
      'The broker does not allow this client to publish to a/b: mend its access rules or `topics`.',
    ],
    [0x90, 'rejected', 'The broker refused the message (code 144): the topic name a/b is not valid there.'],
    [0x97, 'deferred', 'The broker takes no more messages for now (quota exceeded).'],
    [
      0x99,
      'rejected',
      'The broker refused the message (code 153): it does not take the format of the message.',
    ],
  ])('%i, where it is %s, is told as: %s', (code, kind, detail) => {
    expect(publishOutcome(code, 'a/b')).toMatchObject({ kind, detail });
  });
});

describe('the answer to a connection request', () => {
  it.each([
    [1, 'refused', '`version: auto`'],
    [2, 'refused', '`clientId`'],
    [3, 'server-error', 'not available'],
    [4, 'unauthorized', '`password`'],
    [5, 'unauthorized', '`password`'],
    [0x84, 'refused', '`version: auto`'],
    [0x85, 'refused', '`clientId`'],
    [0x86, 'unauthorized', '`password`'],
    [0x87, 'unauthorized', '`password`'],
    [0x88, 'server-error', 'not available'],
    [0x8a, 'unauthorized', 'banned'],
    [0x8c, 'unauthorized', 'another way'],
    [0x90, 'refused', '`topics.availability`'],
    [0x95, 'refused', 'last will'],
    [0x97, 'rate-limited', 'quota'],
    [0x99, 'refused', '`will: false`'],
    [0x9a, 'refused', 'retained'],
    [0x9b, 'refused', '`qos: 1`'],
    [0x9d, 'redirected', '`url`'],
    [0x9f, 'rate-limited', 'rate'],
  ])('%i is %s, and says so', (code, reason, hint) => {
    expect(connectFailure(code)).toEqual({ reason, detail: expect.stringContaining(hint) });
  });

  it('counts as a refused version only where it says that', () => {
    expect([1, 2, 3, 5, 0x84, 0x85].filter(isVersionRefused)).toEqual([1, 0x84]);
  });
});

describe('a connection that the broker ends', () => {
  it.each([
    [0x87, 'unauthorized', 'not authorized'],
    [0x8b, 'unreachable', 'ended the connection'],
    [0x8e, 'unreachable', 'same client id'],
    [0x97, 'rate-limited', 'too many'],
  ])('with %i is %s', (code, reason, hint) => {
    expect(disconnectFailure(code)).toEqual({ reason, detail: expect.stringContaining(hint) });
  });
});

describe('a failure of the network', () => {
  it.each([
    ['ECONNREFUSED', 'unreachable', 'nobody listens'],
    ['ENOTFOUND', 'unreachable', 'host name'],
    ['EAI_AGAIN', 'unreachable', 'the name service does not answer.'],
    ['EHOSTUNREACH', 'unreachable', 'there is no way to this host.'],
    ['ENETUNREACH', 'unreachable', 'there is no way to this network.'],
    ['ETIMEDOUT', 'unreachable', 'no answer. Does a firewall stand between?'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', '`ca` to the file of its authority'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', '`ca`'],
    ['ECONNRESET', 'unreachable', 'TLS'],
    ['EWHATEVER', 'unreachable', '(EWHATEVER): as it says.'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', '`ca`'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', '`ca`'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', '`serverName`'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls', '`clientCertificate`'],
    ['ERR_OSSL_BAD_DECRYPT', 'tls', 'as it says'],
    ['ERR_SSL_UNEXPECTED_MESSAGE', 'tls', ': the TLS handshake failed. Does this port speak TLS'],
    ['ERR_SSL_DATA_LENGTH_TOO_LONG', 'tls', 'a version of it that both ends know?'],
    ['CERT_HAS_EXPIRED', 'tls', 'expired'],
  ])('%s is %s', (code, reason, hint) => {
    const failure = networkFailure(Object.assign(new Error('as it says'), { code }), 'mqtt://b:1883');
    expect(failure).toEqual({ reason, detail: expect.stringContaining(hint) });
    expect(failure.detail).toContain('mqtt://b:1883');
  });

  it('says that there is no TLS however that shows, also in a write, and keeps to one line', () => {
    const error = (message: string) => Object.assign(new Error(message), { code: 'EPROTO' });
    const noTls = error('write EPROTO 40:error:0A00010B:SSL routines::wrong version number:77:\n');
    expect(networkFailure(noTls, 'mqtts://b:8883').detail).toMatch(/does not speak TLS on this port\.$/);
    const tooLong = Object.assign(new Error('0A0000C6:SSL routines::packet length too long:99:'), {
      code: 'ERR_SSL_PACKET_LENGTH_TOO_LONG',
    });
    expect(networkFailure(tooLong, 'mqtts://b:8883').detail).toMatch(/does not speak TLS on this port\.$/);
    expect(networkFailure(error('write EPROTO\n 40:\n'), 'mqtts://b:8883').detail).toMatch(
      /: write EPROTO 40:\.$/,
    );
  });

  it.each([
    ['connack timeout', 'timeout', 'mqtt://b:1883 did not answer the connection request in time.'],
    ['Keepalive timeout', 'unreachable', 'mqtt://b:1883 fell silent: it no longer answers.'],
  ])('that the library calls %s is %s', (message, reason, detail) => {
    expect(networkFailure(new Error(message), 'mqtt://b:1883')).toEqual({ reason, detail });
  });

  it('of a machine that can open no connection is told as that', () => {
    expect(networkFailure(new Error('connect EMFILE'), 'mqtt://b:1883', 'ENOBUFS')).toEqual({
      reason: 'out-of-resources',
      detail:
        'Cannot talk to mqtt://b:1883: this machine has no memory left for a further connection (ENOBUFS).',
    });
  });

  it('keeps to 200 characters of what it is told, and takes it in any shape', () => {
    expect(networkFailure(new Error('x'.repeat(300)), 'a').detail).toBe(
      `Cannot talk to a: ${'x'.repeat(200)}.`,
    );
    expect(networkFailure('no error object', 'a').detail).toBe('Cannot talk to a: no error object.');
  });

  it('without a code keeps its words', () => {
    expect(networkFailure(new Error('Unexpected server response: 404'), 'ws://b:80').detail).toBe(
      'Cannot talk to ws://b:80: Unexpected server response: 404.',
    );
  });
});
