import { expect, it } from 'vitest';
import { addressOf, clientOptions, defaultClientId } from './client-options.ts';
import { MqttSection } from './section.ts';

const optionsFor = (section: object) =>
  clientOptions(MqttSection.parse({ kind: 'mqtt', name: 'broker', ...section }), {
    version: 5,
    hostname: 'host-a',
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

it('leaves nothing to the memory of the library', async () => {
  expect(await optionsFor({ url: 'mqtt://b' })).toMatchObject({
    options: { reconnectPeriod: 0, queueQoSZero: false, clean: true, resubscribe: false },
  });
});

it('says which certificate file it cannot read', async () => {
  expect(await optionsFor({ url: 'mqtts://b', ca: '/no/such/ca.pem' })).toEqual({
    kind: 'failed',
    failure: { reason: 'tls', detail: 'Cannot read /no/such/ca.pem (ENOENT).' },
  });
});

it('has a last will unless that is turned off', async () => {
  expect(await optionsFor({ url: 'mqtt://b' })).toHaveProperty('options.will.retain', true);
  expect(await optionsFor({ url: 'mqtt://b', will: false })).not.toHaveProperty('options.will');
});
