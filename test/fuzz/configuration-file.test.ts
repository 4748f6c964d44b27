// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration file look like this
/** Whatever a configuration file holds, it is taken, or refused in lines that name a place and no secret. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { stringify } from 'yaml';
import { configJsonSchema } from '../../src/config/schema.ts';
import { renderConfig } from '../../src/config/show.ts';
import { bytesOf, loadOrProblems, secretBehind } from './config-loading.ts';
import { deep, mutated, nastyJson, nastyText } from './nasty.ts';
import { property } from './runs.ts';

const right = [
  `sites:
  - &first { name: prod, host: sense, certificates: certs, check: every 6 hours }
  - { <<: *first, name: test, timeZone: Europe/Stockholm, manualEndDate: 2027-05-06 }
alerts: { thresholdDays: [90, 60, 30], remind: daily }
destinations:
  - name: metrics
    kind: influxdb
    version: 2
    url: "http://influx:8086"
    org: o
    bucket: b
    token: \${env:TOKEN}
    tags: { team: bi }
`,
  `sites: [{ name: a, hosts: [x, y], proxy: { jwt: "\${file:jwt}", prefix: /p, port: 443 }, tags: { a: b } }]\r
destinations:\r
  - { name: hook, kind: webhook, url: 'https://u:\${env:PW}@h/p?t=1', headers: { x-a: "\${env:H}" }, bearerToken: "\${file:t}" }\r
  - { name: m, kind: mqtt, url: mqtts://b, user: u, password: "\${env:P}", qos: 2, topics: { status: "a/{site}" } }\r
heartbeat: { url: "https://w/\${env:ID}", every: 1 min }\r
`,
  JSON.stringify({
    sites: [
      { name: 'a', host: 'b', certificates: { cert: 'c', key: 'k', ca: 'r', passphrase: '${env:PHRASE}' } },
    ],
    web: { listen: '127.0.0.1:0', auth: { tokens: [{ name: 't', secret: '${env:WEBTOKEN}', role: 'act' }] } },
    store: { path: './x.db', keepDays: 30 },
    log: { level: 'debug' },
    lane: { alertAfter: '1 h' },
  }),
];
const names = namesIn(configJsonSchema());
const section = (text: string) => `sites: [{ name: a, host: b, certificates: c }]\n${text}`;
const document = fc.oneof(
  { weight: 10, arbitrary: mutated(fc.constantFrom(...right)) },
  { weight: 6, arbitrary: nastyJson(names) },
  { weight: 4, arbitrary: nastyJson(names).map((json) => stringify(JSON.parse(json))) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...names), nastyJson(names))
      .map(([key, json]) => section(`${key}: ${json}`)),
  },
  { weight: 3, arbitrary: nastyText },
  { weight: 1, arbitrary: nastyText.map(section) },
);
const cases = fc.record({ text: document, bytes: bytesOf, isDeep: fc.nat(1000), depth: deep });

describe('a configuration file', () => {
  property(
    'of any kind is taken, or refused in lines with a place and without a secret',
    cases,
    async (one) => {
      const text = one.isDeep === 0 ? one.depth : one.text;
      const bytes = one.bytes(text);
      const loaded = await loadOrProblems('config.yaml', bytes);
      if ('problems' in loaded) {
        expect(loaded.message).not.toContain(secretBehind);
        const lines = loaded.message.split('\n');
        expect(lines).toHaveLength(loaded.problems.length);
        for (const line of lines) expect(line).toMatch(/^config\.yaml(?::\d+:\d+)? \S/);
        const last = bytes.filter((byte) => byte === 0x0a).length + 1;
        for (const { line } of loaded.problems) expect(line ?? 1).toBeLessThanOrEqual(last);
      } else {
        expect(renderConfig(loaded.config)).toContain('sites:');
        expect(loaded.config.sites.length).toBeGreaterThan(0);
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});

/** Every name that a schema has for a key. */
function namesIn(schema: unknown): string[] {
  const found = new Set<string>();
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'properties') for (const name of Object.keys(value as object)) found.add(name);
    return value;
  });
  return [...found];
}
