/** Butler's cases about the configuration file: what is refused before anything starts, and with which exit code. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dueAfter } from '../../src/check/due.ts';
import { parseSchedule, type Schedule } from '../../src/check/schedule.ts';
import { runCli } from '../../src/cli/cli.ts';
import { loadConfigFile } from '../../src/config/load-config.ts';
import { fakeCliIo } from '../fakes/cli-io.ts';
import { at, fullButler, merged, smallestButler, type Tree } from '../fixtures/butler-file.ts';

const MONITOR = 'Butler.qlikSenseLicense.serverLicenseMonitor';

async function fileWith(content: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'butler-start-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'production.yaml');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function run(content: unknown) {
  let err = '';
  const collect = (text: string) => {
    err += text;
  };
  const code = await runCli(['run', '--configfile', await fileWith(content)], fakeCliIo({ err: collect }));
  return { code, err };
}

const wrong: readonly (readonly [string, unknown, string])[] = [
  ['C11: the monitor is off', merged(smallestButler(), at(`${MONITOR}.enable`, false)), 'nothing to watch'],
  ['C12, N16: once a day', frequency('once a day'), 'not a schedule: "once a day"'],
  ['C12, N16: bogus', frequency('bogus'), 'not a schedule: "bogus"'],
  ['N16: every 0 seconds', frequency('every 0 seconds'), 'frequency: '],
  ['N23: it is empty', '', 'is empty'],
  ['N23: nothing stands in it', { Butler: {} }, 'is missing'],
  ['N23: the license part is missing', without('qlikSenseLicense'), 'nothing to watch'],
  [
    'N23: the license part is misspelt',
    merged(without('qlikSenseLicense'), at('Butler.qlikSenseLicence', { serverLicenseMonitor: {} })),
    'did you mean "qlikSenseLicense"?',
  ],
  [
    'N23: MQTT is on, and its part is missing',
    merged(smallestButler(), {
      Butler: {
        mqttConfig: { enable: true },
        ...(at(`${MONITOR}.destination.mqtt.enable`, true)['Butler'] as Tree),
      },
    }),
    'Butler.mqttConfig.brokerHost: is missing',
  ],
  ['N23: certificates are missing', without('cert'), 'Butler.cert.clientCert: is missing'],
  ['N23: the host is missing', without('configQRS'), 'Butler.configQRS.host: is missing'],
  [
    'N23: an address is none',
    merged(
      smallestButler(),
      at('Butler.webhookNotification.qlikSenseServerLicenseExpiryAlert.webhooks', [
        { webhookURL: 'ftp://x' },
      ]),
    ),
    'webhooks[0].webhookURL: ',
  ],
];

it.each(wrong)('%s: is refused at the start, with exit code 2 and the reason', async (_, content, words) => {
  const { code, err } = await run(content);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(err).not.toMatch(/^\s+at /m);
});

it.each([
  ['every 36 hours', 36],
  ['every 90 minutes', 1.5],
  ['every 14 days', 14 * 24],
  ['every 24 hours', 24],
])('N16, P8: %s is that long, whatever the time of day', (text, hours) => {
  const start = { wallMs: Date.parse('2026-11-29T21:17:00Z'), monotonicMs: 0 };
  const due = dueAfter(parseSchedule(text) as Schedule, start, () => 0.5);
  expect(due).toEqual({ by: 'monotonic', atMs: hours * 3_600_000 });
});

it('P10: no entry is mandatory that is not used', async () => {
  const file = await fileWith(smallestButler());
  const { config } = await loadConfigFile(file, { env: {}, readFile });
  expect(config.destinations).toHaveLength(1);
  expect(JSON.stringify(smallestButler(), null, 1).split('\n').length).toBeLessThan(50);
});

it('C18: the use of access licenses is said not to be watched', async () => {
  const on = at('Butler.qlikSenseLicense.licenseMonitor.enable', true);
  const { notTakenOver } = await loadConfigFile(await fileWith(merged(fullButler(), on)), {
    env: {},
    readFile,
  });
  expect(notTakenOver).toContainEqual({
    path: 'Butler.qlikSenseLicense.licenseMonitor',
    why: expect.stringContaining('access licenses'),
    sort: 'lost',
  });
});

function frequency(text: string): Tree {
  return merged(smallestButler(), at(`${MONITOR}.frequency`, text));
}

function without(key: string): Tree {
  return merged(smallestButler(), at(`Butler.${key}`, undefined));
}
