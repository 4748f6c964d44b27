import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { fakeCliIo } from '../../test/fakes/cli-io.ts';
import { at, fullButler, merged, smallestButler } from '../../test/fixtures/butler-file.ts';
import { runCli } from './cli.ts';
import type { CliIo } from './io.ts';

const butler = merged(
  fullButler(),
  at('Butler', {
    qlikSenseLicense: { serverLicenseMonitor: { destination: { influxDb: { enable: true } } } },
    influxDb: { enable: true, hostIP: 'influx.test', version: 2, v2Config: { token: 'shh-secret' } },
  }),
);

async function ran(...args: string[]) {
  const output = { out: '', err: '' };
  const io = {
    env: {},
    out: (text: string) => {
      output.out += text;
    },
    err: (text: string) => {
      output.err += text;
    },
  } as unknown as CliIo;
  return { code: await runCli(args, io), ...output };
}

async function fileWith(content: unknown): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'from-butler-')), 'production.yaml');
  await writeFile(file, JSON.stringify(content));
  return file;
}

it('prints a file that shows the same configuration, and warns of the secrets in it', async () => {
  const file = await fileWith(butler);
  const printed = await ran('config', 'from-butler', file);
  expect(printed).toMatchObject({ code: 0, err: expect.stringContaining('stand in this file') });
  await writeFile(file, printed.out);
  const shown = await ran('config', 'show', '--config', file);
  await writeFile(file, JSON.stringify(butler));
  expect(await ran('config', 'show', '--config', file)).toEqual(shown);
  expect(shown.out).not.toContain('shh-secret');
  expect(await readFile(file, 'utf8')).toContain('shh-secret');
});

it('ends with 2 and every problem when the file cannot be used', async () => {
  const file = await fileWith({ Butler: { logLevel: 'loud', configQRS: { prot: 1 } } });
  const { code, out, err } = await ran('config', 'from-butler', file);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Butler.logLevel: must be one of error');
  expect(err).toContain('Butler.configQRS.prot: unknown key; did you mean "port"?');
  expect(err).toContain('Butler.cert.clientCertCA: is missing');
});

it('every command takes the option by the name that Butler has for it', async () => {
  const file = await fileWith(butler);
  const { code, out } = await ran('config', 'check', '--configfile', file);
  expect({ code, out: out.split('\n')[0] }).toEqual({
    code: 0,
    out: `${file}: fine. 1 site, 1 destination.`,
  });
  expect((await ran('config', 'check', `--configfile=${file}`)).code).toBe(0);
});

it('check tells in a few lines what has no effect, and counts what nobody will miss', async () => {
  const more = at('Butler', { fileLogging: true, brandNewThing: 1 });
  const file = await fileWith(merged(butler, more));
  const { out } = await ran('config', 'check', '-c', file);
  expect(out.split('\n').slice(1)).toEqual([
    'Not taken over:',
    '  Butler.fileLogging: the log goes to standard output; let the service manager or the container keep it',
    '  Butler.brandNewThing: is not known',
    expect.stringMatching(/^Not looked at: \d parts switched off, \d+ parts of Butler's other work\.$/),
    `All of it, with the reasons: license-sentinel config from-butler ${file}`,
    '',
  ]);
  const newer = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`brandNewThing${n}`, n]));
  const long = await ran('config', 'check', '-c', await fileWith(merged(butler, at('Butler', newer))));
  expect(long.out.split('\n')).toHaveLength(15);
  expect(long.out).toContain('20 parts without effect');
  const small = await ran('config', 'check', '-c', await fileWith(smallestButler()));
  expect(small.out.split('\n')).toHaveLength(2);
});

it('run logs once what has no effect', async () => {
  const file = await fileWith(merged(smallestButler(), at('Butler', { fileLogging: true, scheduler: {} })));
  const stdout = new PassThrough({ encoding: 'utf8' });
  const code = await runCli(['run', '-c', file], fakeCliIo({ stdout }));
  const lines = stdout
    .read()
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line) as { msg: string });
  expect(code).toBe(0);
  expect(lines.filter(({ msg }: { msg: string }) => msg.includes('from-butler'))).toMatchObject([
    {
      level: 'info',
      notTakenOver: [expect.stringContaining('Butler.fileLogging: the log goes to standard output')],
      notLookedAt: "1 part of Butler's other work",
    },
  ]);
});

it('run refuses a log level that nobody knows', async () => {
  const { code, err } = await ran('run', '-c', await fileWith(butler), '-l', 'loud');
  expect(code).toBe(2);
  expect(err).toContain('verbose');
});
