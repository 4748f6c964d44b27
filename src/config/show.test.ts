import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { starterConfig } from './init.ts';
import { loadConfig } from './load-config.ts';
import { renderConfig } from './show.ts';

const load = (yaml: string) =>
  loadConfig('/etc/ls/config.yaml', { env: {}, readFile: async () => new TextEncoder().encode(yaml) });

it('shows what takes effect, with durations in words and no secret', async () => {
  const shown = renderConfig(
    await load(`
sites:
  - { name: prod, host: sense, certificates: { cert: a, key: b, ca: c, passphrase: planted-1 }, timeout: 90500 ms }
  - { name: jwt, host: sense, proxy: { jwt: planted-2 } }
alerts: { remind: 12 h }
destinations:
  - { name: hook, kind: webhook, url: "https://hooks.example.com/planted-3?k=planted-4", bearerToken: planted-5,
      headers: { X-Key: planted-6 }, signingSecrets: [planted-7] }
  - { name: influx, kind: influxdb, version: 1, url: "http://influx:8086", database: d, user: u, password: planted-8 }
  - { name: broker, kind: mqtt, url: "mqtts://broker", user: u, password: planted-9 }
heartbeat: { url: "https://anna:planted-10@watchdog.example.com/planted-11/fail", ca: ca.pem }
`),
  );
  expect(shown).not.toContain('planted');
  expect(parse(shown)).toMatchObject({
    sites: [
      {
        name: 'prod',
        hosts: ['sense'],
        certificates: { cert: '/etc/ls/a', passphrase: '***' },
        timeout: '90500 ms',
      },
      { proxy: { jwt: '***' } },
    ],
    alerts: { remind: '12 h', remindFromDays: 7, visibility: { after: '1 h' } },
    destinations: [
      {
        url: 'https://hooks.example.com/***',
        bearerToken: '***',
        headers: { 'X-Key': '***' },
        signingSecrets: ['***'],
      },
      { url: 'http://influx:8086', password: '***', giveUpAfter: '7 d', timeout: '10 s' },
      { user: 'u', password: '***', keepAlive: '30 s' },
    ],
    heartbeat: { url: 'https://watchdog.example.com/***', every: '5 min', ca: '/etc/ls/ca.pem' },
    lane: { alertAfter: '1 h' },
    store: { path: '/etc/ls/license-sentinel.db', keepDays: 400 },
  });
});

it('begins with a file that loads as it stands, also with its examples switched on', async () => {
  const starter = starterConfig();
  expect(await load(starter)).toMatchObject({ sites: [{ name: 'prod' }], destinations: [] });

  const allOn = starter
    .replace('destinations: []\n', '')
    .replaceAll(/^# (?=destinations:| {2,})/gm, '')
    .replaceAll(/\$\{[^}\n]*\}/g, 'secret');
  const config = await load(allOn);
  expect(config.destinations.map(({ name }) => name)).toEqual(['metrics', 'broker', 'oncall']);
});

it('says in the file to begin with what the defaults are', async () => {
  const minimal = await load(
    'sites: [{ name: prod, host: sense.example.com, certificates: certificates/prod }]',
  );
  const starter = await load(starterConfig().replace('tags: { environment: production }', 'tags: {}'));
  expect(starter).toEqual(minimal);
});
