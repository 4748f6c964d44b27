// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration file look like this
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Secret } from '../platform/secret.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

function load(
  yaml: string | Uint8Array,
  { env = {}, files = {} }: { env?: Record<string, string>; files?: Files } = {},
) {
  return loadConfig('config.yaml', { env, readFile: reader({ 'config.yaml': yaml, ...files }) });
}

/** Knows files by the end of their path; all others do not exist. */
function reader(files: Files) {
  return async (path: string) => {
    const found = Object.entries(files).find(([name]) => path === name || path.endsWith(`/${name}`))?.[1];
    if (found === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return typeof found === 'string' ? new TextEncoder().encode(found) : found;
  };
}

async function problemsOf(loading: Promise<Config>): Promise<string[]> {
  try {
    await loading;
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const site = 'sites:\n  - { name: prod, host: sense, certificates: certs }\n';

describe('a file that is fine', () => {
  it('gets every default', async () => {
    expect(await load(site)).toMatchObject({
      sites: [{ name: 'prod', hosts: ['sense'], port: 4242, check: 'every 6 hours' }],
      alerts: { thresholdDays: [90, 60, 30, 14, 7, 3, 1, 0] },
      destinations: [],
      store: { path: `${process.cwd()}/license-sentinel.db`, keepDays: 400, thinAfterDays: 30 },
      log: { level: 'info', format: 'auto' },
      concurrency: 16,
    });
  });

  it('may begin with a byte order mark, and end lines as Windows does', async () => {
    expect(await load(`\ufeff${site.replaceAll('\n', '\r\n')}`)).toMatchObject({ sites: [{ name: 'prod' }] });
  });

  it('may share settings between sites by anchors and <<', async () => {
    const yaml = `sites:
  - &first { name: a, host: x, certificates: c, port: 1000 }
  - { <<: *first, name: b, host: y }
`;
    expect((await load(yaml)).sites.map(({ name, port }) => [name, port])).toEqual([
      ['a', 1000],
      ['b', 1000],
    ]);
  });

  it('gets its references from the environment and from files beside it, also numbers and truth values', async () => {
    const yaml = `sites:
  - name: \${env:STAGE}-1
    host: sense
    port: \${env:PORT}
    certificates: \${env:CERTS}
destinations:
  - name: metrics
    kind: influxdb
    version: 2
    url: http://influx:8086
    org: o
    bucket: b
    token: \${file:secrets/token}
    sendAlert: \${env:ALERT}
`;
    const env = { STAGE: 'test', PORT: '4343', CERTS: '/certs', ALERT: 'false' };
    const config = await load(yaml, { env, files: { 'secrets/token': 's3cr3t\r\n' } });
    expect(config.sites[0]).toMatchObject({ name: 'test-1', port: 4343, certificates: '/certs' });
    const [metrics] = config.destinations;
    expect(metrics).toMatchObject({ sendAlert: false });
    expect(metrics?.kind === 'influxdb' && metrics.version === 2 && metrics.token.reveal()).toBe('s3cr3t');
  });

  it.for([
    ['off', false],
    ['no', false],
    ['No', false],
    ['OFF', false],
    ['on', true],
    ['Yes', true],
  ] as const)('may say %s for a switch, as YAML once had it', async ([word, isOn]) => {
    const yaml = `sites:
  - { name: prod, host: sense, certificates: c, perpetual: ${word}, tags: { mode: ${word} }, version: { enabled: ${word} } }
destinations:
  - { name: hook, kind: webhook, url: 'http://hook', sendRecurring: ${word}, sendAlert: '\${env:WORD}' }
web: ${word}
`;
    const { sites, destinations, web } = await load(yaml, { env: { WORD: word } });
    expect(sites).toMatchObject([{ perpetual: isOn, tags: { mode: word }, version: { enabled: isOn } }]);
    expect(destinations).toMatchObject([{ sendRecurring: isOn, sendAlert: isOn }]);
    expect(web).toMatchObject({ enabled: isOn, listen: '127.0.0.1:8080' });
  });

  it('counts relative paths from its own folder', async () => {
    const yaml = `${site.replace('certificates: certs', 'certificates: { cert: a.pem, key: /keys/b.pem, ca: ../c.pem }')}store: data/x.db
destinations:
  - { name: m, kind: mqtt, url: mqtts://b, ca: ca.pem, clientCertificate: { cert: d.pem, key: 'C:\\k.pem' } }
`;
    const config = await loadConfig('/etc/ls/config.yaml', {
      env: {},
      readFile: reader({ 'config.yaml': yaml }),
    });
    expect(config.sites[0]?.certificates).toEqual({
      cert: '/etc/ls/a.pem',
      key: '/keys/b.pem',
      ca: '/etc/c.pem',
    });
    expect(config.store.path).toBe('/etc/ls/data/x.db');
    expect(config.destinations[0]).toMatchObject({
      ca: '/etc/ls/ca.pem',
      clientCertificate: { cert: '/etc/ls/d.pem', key: 'C:\\k.pem' },
    });
  });

  it('takes no tag and no header for a path, whatever its name', async () => {
    const named = { ca: 'a', cert: 'b', key: 'c', pfx: 'd', certificates: 'e' };
    const config = await load(
      stringify({
        sites: [{ name: 'prod', host: 'sense', certificates: 'certs', tags: named }],
        destinations: [
          {
            name: 'm',
            kind: 'influxdb',
            version: 3,
            url: 'http://h',
            database: 'd',
            tags: named,
            measurementTags: { key: named, qlik_sense_server_license: named },
          },
          { name: 'h', kind: 'webhook', url: 'https://h', headers: named },
        ],
      }),
    );
    const { sites, destinations } = config;
    expect(sites[0]!.tags).toEqual(named);
    expect(destinations[0]).toMatchObject({
      tags: named,
      measurementTags: { key: named, qlik_sense_server_license: named },
    });
    const { headers } = destinations[1] as unknown as { headers: Record<string, Secret> };
    expect(Object.values(headers).map((value) => value.reveal())).toEqual(Object.values(named));
  });
});

describe('a file that cannot be used as a whole', () => {
  const utf16 = new Uint8Array([0xff, 0xfe, 0x73, 0x00]);
  const advice = 'license-sentinel config init prints one to begin with';
  it.each([
    ['is empty', '', `config.yaml is empty; ${advice}`],
    ['holds comments only', '# nothing\n', `config.yaml is empty; ${advice}`],
    [
      'is a list',
      '- a\n',
      `config.yaml is not a configuration: it must consist of sections such as "sites:"; ${advice}`,
    ],
    [
      'is a text',
      'hello',
      `config.yaml is not a configuration: it must consist of sections such as "sites:"; ${advice}`,
    ],
    ['is UTF-16', utf16, 'config.yaml is UTF-16 text; save it as UTF-8'],
    ['is not text', new Uint8Array([0xc3, 0x28]), 'config.yaml is not UTF-8 text; save it as UTF-8'],
  ])('because it %s', async (_why, yaml, expected) => {
    expect(await problemsOf(load(yaml))).toEqual([expected]);
  });

  it.each([
    ['ENOENT', 'config.yaml does not exist'],
    ['EISDIR', 'config.yaml is a folder, not a file'],
    ['EACCES', 'config.yaml cannot be read: no permission for the user that runs this'],
    ['EMFILE', 'config.yaml cannot be read (EMFILE)'],
  ])('because reading it ends in %s', async (code, expected) => {
    const readFile = () => Promise.reject(Object.assign(new Error('x'), { code }));
    expect(await problemsOf(loadConfig('config.yaml', { env: {}, readFile }))).toEqual([expected]);
  });
});

describe('YAML that cannot be read', () => {
  it.each([
    ['a: [1, 2', 'config.yaml:1:9 a closing bracket is missing, or a line inside { } or [ ] is not indented'],
    ['a: b: c', 'config.yaml:1:4 a second colon in this line; put the text in quotes, or begin a new line'],
    ['a:\n\tb: 1', 'config.yaml:2:1 a tab cannot indent; use spaces'],
    [
      'a: "C:\\certs"',
      "config.yaml:1:7 in double quotes a backslash begins an escape; use single quotes for Windows paths: 'C:\\certificates'",
    ],
    [
      'a: 1\n---\nb: 2',
      'config.yaml:2:1 a second document begins here (---); a configuration file holds one',
    ],
    ['a: { b: ${env:X} }', 'config.yaml:1:10 inside { } and [ ] a reference needs quotes: "${env:NAME}"'],
  ])('says where and what: %j', async (yaml, expected) => {
    expect(await problemsOf(load(yaml))).toContain(expected);
  });

  it('tells a repeated key together with everything else', async () => {
    expect(await problemsOf(load(`${site}concurrency: 0\nconcurrency: 4\nlog: { levle: info }\n`))).toEqual([
      'config.yaml:4:1 this key stands here twice; keep one of them',
      'config.yaml:5:8 log.levle: unknown key; did you mean "level"?',
    ]);
  });

  it('does not follow aliases without end', async () => {
    const lines = Array.from(
      { length: 30 },
      (_, n) => `a${n}: &a${n} [${n === 0 ? 'x' : `*a${n - 1}, *a${n - 1}`}]`,
    );
    expect((await problemsOf(load(lines.join('\n')))).join()).toContain('its aliases make it endless');
  });

  it('refuses a map that is merged into itself', async () => {
    const text = 'sites:\n  - &first { name: prod, host: sense, <<: *first }\n  - *first\n';
    expect((await problemsOf(load(text))).join()).toContain('its aliases make it endless');
  });
});

it('tells every problem at once, each with its place and what to do', async () => {
  const yaml = `sites:
  - name: prod
    host: https://sense.example.com
    prot: 4242
    port: 99999
    certificates: ./certs
    check: every 6 fortnights
  - name: prod
    certificates: { ca: x }
    check: { crn: "0 6 * * *" }
    thresholdDays: [0, -1]
    timeZone: Europe/Nowhere
  - host: b
    certificates: c
    check: \${env:NOPE}
    timeout: 10
    tags: { a: 1 }
  - just text
alert:
  thresholdDays: 30
alerts: { remind: dayly, visibility: { after: soon } }
destinations:
  - { name: d0, kind: influx }
  - { name: d0, kind: influxdb, version: 4 }
  - { name: d2, kind: influxdb, version: 2, url: http://x, org: o, sendalert: yes }
  - { kind: mqtt, token:abcdef, url: mqtt://h }
concurrency: "16"
store: { keepDays: 0 }
web: { listen: 8080 }
log: { level: trace }
`;
  expect(await problemsOf(load(yaml))).toEqual([
    'config.yaml:3:11 sites[0].host: write the name or address of the machine only, without https:// and without a port',
    'config.yaml:4:5 sites[0].prot: unknown key; did you mean "port"?',
    'config.yaml:5:11 sites[0].port: must be at most 65535',
    'config.yaml:7:12 sites[0].check: not a schedule: "every 6 fortnights"; write for example "every 6 hours", "90 min", "every day", "every day at 06:00", "every weekday at 10:15 am" or a cron text such as "0 6 * * *"; not understood from "fortnights" on',
    'config.yaml:8:5 sites[1].host: say which machine to ask: host, or hosts',
    'config.yaml:8:11 sites[1].name: this name is taken by sites[0]; names must differ',
    'config.yaml:9:19 sites[1].certificates.cert: is needed to connect without a proxy',
    'config.yaml:9:19 sites[1].certificates.key: is needed to connect without a proxy',
    'config.yaml:10:12 sites[1].check.cron: is missing: A cron expression',
    'config.yaml:10:14 sites[1].check.crn: unknown key; did you mean "cron"?',
    'config.yaml:11:24 sites[1].thresholdDays[1]: must be at least 0',
    'config.yaml:12:15 sites[1].timeZone: not a known time zone; write for example UTC or Europe/Stockholm',
    'config.yaml:13:5 sites[2].name: is missing: Your name for the site: tag, label, part of topics',
    'config.yaml:15:12 sites[2].check: the environment variable NOPE is not set',
    'config.yaml:16:14 sites[2].timeout: must be a duration with its unit; write for example 30 s, 5 min, 6 h or 7 days',
    'config.yaml:17:16 sites[2].tags.a: must be a text, not a number; put it in quotes',
    'config.yaml:18:5 sites[3]: must be a section with keys of its own, not a text',
    'config.yaml:19:1 alert: unknown key; did you mean "alerts"?',
    'config.yaml:21:19 alerts.remind: must be one of never, daily, every-check; did you mean "daily"?; or: not a duration: "dayly"; write for example 30 s, 5 min, 6 h or 7 days',
    'config.yaml:21:47 alerts.visibility.after: not a duration: "soon"; write for example 30 s, 5 min, 6 h or 7 days',
    'config.yaml:23:23 destinations[0].kind: must be one of influxdb, mqtt, webhook; did you mean "influxdb"?',
    'config.yaml:24:13 destinations[1].name: this name is taken by destinations[0]; names must differ',
    'config.yaml:24:42 destinations[1].version: must be one of 1, 2, 3',
    'config.yaml:25:5 destinations[2].bucket: is missing: Name or id of the bucket. It must exist',
    'config.yaml:25:5 destinations[2].token: is missing: API token that may write to the bucket',
    'config.yaml:25:68 destinations[2].sendalert: unknown key; did you mean "sendAlert"?',
    'config.yaml:26:5 destinations[3].name: is missing: Your name for it, in logs, alerts and commands',
    'config.yaml:26:19 destinations[3].token: a blank is missing after the colon',
    'config.yaml:27:14 concurrency: must be a number, not a text; remove the quotes',
    'config.yaml:28:20 store.keepDays: must be at least 1',
    'config.yaml:29:16 web.listen: must be a text, not a number; put it in quotes',
    'config.yaml:30:15 log.level: must be one of debug, info, warn, error',
  ]);
});

it.each([
  ['sites: []', 'config.yaml:1:8 sites: must not be empty'],
  ['sites:', 'config.yaml:1:7 sites: must be a list, not empty'],
  ['store: x', 'config.yaml:1:1 sites: is missing: The Qlik Sense sites to look at'],
  [`${site}site: 1`, 'config.yaml:3:1 site: unknown key; did you mean "sites"?'],
  [`${site}__proto__: { a: 1 }`, 'config.yaml:3:1 __proto__: this key is not possible'],
  [
    `${site}destinations: [{ name: a, kind: webhook, url: 'http://a', headers: { __proto__: x } }]`,
    'config.yaml:3:70 destinations[0].headers.__proto__: this key is not possible',
  ],
  [
    'sites: [{ name: a, host: h, certificates: c, tags: { __proto__: x } }]',
    'config.yaml:1:54 sites[0].tags.__proto__: this key is not possible',
  ],
  [
    `${site}destinations: [{ name: a }]`,
    'config.yaml:3:16 destinations[0].kind: is missing: one of influxdb, mqtt, webhook',
  ],
  [
    `${site}store: 5`,
    'config.yaml:3:8 store: must be a text, not a number; put it in quotes; or: must be a section with keys of its own, not a number',
  ],
])('%j is told as %s', async (yaml, expected) => {
  const problems = await problemsOf(load(yaml));
  expect(problems.map((line) => line.split('; known here')[0])).toContain(expected);
});

it('says what to write where a switch is something else', async () => {
  const problems = await problemsOf(
    load(`${site}web: "off"
destinations:
  - { name: a, kind: webhook, url: 'http://a', sendAlert: "no" }
  - { name: b, kind: webhook, url: 'http://b', sendAlert: never }
`),
  );
  expect(problems).toEqual([
    expect.stringContaining('web: must be true or false, not a text; remove the quotes'),
    expect.stringContaining('sendAlert: must be true or false, not a text; remove the quotes'),
    expect.stringMatching(/sendAlert: must be true or false, not a text$/),
  ]);
});

describe('secrets', () => {
  const secret = 'hunter2-planted';
  const wrong = `sites:
  - { name: "\${env:S}", host: "http://\${env:S}", certificates: c, check: "\${env:S}", timeZone: "\${file:s}" }
alerts: { remind: "\${env:S}", visibility: { after: "\${env:SHORT}" } }
destinations:
  - { name: a, kind: "\${env:S}" }
  - { name: b, kind: influxdb, version: 2, url: "http://u:${secret}@h", token: "x${secret}\\n", org: o, timeout: "${secret}" }
  - { name: c, kind: webhook, url: "ftp://h/${secret}", basic: { user: u, password: [${secret}] }, headers: { "${'a b'}": ${secret} } }
  - { name: d, kind: mqtt, url: "mqtt://u:${secret}@h", password:${secret} , paswordd: ${secret} }
log: { level: "\${env:S}", format: "\${env:SHORT}" }
`;

  it('never come back in a problem', async () => {
    const options = { env: { S: secret, SHORT: 'q7' }, files: { s: secret } };
    const problems = await problemsOf(load(wrong, options));
    expect(problems.length).toBeGreaterThan(10);
    expect(problems.join('\n')).not.toContain(secret);
    expect(problems.join('\n')).not.toContain('"q7"');
  });

  it('never come back from YAML that is broken around them', async () => {
    const broken = [
      `password: "${secret}`,
      `token: ${secret}: x`,
      `{ token: ${secret}`,
      `- ${secret}\na: %${secret}`,
      `*${secret}`,
      `!${secret} x`,
    ];
    for (const yaml of broken) expect((await problemsOf(load(yaml))).join('\n')).not.toContain(secret);
  });
});

describe('whatever the file holds', () => {
  const onlyConfigErrors = async (yaml: string) => {
    await problemsOf(load(yaml, { env: { A: 'x' } }));
  };
  const section = fc.constantFrom(
    'sites',
    'alerts',
    'destinations',
    'store',
    'lane',
    'log',
    'web',
    'Butler',
    '<<',
  );
  const word = fc.constantFrom(
    'name',
    'kind',
    'influxdb',
    'mqtt',
    'version',
    'check',
    'cron',
    'url',
    '${env:A}',
    '${',
    '*a',
    '&a',
    '!x',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(word, fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(word, section, fc.string()), tie('value'), { maxKeys: 5 }),
    ),
  }));

  it('half of a surrogate pair is a text like others', async () => {
    const yaml = '{ "sites": [{ "name": "a", "host": "\\ud800${env:A}", "certificates": "c" }] }';
    expect(await problemsOf(load(yaml, { env: { A: 'secret' } }))).toEqual([
      expect.stringMatching(/^config\.yaml:1:36 sites\[0\]\.host: /),
    ]);
  });

  it('any text is refused with a ConfigError or taken', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme' }), onlyConfigErrors));
  });

  it('so is any YAML and any JSON', async () => {
    const documents = fc.dictionary(fc.oneof(section, fc.string()), value);
    await fc.assert(fc.asyncProperty(documents, (document) => onlyConfigErrors(stringify(document))));
    await fc.assert(fc.asyncProperty(documents, (document) => onlyConfigErrors(JSON.stringify(document))));
  });

  it('so is a file of which any piece is missing or doubled', async () => {
    const whole = `${site}destinations:\n  - { name: m, kind: mqtt, url: "mqtt://h", password: "\${env:A}" }\n`;
    const place = fc.nat({ max: whole.length });
    await fc.assert(
      fc.asyncProperty(place, place, (from, to) => onlyConfigErrors(whole.slice(0, from) + whole.slice(to))),
    );
  });
});

it('reads the schedule of the version as strictly as that of the license', async () => {
  const yaml = `sites:
  - name: prod
    host: sense.example.com
    certificates: /certs
    version: { check: every 6 fortnights, verfy: false }
`;
  expect(await problemsOf(load(yaml))).toEqual([
    expect.stringContaining('sites[0].version.check: not a schedule: "every 6 fortnights"'),
    expect.stringContaining('sites[0].version.verfy: unknown key; did you mean "verify"?'),
  ]);
});
