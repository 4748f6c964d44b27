/** Whatever a Butler file holds, it is taken, or refused in lines that name a place and no secret. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { convertButlerFile } from '../../src/config/butler/convert.ts';
import { butlerJsonSchema } from '../../src/config/butler/read-settings.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { at, merged, smallestButler, type Tree } from '../fixtures/butler-file.ts';
import { bytesOf, loadOrProblems, secretBehind, toolsFor } from './config-loading.ts';
import { deep, mutated, nastyJson } from './nasty.ts';
import { property } from './runs.ts';

const MONITOR = 'qlikSenseLicense.serverLicenseMonitor';
const PASSWORD = 'Planted-Password-0815';
const watched: Tree = { ...smallestButler().Butler, webhookNotification: undefined };
/** One destination each: a file with everything takes four times as long to read, and breaks in no other way. */
const right = [
  [at(`${MONITOR}.frequency`, 'every 6 hours'), at(`${MONITOR}.alert`, { thresholdDays: 60 })],
  [
    at(`${MONITOR}.destination`, { influxDb: { enable: true } }),
    at('influxDb', {
      enable: true,
      hostIP: 'influx.test',
      version: 1,
      tag: { static: [{ name: 'env', value: 'lab' }] },
      v1Config: { dbName: 'd', auth: { enable: true, username: 'joe', password: PASSWORD } },
    }),
  ],
  [
    at(`${MONITOR}.destination`, { mqtt: { enable: true } }),
    at('mqttConfig', { enable: true, brokerHost: 'broker.test', qlikSenseServerLicenseTopic: 'a/b' }),
    at('heartbeat', { enable: true, remoteURL: 'https://watchdog.test/a', frequency: 'every 30 seconds' }),
  ],
].map((changes) => changes.reduce(merged, watched));
const places = right.flatMap((tree) => pathsIn(tree).map((path) => ({ tree, path })));
const names = [
  ...new Set([
    ...places.flatMap(({ path }) => path.split('.')),
    ...Object.keys(butlerJsonSchema().properties ?? {}),
  ]),
];

const document = fc.oneof(
  { weight: 8, arbitrary: mutated(fc.constantFrom(...right.map((Butler) => JSON.stringify({ Butler })))) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...places), nastyJson(names))
      .map(([{ tree, path }, json]) => JSON.stringify({ Butler: merged(tree, at(path, JSON.parse(json))) })),
  },
  { weight: 4, arbitrary: nastyJson(names).map((json) => `{"Butler":${json}}`) },
);
const cases = fc.record({
  text: document,
  bytes: bytesOf,
  isDeep: fc.nat(1000),
  depth: deep.map((value) => `{"Butler":{"qlikSenseLicense":${value}}}`),
  isConverted: fc.nat(9).map((one) => one === 0),
});
const FILE = '/srv/butler/config/production.yaml';

describe('a Butler file', () => {
  property(
    'of any kind is taken, or refused in lines with a place and without a secret',
    cases,
    async (one) => {
      const bytes = one.bytes(one.isDeep === 0 ? one.depth : one.text);
      const loaded = await loadOrProblems(FILE, bytes);
      if ('problems' in loaded) {
        expect(loaded.message).not.toContain(secretBehind);
        expect(loaded.message).not.toContain(PASSWORD);
        const lines = loaded.message.split('\n');
        expect(lines).toHaveLength(loaded.problems.length);
        for (const line of lines)
          expect(line).toMatch(/^\/srv\/butler\/config\/production\.yaml(?::\d+:\d+)? \S/);
      } else if (one.isConverted) {
        const converted = await convertButlerFile(FILE, toolsFor(FILE, bytes)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ConfigError);
          return undefined;
        });
        if (converted !== undefined) {
          expect(converted.yaml).not.toContain(secretBehind);
          expect(await loadOrProblems(FILE, Buffer.from(converted.yaml))).toHaveProperty('config');
        }
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});

function pathsIn(tree: Tree, before = ''): string[] {
  return Object.entries(tree).flatMap(([key, child]) => {
    const path = `${before}${key}`;
    const isTree = child !== null && typeof child === 'object' && !Array.isArray(child);
    return isTree ? [path, ...pathsIn(child as Tree, `${path}.`)] : [path];
  });
}
