import { expect, it } from 'vitest';
import { checkConfig, printConfigSchema, printStarterConfig, showConfig } from './config.ts';

function tools(yaml: string) {
  const output = { out: '', err: '' };
  return {
    output,
    env: {},
    readFile: async () => new TextEncoder().encode(yaml),
    write: (text: string) => {
      output.out += text;
    },
    writeError: (text: string) => {
      output.err += text;
    },
  };
}

const fine = 'sites: [{ name: prod, host: sense, certificates: c }]\n';
const hook = 'destinations: [{ name: hook, kind: webhook, url: "https://h", sendAlert: false }]\n';

it('check says that a file is fine, and what is likely to be forgotten', async () => {
  const bare = tools(fine);
  expect(await checkConfig('config.yaml', bare)).toBe(0);
  expect(bare.output).toEqual({
    out: 'config.yaml: fine. 1 site, 0 destinations.\nNo destination is configured, so nobody will be told anything.\n',
    err: '',
  });
  const mute = tools(fine + hook);
  expect(await checkConfig('config.yaml', mute)).toBe(0);
  expect(mute.output.out).toContain('nobody will be alerted');
});

it.each([checkConfig, showConfig])('%o ends with 2 and tells every problem', async (command) => {
  const broken = tools(`${fine}concurrency: 0\nlogg: {}\n`);
  expect(await command('config.yaml', broken)).toBe(2);
  expect(broken.output).toEqual({
    out: '',
    err: `config.yaml:2:14 concurrency: must be at least 1
config.yaml:3:1 logg: unknown key; did you mean "log"?
2 problems in config.yaml.
`,
  });
});

it('show prints the effective configuration', async () => {
  const shown = tools(fine);
  expect(await showConfig('config.yaml', shown)).toBe(0);
  expect(shown.output.out).toContain('check: every 6 hours');
});

it('schema and init print what they are asked for', () => {
  const printed = tools('');
  expect(printConfigSchema(printed)).toBe(0);
  expect(JSON.parse(printed.output.out)).toHaveProperty('properties.sites');
  expect(printStarterConfig(printed)).toBe(0);
  expect(printed.output.out).toContain('sites:\n  - name: prod');
});
