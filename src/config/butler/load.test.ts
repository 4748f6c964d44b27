// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts as files hold them, references among them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, fullButler, merged, smallestButler, type Tree } from '../../../test/fixtures/butler-file.ts';
import { Secret } from '../../platform/secret.ts';
import { ConfigError } from '../config-error.ts';
import { loadConfig } from '../load-config.ts';
import { convertButlerFile } from './convert.ts';

const FILE = '/srv/butler/config/production.yaml';
const MONITOR = 'qlikSenseLicense.serverLicenseMonitor';

type Files = Readonly<Record<string, string>>;

function tools(file: string, files: Files = {}, env: Files = {}) {
  return {
    env,
    readFile: async (path: string) => {
      const text = path === FILE ? file : files[path];
      if (text === undefined) throw Object.assign(new Error('not there'), { code: 'ENOENT' });
      return new TextEncoder().encode(text);
    },
  };
}

const load = (file: unknown, files?: Files, env?: Files) =>
  loadConfig(FILE, tools(typeof file === 'string' ? file : JSON.stringify(file, null, 2), files, env));

async function messageOf(loading: Promise<unknown>): Promise<string> {
  try {
    await loading;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('there was no problem');
}

const withChanges = (...changes: Tree[]): { Butler: Tree } => ({
  Butler: changes.reduce(merged, fullButler().Butler),
});

const secret = 'Planted-Secret-4711';
/** Everything switched on, with a secret wherever one can stand. */
const everything = withChanges(
  at(`${MONITOR}.destination`, {
    influxDb: { enable: true },
    mqtt: { enable: true },
    webhook: { enable: true },
  }),
  at('qlikSenseVersion.versionMonitor', { enable: true, host: 'central.test' }),
  at('influxDb', {
    enable: true,
    hostIP: 'influx.test',
    version: 1,
    tag: { static: [{ name: 'env', value: 'lab' }] },
    v1Config: { auth: { enable: true, username: 'joe', password: secret } },
  }),
  at('mqttConfig', { enable: true, brokerHost: 'broker.test' }),
  at('heartbeat', { enable: true, remoteURL: `https://watchdog.test/${secret}` }),
  at('dockerHealthCheck.enable', true),
  at('webhookNotification', {
    enable: true,
    qlikSenseServerLicenseMonitor: {
      rateLimit: 60,
      webhooks: [{ description: 'ops', webhookURL: 'http://hooks.test/a', httpMethod: 'PUT' }],
    },
    qlikSenseServerLicenseExpiryAlert: {
      rateLimit: 0,
      webhooks: [
        {
          description: 'ops',
          webhookURL: `https://hooks.test/${secret}?token=${secret}`,
          httpMethod: 'GET',
          cert: { enable: true, rejectUnauthorized: true, certCA: 'ca.pem' },
        },
      ],
    },
  }),
);

it('tells only of the syntax where a slip, such as a tab, hides the rest of the file', async () => {
  const text = 'Butler:\n  logLevel: info\n\tfileLogging: false\n  configQRS: { host: central.test }\n';
  const message = await messageOf(load(text));
  expect(message).toContain('a tab cannot indent');
  expect(message).not.toContain('is missing');
  expect(message).not.toContain('nothing to watch');
});

describe('a Butler file', () => {
  it('is accepted as it is', async () => {
    const config = await load(everything);
    expect(config.destinations.map(({ name }) => name)).toEqual(['influxdb', 'mqtt', 'ops', 'ops-alert']);
    expect(config.sites[0]).toMatchObject({
      name: 'central.test',
      tls: { verify: false },
      version: { enabled: true, host: 'central.test', verify: false },
    });
    expect(config.destinations[2]).toMatchObject({ repeatsAtMostEvery: 60_000 });
    expect(config.heartbeat).toMatchObject({ every: 30_000, method: 'GET', onTrouble: 'silence' });
    expect(config.web).toMatchObject({ enabled: true, listen: '127.0.0.1:12398' });
    expect(config.store.path).toBe('/srv/butler/config/license-sentinel.db');
  });

  it('may be JSON, and the smallest one is enough', async () => {
    const { Butler } = merged(
      smallestButler(),
      at('Butler.webhookNotification.qlikSenseServerLicenseExpiryAlert.rateLimit', 0),
    );
    expect((await loadConfig(FILE, tools(JSON.stringify({ Butler })))).destinations).toHaveLength(1);
  });

  it('tells every problem at its own place, by the name that Butler has for it', async () => {
    const yaml = `Butler:
  qlikSenseLicense:
    serverLicenseMonitor:
      enable: true
      frequency: once a day
      destination: { influxDb: { enable: true }, mqtt: { enable: true } }
  influxDb:
    enable: true
    hostIP: influx.test
    v1Config:
      dbName: a/b
      auth: { enable: true, username: joe }
    tag:
      static:
        - { name: time, value: noon }
  mqttConfig: { enable: true, brokerHost: broker.test, qlikSenseServerLicenseTopic: sense/# }
  cert: { clientCert: c.pem, clientCertKey: k.pem, clientCertCA: r.pem }
  configQRS: { host: a b, prot: 4242 }
`;
    const message = await messageOf(load(yaml));
    expect(message.split('\n').map((line) => line.replace(`${FILE}:`, ''))).toEqual([
      expect.stringMatching(
        /^5:18 Butler\.qlikSenseLicense\.serverLicenseMonitor\.frequency: not a schedule: "once a day"/,
      ),
      expect.stringMatching(/^11:15 Butler\.influxDb\.v1Config\.dbName: InfluxDB allows neither/),
      expect.stringMatching(/^12:13 Butler\.influxDb\.v1Config\.auth\.password: is missing/),
      expect.stringMatching(
        /^15:25 Butler\.influxDb\.tag\.static\[0\]\.value: .*InfluxDB keeps the name "time"/,
      ),
      expect.stringMatching(/^16:85 Butler\.mqttConfig\.qlikSenseServerLicenseTopic: must not hold/),
      expect.stringMatching(/^18:22 Butler\.configQRS\.host: write the name or address/),
      expect.stringMatching(/^18:27 Butler\.configQRS\.prot: unknown key; did you mean "port"\?/),
    ]);
  });

  it('is refused beside sections of ours, and when nothing stands in it', async () => {
    expect(await messageOf(load('Butler: {}\nsites: []\n'))).toContain(
      ':2:1 sites: cannot stand beside Butler:',
    );
    expect(await messageOf(load('Butler:\n'))).toContain('Butler: must be a section');
  });

  it('takes texts as they are, and references where they are beyond doubt', async () => {
    const password = (text: string) => merged(everything, at('Butler.influxDb.v1Config.auth.password', text));
    const passwordOf = async (text: string, env: Files = {}) => {
      const [influx] = (await load(password(text), {}, env)).destinations;
      return (influx as unknown as { password: Secret }).password.reveal();
    };
    expect(await passwordOf('a${b}c$${d}')).toBe('a${b}c$${d}');
    expect(await passwordOf('${env:PW}', { PW: 'x-y-z' })).toBe('x-y-z');
    expect(await messageOf(load(password('${env:PW}')))).toContain('the environment variable PW is not set');
    const elsewhere = merged(everything, at('Butler.emailNotification.smtp.host', '${env:MAIL}'));
    await expect(load(elsewhere)).resolves.toBeDefined();
  });

  it('finds its certificates from its own folder, or from the one above, where Butler looks', async () => {
    const certificates = async (files: Files) => {
      const file = merged(everything, {
        Butler: { cert: { clientCert: 'config/c.pem', clientCertKey: '/abs/k.pem', clientCertCA: 'r.pem' } },
      });
      return (await load(file, files)).sites[0]!.certificates;
    };
    expect(await certificates({ '/srv/butler/config/c.pem': 'x', '/srv/butler/config/r.pem': 'x' })).toEqual({
      cert: '/srv/butler/config/c.pem',
      key: '/abs/k.pem',
      ca: '/srv/butler/config/r.pem',
    });
    expect(await certificates({})).toMatchObject({ cert: '/srv/butler/config/config/c.pem' });
  });

  it('keeps the secrets to itself in every problem', async () => {
    const wrong: Tree[] = [
      at('influxDb.v1Config.auth', { password: secret, [`pasword:${secret}`]: null, username: 5 }),
      at('influxDb.v1Config.auth', { password: [secret] }),
      at('influxDb.v1Config.auth', { username: secret, [`password:${secret}`]: 1 }),
      at('influxDb', { version: 2, v2Config: { token: `${secret}\n`, org: '', bucket: 5 } }),
      at('webhookNotification.qlikSenseServerLicenseExpiryAlert.webhooks', [
        { webhookURL: `ftp://x/${secret}` },
      ]),
      at('webhookNotification.qlikSenseServerLicenseExpiryAlert.webhooks', [
        { webhookUrl: `https://x/${secret}` },
      ]),
      at('webhookNotification.qlikSenseServerLicenseExpiryAlert', { webhooks: `https://x/${secret}` }),
      at('configQRS.headers.static', [{ name: 'X-Qlik-User', value: `${secret}\nX: y` }]),
      { [`influxDbb:${secret}`]: 1 },
    ];
    for (const change of wrong) {
      const message = await messageOf(load({ Butler: merged(everything.Butler, change) }));
      expect(message).not.toContain(secret);
    }
  });

  it('gives a configuration or a ConfigError, whatever stands in it', async () => {
    const keys = [...new Set(keysIn(everything))];
    const leaf = fc.oneof(fc.constantFrom(true, false, null, 0, -1, '', '${env:X}', '<x>', 'a'), fc.string());
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('tree'), { maxKeys: 4 }),
      ),
    })).tree;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsIn(everything.Butler)), value, async (path, replacement) => {
        const file = { Butler: merged(everything.Butler, at(path, replacement)) };
        await load(file).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ConfigError);
        });
      }),
      { numRuns: 150 },
    );
  });
});

describe('the log level', () => {
  it('can be set from outside, as with --loglevel, also by the names that Butler has', async () => {
    const level = async (text: string) =>
      (await load(everything, {}, { LICENSE_SENTINEL_LOG_LEVEL: text })).log.level;
    expect(await level('silly')).toBe('debug');
    expect(await level('ERROR')).toBe('error');
    expect(await level('')).toBe('info');
    expect(await messageOf(level('constructor'))).toContain('must be one of error, warn');
  });
});

describe('the printed file', () => {
  const revealed = (value: unknown): unknown => {
    if (value instanceof Secret) return { secret: value.reveal() };
    if (Array.isArray(value)) return value.map(revealed);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, revealed(child)])) as unknown;
  };

  it.each([
    ['everything', everything],
    ['nothing but the license monitor', fullButler()],
    ['a ladder', withChanges(at(`${MONITOR}.alert.thresholdDays`, [60, 7]))],
    [
      'awkward texts',
      merged(
        everything,
        at('Butler.influxDb.v1Config.auth', { password: 'a: "${b}" # \n$${env:X', username: 'null' }),
      ),
    ],
    ['references', merged(everything, at('Butler.influxDb.v1Config.auth.password', '${env:PW}'))],
    ['words as schedule', withChanges(at(`${MONITOR}.frequency`, 'at 5:00 pm on the last day of the month'))],
  ])('means the same as the Butler file: %s', async (_, file) => {
    const env = { PW: 'from-outside' };
    const text = JSON.stringify(file);
    const { yaml } = await convertButlerFile(FILE, tools(text, {}, env));
    const ours = await loadConfig(FILE, tools(yaml, {}, env));
    expect(revealed(ours)).toEqual(revealed(await loadConfig(FILE, tools(text, {}, env))));
    expect(yaml).not.toContain('from-outside');
  });

  it('says where each value came from, and what was left', async () => {
    const { yaml, hasPlainSecrets } = await convertButlerFile(FILE, tools(JSON.stringify(everything)));
    expect(hasPlainSecrets).toBe(true);
    expect(yaml).toContain('url: mqtt://broker.test:1883 # Butler.mqttConfig.brokerHost');
    expect(yaml).toContain('# Not taken over:');
    expect(yaml).toMatch(/Butler\.scheduler.*:\n# {3}has nothing to do with the server license/);
  });

  it('is not made of a file that has problems, or is no Butler file', async () => {
    expect(await messageOf(convertButlerFile(FILE, tools('sites: []')))).toContain(
      'is not a Butler configuration',
    );
    expect(await messageOf(convertButlerFile('/nowhere.yaml', tools('')))).toContain('does not exist');
    expect(await messageOf(convertButlerFile(FILE, tools('Butler: { cert: 5 }')))).toContain(
      'Butler.cert: must be',
    );
  });
});

function keysIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, child]) => [key, ...keysIn(child)]);
}

function pathsIn(tree: Tree, before = ''): string[] {
  return Object.entries(tree).flatMap(([key, child]) => {
    const path = `${before}${key}`;
    const isTree = child !== null && typeof child === 'object' && !Array.isArray(child);
    return isTree ? [path, ...pathsIn(child as Tree, `${path}.`)] : [path];
  });
}
