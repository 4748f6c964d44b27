/** The other commands, through the real command line. */
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { parse } from 'yaml';
import {
  blacklistedLicense,
  expiredLicense,
  noLicense,
  perpetualLicense,
  signedLicense,
  unreadableLicense,
} from '../../src/simulator/license-text.ts';
import { freePort } from '../servers/free-port.ts';
import { newFolder, runProgram, startProgram, writeConfig } from './program.ts';
import { type Site, startSite } from './site.ts';

type Cleanup = TestContext['onTestFinished'];
type Licenses = (dateIn: Site['dateIn']) => unknown;

const brokenConfig = `sites:
  - name: prod
    hots: sense
    certificates: certificates
    port: 70000
  - name: prod
    host: other
    certificates: certificates
    check: every blue moon
destinations:
  - { name: hook, kind: webhook, url: nowhere, sendAlerts: true }
`;

describe('check', () => {
  const byCode: readonly [number, string, string, Licenses | 'down'][] = [
    [0, 'OK', 'ok', (dateIn) => signedLicense({ endDate: dateIn(200) })],
    [1, 'WARNING', 'warning', (dateIn) => signedLicense({ endDate: dateIn(30) })],
    [2, 'CRITICAL', 'critical', (dateIn) => signedLicense({ endDate: dateIn(5) })],
    [3, 'UNKNOWN', 'unknown', 'down'],
  ];
  it.concurrent.for(byCode)(
    'ends with %i and says %s, in every format',
    { timeout: 60_000 },
    async ([code, nagiosWord, word, license], { onTestFinished }) => {
      const { site, check } = await prepare(onTestFinished);
      if (license === 'down') await site.goDown();
      else site.setLicense(license((days) => site.dateIn(days)));
      const [text, json, nagios] = await Promise.all([check('text'), check('json'), check('nagios')]);
      expect([text, json, nagios].map((answer) => answer.code)).toEqual([code, code, code]);
      expect([text, json, nagios].map(({ stderr }) => stderr)).toEqual(['', '', '']);
      const { sites } = JSON.parse(json.stdout) as { sites: [{ daysLeft: number | null }] };
      const days = sites[0].daysLeft ?? 'U';
      expect(text.stdout).toMatch(new RegExp(`^${word} +prod `));
      expect(nagios.stdout).toMatch(
        new RegExp(
          `^QLIK LICENSE ${nagiosWord} - prod: [^|]+ \\| 'prod_days_left'=${days};91:;8: 'prod_time'=[0-9.]+s\\n$`,
        ),
      );
      expect(sites[0]).toMatchObject({ site: 'prod', reachable: license !== 'down' });
      if (license === 'down')
        expect(sites[0]).toMatchObject({ reason: 'refused', state: null, daysLeft: null });
    },
  );

  const states: readonly [string, number, number | null, Licenses][] = [
    ['expired', 2, -1, (dateIn) => expiredLicense({ endDate: dateIn(-1) })],
    ['blocked', 2, 100, (dateIn) => blacklistedLicense({ endDate: dateIn(100) })],
    ['missing', 2, null, () => noLicense],
    ['unreadable', 1, null, () => unreadableLicense()],
    ['perpetual', 0, null, () => perpetualLicense()],
  ];
  it.concurrent.for(states)(
    'knows a license that is %s, and ends with %i',
    { timeout: 60_000 },
    async ([state, code, daysLeft, license], { onTestFinished }) => {
      const { site, check } = await prepare(onTestFinished);
      site.setLicense(license((days) => site.dateIn(days)));
      const answer = await check('json');
      expect(JSON.parse(answer.stdout)).toMatchObject({ sites: [{ state, daysLeft, reachable: true }] });
      expect(answer.code).toBe(code);
    },
  );

  it.concurrent('ends with the worst of several sites, and with 3 only if nothing is worse', {
    timeout: 60_000,
  }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const fine = await startSite(onTestFinished, folder, 200);
    const entry = (name: string, { config }: Site) =>
      config.replace('sites:\n', '').replace('web: false\n', '').replace('name: prod', `name: ${name}`);
    const folderOfSecond = await newFolder(onTestFinished);
    const second = await startSite(onTestFinished, folderOfSecond, 30);
    const entries = `${entry('fine', fine)}${entry('second', second).replace(': certificates', `: ${folderOfSecond}/certificates`)}`;
    await writeConfig(folder, `sites:\n${entries}`);
    const check = (...args: string[]) =>
      runProgram(onTestFinished, folder, ['check', '-c', 'config.yaml', ...args]);
    expect((await check()).code).toBe(1);
    expect((await check('--site', 'fine')).code).toBe(0);
    await second.goDown();
    expect((await check()).code).toBe(3);
    fine.endsIn(3);
    expect((await check()).code).toBe(2);
  });

  it.concurrent('ends with 3 when it is asked wrongly, because 2 would mean a critical license', {
    timeout: 60_000,
  }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    await writeConfig(folder, brokenConfig);
    const run = (...args: string[]) => runProgram(onTestFinished, folder, args);
    const answers = await Promise.all([
      run('check'),
      run('check', '-c', 'nothing.yaml'),
      run('check', '-c', 'config.yaml', '-f', 'nagios'),
      run('check', '-c', 'config.yaml', '-f', 'xml'),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([3, 3, 3, 3]);
    expect(answers[1]!.stderr).toContain('nothing.yaml');
    expect(answers[2]!.stdout).toMatch(/^QLIK LICENSE UNKNOWN - \d problems/);
  });
});

describe('a configuration with mistakes', () => {
  it.concurrent.for(['run', 'config check', 'config show'])(
    'makes %s end with 2 and tell all of them, with their places',
    { timeout: 60_000 },
    async (command, { onTestFinished }) => {
      const folder = await newFolder(onTestFinished);
      await writeConfig(folder, brokenConfig);
      const { code, stdout, stderr } = await runProgram(onTestFinished, folder, [
        ...command.split(' '),
        '-c',
        'config.yaml',
      ]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      for (const problem of [
        /config\.yaml:3:\d+ .*hots: .*did you mean "hosts?"/,
        /config\.yaml:5:\d+ .*port: /,
        /config\.yaml:6:\d+ .*name: .*taken/,
        /config\.yaml:9:\d+ .*check: not a schedule/,
        /config\.yaml:11:\d+ .*url: /,
        /config\.yaml:11:\d+ .*sendAlerts: .*did you mean "sendAlert"/,
      ]) {
        expect(stderr).toMatch(problem);
      }
    },
  );
});

describe('config', () => {
  it.concurrent('init prints a file that check finds fine and show understands', { timeout: 60_000 }, async ({
    onTestFinished,
  }) => {
    const folder = await newFolder(onTestFinished);
    const run = (...args: string[]) => runProgram(onTestFinished, folder, ['config', ...args]);
    const init = await run('init');
    expect(init.code).toBe(0);
    await writeConfig(folder, init.stdout);
    const check = await run('check', '-c', 'config.yaml');
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(check.stdout).toMatch(/^config\.yaml: fine\. 1 site, 0 destinations\./);
    const show = await run('show', '-c', 'config.yaml');
    expect(show.code).toBe(0);
    expect(parse(show.stdout)).toMatchObject({
      sites: [{ name: 'prod', check: 'every 6 hours', timeZone: 'UTC' }],
    });
  });

  it.concurrent('schema prints a JSON Schema that names every section', { timeout: 60_000 }, async ({
    onTestFinished,
  }) => {
    const folder = await newFolder(onTestFinished);
    const { code, stdout } = await runProgram(onTestFinished, folder, ['config', 'schema']);
    expect(code).toBe(0);
    const { properties } = JSON.parse(stdout) as { properties: object };
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(['sites', 'alerts', 'destinations', 'store', 'log']),
    );
  });
});

// Polling needs to know its test, which the common `expect` does not where tests run side by side.
it.concurrent('the simulator says how to reach it, and check can', { timeout: 60_000 }, async ({
  onTestFinished,
  expect,
}) => {
  const folder = await newFolder(onTestFinished);
  const versionPort = await freePort();
  const simulator = startProgram(onTestFinished, folder, [
    'simulator',
    '--port',
    '0',
    '--version-port',
    `${versionPort}`,
    '--days',
    '10',
    '--folder',
    join(folder, 'c'),
  ]);
  await expect.poll(() => simulator.stdout(), { timeout: 30_000 }).toContain('Ctrl-C');
  const config = /^sites:\n(?: .*\n)+/m.exec(simulator.stdout())![0];
  expect(config).toContain(`versionPort: ${versionPort}\n`);
  await writeConfig(folder, config);
  const { code, stdout } = await runProgram(onTestFinished, folder, [
    'check',
    '-c',
    'config.yaml',
    '-f',
    'json',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ sites: [{ site: 'simulated', reachable: true, daysLeft: 10 }] });
  expect(code).toBe(1);
  expect(await simulator.stop('SIGINT')).toMatchObject({ code: 0 });
});

it.concurrent('demo --fast ends by itself, and what it counts is what it showed', {
  timeout: 90_000,
}, async ({ onTestFinished }) => {
  const folder = await newFolder(onTestFinished);
  const startedMs = performance.now();
  const { code, stdout, stderr } = await runProgram(onTestFinished, folder, ['demo', '--fast'], {
    lucky: false,
  });
  expect(performance.now() - startedMs).toBeLessThan(60_000);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const tally = /(\d+) alerts reached the webhook and (\d+) the broker/.exec(stdout)!.slice(1).map(Number);
  const shown = (through: string) =>
    [...stdout.matchAll(new RegExp(`^ +${through} +◀ \\w+ +(prod: .*?)(?:  \\(.*)?$`, 'gm'))].map(
      ([, title]) => title!,
    );
  expect(tally).toEqual([shown('webhook').length, shown('mqtt').length]);
  expect(shown('mqtt')).toEqual(shown('webhook'));
  expect(
    shown('webhook').map((title) => /in \d+ days|tomorrow|today|yesterday|renewed/.exec(title)?.[0]),
  ).toEqual([
    ...[90, 60, 30, 14, 7, 6, 5, 3].map((days) => `in ${days} days`),
    'tomorrow',
    'today',
    'yesterday',
    'renewed',
  ]);
});

it.concurrent('a command that does not exist, or lacks its configuration, ends with 2', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const folder = await newFolder(onTestFinished);
  const answers = await Promise.all(
    [['chekc'], ['run'], ['run', '-c', 'nothing.yaml']].map((args) =>
      runProgram(onTestFinished, folder, args),
    ),
  );
  expect(answers.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(answers[0]!.stderr).toContain('check');
  expect(answers[2]!.stderr).toContain('nothing.yaml');
});

async function prepare(cleanup: Cleanup) {
  const folder = await newFolder(cleanup);
  const site = await startSite(cleanup, folder);
  await writeConfig(folder, site.config);
  const check = (format: string) => runProgram(cleanup, folder, ['check', '-c', 'config.yaml', '-f', format]);
  return { site, check };
}
