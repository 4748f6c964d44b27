import { describe, expect, it } from 'vitest';
import { addressOf, clientOptions, defaultClientId } from './client-options.ts';
import { MqttSection } from './section.ts';

/** Files hold nothing but their name, unless `read` says otherwise. */
const optionsFor = (section: object, read = async (path: string) => Buffer.from(path)) =>
  clientOptions(MqttSection.parse({ kind: 'mqtt', name: 'broker', ...section }), {
    version: 5,
    hostname: 'host-a',
    read,
  });

it.each([
  ['mqtt://b', 'mqtt', 'b', 1883],
  ['mqtts://b', 'mqtts', 'b', 8883],
  ['ws://b', 'ws', 'b', 80],
  ['wss://b:8443/mqtt?x=1', 'wss', 'b', 8443],
  ['mqtt://[::1]:1', 'mqtt', '::1', 1],
])('reads %s', async (url, protocol, hostname, port) => {
  expect(await optionsFor({ url })).toMatchObject({ options: { protocol, hostname, port } });
});

it('names the broker without path and query', () => {
  expect(addressOf('wss://b/mqtt?token=x')).toBe('wss://b:443');
});

it('has a client id that survives restarts and differs between hosts and destinations', () => {
  expect(defaultClientId('broker', 'host-a')).toMatch(/^license-sentinel-broker-[0-9a-f]{8}$/);
  expect(defaultClientId('broker', 'host-a')).toBe(defaultClientId('broker', 'host-a'));
  expect(defaultClientId('broker', 'host-a')).not.toBe(defaultClientId('broker', 'host-b'));
});

it('leaves nothing to the memory of the library, and sends no more than it has to', async () => {
  expect(await optionsFor({ url: 'mqtt://b', timeout: '7 s', keepAlive: '5500 ms' })).toStrictEqual({
    kind: 'options',
    options: {
      protocol: 'mqtt',
      hostname: 'b',
      port: 1883,
      protocolVersion: 5,
      clientId: defaultClientId('broker', 'host-a'),
      clean: true,
      keepalive: 6,
      connectTimeout: 7_000,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      writeCache: false,
      log: expect.any(Function),
      will: {
        topic: 'license-sentinel/availability',
        payload: Buffer.from('offline'),
        qos: 1,
        retain: true,
      },
      rejectUnauthorized: true,
    },
  });
});

it('logs in as it is told', async () => {
  const section = { url: 'mqtt://b', user: 'me', password: 's3cr3t', clientId: 'own id' };
  expect(await optionsFor(section)).toMatchObject({
    options: { username: 'me', password: 's3cr3t', clientId: 'own id' },
  });
});

it('asks for the path of a WebSocket, which has no longer for its handshake than an attempt, nor sends more at a time than a packet has', async () => {
  const section = { url: 'wss://b/mqtt?x=1', timeout: '7 s' };
  const plain = await optionsFor(section);
  expect(plain).toMatchObject({ options: { path: '/mqtt?x=1' } });
  expect(plain.kind === 'options' && plain.options.wsOptions).toStrictEqual({
    handshakeTimeout: 7_000,
    maxPayload: 4 * 1024 * 1024,
  });
});

it('keeps the brackets of an address where the library takes it as part of a url', async () => {
  expect(await optionsFor({ url: 'ws://[::1]' })).toMatchObject({ options: { hostname: '[::1]' } });
});

it('checks the certificate for the name that it is given, over WebSockets too, or not at all', async () => {
  expect(await optionsFor({ url: 'mqtts://b', serverName: 'other', verify: false })).toMatchObject({
    options: { servername: 'other', rejectUnauthorized: false },
  });
  const webSocket = await optionsFor({ url: 'wss://b', serverName: 'other' });
  expect(webSocket).toHaveProperty('options.servername', 'other');
  expect(webSocket).toHaveProperty('options.wsOptions.servername', 'other');
});

describe('with certificates', () => {
  const url = 'mqtts://b';
  const pair = { cert: 'cert.pem', key: 'key.pem' };

  it('reads them', async () => {
    const options = await optionsFor({ url, ca: 'ca.pem', clientCertificate: pair });
    expect(options).toMatchObject({
      options: { ca: Buffer.from('ca.pem'), cert: Buffer.from('cert.pem'), key: Buffer.from('key.pem') },
    });
    expect(options).not.toHaveProperty('options.passphrase');
  });

  it('hands over the passphrase of the key', async () => {
    const clientCertificate = { ...pair, passphrase: 's3cr3t' };
    expect(await optionsFor({ url, clientCertificate })).toMatchObject({ options: { passphrase: 's3cr3t' } });
  });

  const failing = (code: string) => async (path: string) => {
    // An error of reading, unlike one of opening, does not say of which file.
    if (path === 'key.pem') throw Object.assign(new Error(`${code}: read`), { code });
    return Buffer.from(path);
  };

  it('says which file it cannot read, and why', async () => {
    expect(await optionsFor({ url, ca: 'ca.pem', clientCertificate: pair }, failing('EISDIR'))).toEqual({
      kind: 'failed',
      failure: { reason: 'tls', detail: 'Cannot read key.pem (EISDIR).' },
    });
  });

  it('blames no certificate when no file can be opened any more', async () => {
    expect(await optionsFor({ url, clientCertificate: pair }, failing('ENFILE'))).toEqual({
      kind: 'failed',
      failure: {
        reason: 'out-of-resources',
        detail:
          'Cannot read key.pem: this machine has as many files open as it can (ENFILE); see which program holds them.',
      },
    });
  });
});

it('has no last will when that is turned off', async () => {
  expect(await optionsFor({ url: 'mqtt://b', will: false })).not.toHaveProperty('options.will');
});
