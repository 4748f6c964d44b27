import { describe, expect, it } from 'vitest';
import { at, fullButler, merged, smallestButler, type Tree } from '../../test/fixtures/butler-file.ts';
import { fromButler } from './butler.ts';
import { renderPath } from './config-error.ts';

const MONITOR = 'qlikSenseLicense.serverLicenseMonitor';

const taken = (...changes: Tree[]) => fromButler({ Butler: changes.reduce(merged, fullButler().Butler) });
const configOf = (...changes: Tree[]) => {
  const { config, problems } = taken(...changes);
  expect(problems).toEqual([]);
  return config as Record<'sites' | 'destinations', Tree[]> & Tree;
};
const problemsOf = (...changes: Tree[]) =>
  taken(...changes).problems.map(({ path, what }) => `${renderPath(path)}: ${what}`);
const whyNot = (path: string, ...changes: Tree[]) =>
  taken(...changes).notTakenOver.find((one) => one.path === `Butler.${path}`)?.why;

const influxOn = merged(
  at(`${MONITOR}.destination.influxDb.enable`, true),
  at('influxDb', { enable: true, hostIP: 'influx.test', version: 1 }),
);
const mqttOn = merged(
  at(`${MONITOR}.destination.mqtt.enable`, true),
  at('mqttConfig', { enable: true, brokerHost: 'broker.test' }),
);
const hooks = [{ description: 'Ops', webhookURL: 'https://hooks.test/x' }];
const webhooksOn = merged(
  at(`${MONITOR}.destination.webhook.enable`, true),
  at('webhookNotification', {
    enable: true,
    qlikSenseServerLicenseMonitor: { webhooks: hooks },
    qlikSenseServerLicenseExpiryAlert: { webhooks: hooks },
  }),
);

it('needs no more than a host, three files and one destination', () => {
  const { config, problems, notTakenOver } = fromButler(smallestButler());
  expect(problems).toEqual([]);
  expect(notTakenOver).toEqual([]);
  expect(config).toEqual({
    sites: [
      {
        name: 'central.test',
        hosts: ['central.test'],
        certificates: { cert: '/c/client.pem', key: '/c/client_key.pem', ca: '/c/root.pem' },
        check: 'every 24 hours',
        version: { enabled: false },
      },
    ],
    alerts: { thresholdDays: [60], remind: 'every-check', remindFromDays: 60 },
    destinations: [
      {
        name: 'license-alert',
        kind: 'webhook',
        url: 'https://hooks.test/alert',
        repeatsAtMostEvery: '300 s',
        sendRecurring: false,
        sendAlert: true,
      },
    ],
  });
});

it('takes a file with placeholders everywhere, as long as they are switched off', () => {
  const { config, problems, notTakenOver } = taken();
  expect(problems).toEqual([]);
  expect(config['destinations']).toEqual([]);
  expect(notTakenOver).toContainEqual({
    path: 'Butler.mqttConfig',
    why: 'is switched off by Butler.mqttConfig.enable',
    sort: 'switched-off',
  });
  expect(notTakenOver).toContainEqual({
    path: 'Butler.scheduler',
    why: 'has nothing to do with the server license',
    sort: 'other-work',
  });
});

describe('the site', () => {
  it('is named after its machine, in letters that a name may have', () => {
    expect(configOf(at('configQRS.host', 'fd00::1')).sites[0]).toMatchObject({
      name: 'fd00-1',
      hosts: ['fd00::1'],
    });
    expect(configOf(at('configQRS.host', '_')).sites[0]).toMatchObject({ name: 'qlik-sense' });
  });

  it('asks as the configured user, over TLS that is only unchecked where Butler says so', () => {
    expect(configOf().sites[0]).toMatchObject({
      user: 'UserDirectory=LAB; UserId=watcher',
      tls: { verify: false },
      port: 4242,
    });
    expect(configOf(at('configQRS.rejectUnauthorized', true)).sites[0]).not.toHaveProperty('tls');
    expect(
      whyNot('configQRS.headers.static[0]', at('configQRS.headers.static', [{ name: 'X-A', value: 'b' }])),
    ).toContain('only X-Qlik-User');
  });

  it.each([
    [at('configQRS.host', undefined), 'Butler.configQRS.host: is missing: Name or address of the machine'],
    [
      at('cert', undefined),
      'Butler.cert.clientCertCA: is missing: File with the root certificate of the site',
    ],
    [at('cert.clientCert', '<path>'), 'Butler.cert.clientCert: still holds the placeholder'],
    [at('configQRS.useSSL', false), 'Butler.configQRS.useSSL: '],
    [at('configQRS.authentication', 'jwt'), 'Butler.configQRS.authentication: '],
    [at('configQRS.host', 'https://central'), 'Butler.configQRS.host: write the name or address'],
    [at('configQRS.port', '4242'), 'Butler.configQRS.port: must be a number, not a text; remove the quotes'],
    [at('configQRS.prot', 1), 'Butler.configQRS.prot: unknown key; did you mean "port"?'],
    [at('qlikSenseLicence', {}), 'Butler.qlikSenseLicence: unknown key; did you mean "qlikSenseLicense"?'],
    [at(`${MONITOR}.enable`, false), `Butler.${MONITOR}.enable: is not true, so there is nothing to watch`],
    [at(`${MONITOR}.enable`, 'yes'), `Butler.${MONITOR}.enable: must be true or false`],
    [
      at(`${MONITOR}.frequency`, 'once a day'),
      `Butler.${MONITOR}.frequency: not a schedule: "once a day"; write`,
    ],
    [at(`${MONITOR}.alert.thresholdDays`, -5), `Butler.${MONITOR}.alert.thresholdDays: must be at least 0`],
    [
      at('mqttConfig', { enable: undefined, enabel: true }),
      'Butler.mqttConfig.enabel: unknown key; did you mean "enable"?',
    ],
  ])('is refused with its own words: %j', (change, problem) => {
    expect(problemsOf(change)).toContainEqual(expect.stringContaining(problem));
  });

  it('asks for the version where the version is watched', () => {
    const on = at('qlikSenseVersion.versionMonitor', {
      enable: true,
      host: 'other.test',
      frequency: 'every 7 days',
    });
    expect(configOf(on).sites[0]).toMatchObject({
      version: { enabled: true, host: 'other.test', check: 'every 7 days', verify: false },
    });
  });
});

describe('alerts', () => {
  it('come at every check below a single threshold, and once a rung with a list', () => {
    expect(configOf(at(`${MONITOR}.alert.thresholdDays`, 14))['alerts']).toEqual({
      thresholdDays: [14],
      remind: 'every-check',
      remindFromDays: 14,
    });
    expect(configOf(at(`${MONITOR}.alert.thresholdDays`, [60, 7]))['alerts']).toEqual({
      thresholdDays: [60, 7],
    });
  });
});

describe('InfluxDB', () => {
  const influx = (...changes: Tree[]) => configOf(influxOn, ...changes).destinations[0]!;

  it('needs both of its switches', () => {
    expect(configOf(influxOn, at('influxDb.enable', false)).destinations).toEqual([]);
    expect(configOf(influxOn, at(`${MONITOR}.destination.influxDb.enable`, false)).destinations).toEqual([]);
  });

  it('goes on in the same series: global tags, those of the feature for its measurements, none for the site', () => {
    const tags = at('influxDb.tag.static', [
      { name: 'env', value: 'lab' },
      { name: 'year', value: 2026 },
      { name: 'empty', value: '' },
      { name: 'nothing', value: null },
    ]);
    expect(influx(tags)).toMatchObject({
      tags: { env: 'lab', year: '2026' },
      measurementTags: {
        qlik_sense_server_license: { foo: 'bar' },
        qlik_sense_server_license_alert: { foo: 'bar' },
      },
      siteTag: false,
    });
    expect(influx(tags)['tags']).not.toHaveProperty('empty');
  });

  it('of version 1 has its database, policy and login, also where older files keep them', () => {
    const account = {
      auth: { enable: true, username: 'joe', password: 'p' },
      dbName: 'db',
      retentionPolicy: { name: 'r', duration: '5d' },
    };
    const expected = {
      version: 1,
      url: 'http://influx.test:8086',
      database: 'db',
      defaultRetentionPolicy: 'r',
      retentionDuration: '5d',
      user: 'joe',
      password: 'p',
    };
    expect(influx(at('influxDb.v1Config', account))).toMatchObject(expected);
    expect(influx(at('influxDb', { ...account, version: undefined, v1Config: undefined }))).toMatchObject(
      expected,
    );
    expect(influx()).not.toHaveProperty('user');
    expect(influx(at('influxDb.v1Config', account))).not.toHaveProperty('retentionPolicy');
  });

  it('of versions 2 and 3 has its token, and only what belongs to it has to be there', () => {
    const two = { version: 2, v1Config: undefined, v3Config: undefined, v2Config: { token: 't2' } };
    expect(influx(at('influxDb', two))).toMatchObject({
      version: 2,
      org: 'org',
      bucket: 'bucket',
      token: 't2',
    });
    const three = { version: 3, v2Config: { token: 5 }, v3Config: { token: 't3', writeTimeout: 2500 } };
    expect(influx(at('influxDb', three))).toMatchObject({
      version: 3,
      database: 'butler',
      token: 't3',
      timeout: '2500 ms',
    });
    expect(problemsOf(influxOn, at('influxDb', { version: 2, v2Config: undefined }))).toEqual([
      'Butler.influxDb.v2Config.org: is missing: Name of the organization',
      'Butler.influxDb.v2Config.bucket: is missing: Name of the bucket',
      'Butler.influxDb.v2Config.token: is missing: Token that may write to the bucket',
    ]);
  });

  it('gets version and license together, and says so', () => {
    const version = (influxDb: boolean) =>
      at('qlikSenseVersion.versionMonitor', {
        enable: true,
        host: 'central.test',
        destination: { influxDb: { enable: influxDb } },
      });
    const keys = `${MONITOR}.destination.influxDb.enable`;
    const onlyVersion = [influxOn, at(keys, false), version(true)];
    expect(configOf(...onlyVersion).destinations).toMatchObject([{ kind: 'influxdb', sendAlert: false }]);
    expect(whyNot(keys, ...onlyVersion)).toContain('the license is written too');
    expect(influx(version(true))).toMatchObject({ measurementTags: { qlik_sense_version: { foo: 'bar' } } });
    expect(
      whyNot('qlikSenseVersion.versionMonitor.destination.influxDb.enable', influxOn, version(false)),
    ).toContain('the version is written too');
  });
});

describe('InfluxDB, with the switches that Butler has for the other destinations', () => {
  const sends = (sendRecurring: boolean, sendAlert: boolean) =>
    at(`${MONITOR}.destination.influxDb`, {
      sendRecurring: { enable: sendRecurring },
      sendAlert: { enable: sendAlert },
    });
  const version = at('qlikSenseVersion.versionMonitor', {
    enable: true,
    host: 'central.test',
    destination: { influxDb: { enable: true } },
  });

  it.each([
    [true, true, { recurring: true, alert: true }],
    [true, false, { recurring: true, alert: false }],
    [false, true, { recurring: false, alert: true }],
  ])('obeys sendRecurring %s and sendAlert %s', (sendRecurring, sendAlert, sent) => {
    const [destination] = configOf(influxOn, sends(sendRecurring, sendAlert)).destinations as Tree[];
    const { sendRecurring: recurring = true, sendAlert: alert } = destination!;
    expect({ recurring, alert }).toEqual(sent);
  });

  it('is left out, and that is said, when it is to get nothing', () => {
    expect(configOf(influxOn, sends(false, false)).destinations).toEqual([]);
    expect(whyNot('influxDb', influxOn, sends(false, false))).toContain('sendRecurring');
  });

  it('still gets the version, and says that the license comes with it', () => {
    const both = [influxOn, sends(false, false), version];
    expect(configOf(...both).destinations).toMatchObject([{ kind: 'influxdb', sendAlert: false }]);
    expect(configOf(...both).destinations[0]).not.toHaveProperty('sendRecurring');
    expect(whyNot(`${MONITOR}.destination.influxDb.sendRecurring.enable`, ...both)).toContain('the version');
  });
});

describe('MQTT', () => {
  it.each([
    [true, true],
    [true, false],
    [false, true],
  ])('obeys sendRecurring %s and sendAlert %s', (sendRecurring, sendAlert) => {
    const sends = at(`${MONITOR}.destination.mqtt`, {
      sendRecurring: { enable: sendRecurring },
      sendAlert: { enable: sendAlert },
    });
    expect(configOf(mqttOn, sends).destinations).toEqual([
      {
        name: 'mqtt',
        kind: 'mqtt',
        url: 'mqtt://broker.test:1883',
        topics: { status: 'sense/license', expiry: 'sense/license-expire' },
        retainStatus: false,
        sendRecurring,
        sendAlert,
      },
    ]);
  });

  it('is left out, and that is said, when it is to send nothing', () => {
    const nothing = at(`${MONITOR}.destination.mqtt`, {
      sendRecurring: { enable: false },
      sendAlert: { enable: false },
    });
    expect(configOf(mqttOn, nothing).destinations).toEqual([]);
    expect(whyNot('mqttConfig', mqttOn, nothing)).toContain('sendRecurring');
  });

  it('reaches Azure Event Grid with certificate and client id', () => {
    const azure = at('mqttConfig', {
      brokerPort: 8883,
      azureEventGrid: { enable: true, clientId: 'me', clientCertFile: '/a.pem', clientKeyFile: '/a.key' },
    });
    expect(configOf(mqttOn, azure).destinations[0]).toMatchObject({
      url: 'mqtts://broker.test:8883',
      version: 5,
      clientId: 'me',
      user: 'me',
      clientCertificate: { cert: '/a.pem', key: '/a.key' },
      will: false,
    });
  });
});

describe('webhooks', () => {
  const list = (key: 'Monitor' | 'ExpiryAlert', value: unknown) =>
    at(`webhookNotification.qlikSenseServerLicense${key}`, value);

  it('of the two lists get status and alerts, under names that differ', () => {
    expect(configOf(webhooksOn).destinations).toMatchObject([
      { name: 'Ops', sendRecurring: true, sendAlert: false, repeatsAtMostEvery: '300 s' },
      { name: 'Ops-alert', sendRecurring: false, sendAlert: true, repeatsAtMostEvery: '300 s' },
    ]);
    const many = list('ExpiryAlert', {
      webhooks: [...hooks, ...hooks, { ...hooks[0], description: 'Zürich!' }],
    });
    const names = configOf(webhooksOn, many).destinations.map(({ name }) => name);
    expect(names).toEqual(['Ops', 'Ops-alert', 'Ops-alert-2', 'Zu-rich']);
  });

  it.each([
    ['sendRecurring', 'Ops', 'qlikSenseServerLicenseMonitor'],
    ['sendAlert', 'Ops', 'qlikSenseServerLicenseExpiryAlert'],
  ])('obey %s', (which, left, listed) => {
    const off = at(`${MONITOR}.destination.webhook.${which}.enable`, false);
    expect(configOf(webhooksOn, off).destinations).toMatchObject([{ name: left }]);
    expect(whyNot(`webhookNotification.${listed}`, webhooksOn, off)).toContain(which);
  });

  it('take 0 for no limit', () => {
    const free = configOf(webhooksOn, list('Monitor', { rateLimit: 0 })).destinations[0];
    expect(free).not.toHaveProperty('repeatsAtMostEvery');
    expect(configOf(webhooksOn, list('Monitor', { rateLimit: 20 })).destinations[0]).toMatchObject({
      repeatsAtMostEvery: '20 s',
    });
  });

  it('with a limit beyond a year, which to Butler means never again, are held to a year', () => {
    const endless = configOf(webhooksOn, list('Monitor', { rateLimit: 99_999_999_999 })).destinations[0];
    expect(endless).toMatchObject({ repeatsAtMostEvery: '31536000 s' });
  });

  it.each([
    ['post', undefined, { method: 'POST' }],
    [
      'GET',
      { enable: true, rejectUnauthorized: false, certCA: '/ca.pem' },
      { method: 'GET', ca: '/ca.pem', verify: false },
    ],
    ['PUT', { enable: true, rejectUnauthorized: true, certCA: '/ca.pem' }, { method: 'PUT', ca: '/ca.pem' }],
    ['PUT', { enable: false, rejectUnauthorized: false, certCA: 'foo' }, { method: 'PUT' }],
  ])('with method %s and certificate %j', (httpMethod, cert, expected) => {
    const one = list('Monitor', { rateLimit: 0, webhooks: [{ ...hooks[0], httpMethod, cert }] });
    expect(configOf(webhooksOn, one).destinations[0]).toEqual({
      name: 'Ops',
      kind: 'webhook',
      url: 'https://hooks.test/x',
      sendRecurring: true,
      sendAlert: false,
      ...expected,
    });
  });

  it('with a wrong method are refused, and the others are read on', () => {
    const two = list('Monitor', { webhooks: [{ ...hooks[0], httpMethod: 'DELETE' }, { httpMethod: 'PUT' }] });
    expect(problemsOf(webhooksOn, two)).toEqual([
      'Butler.webhookNotification.qlikSenseServerLicenseMonitor.webhooks[0].httpMethod: must be one of GET, POST, PUT',
      'Butler.webhookNotification.qlikSenseServerLicenseMonitor.webhooks[1].webhookURL: is missing: Where to send',
    ]);
  });
});

describe('what watches Butler', () => {
  const on = at('heartbeat', { enable: true, remoteURL: 'https://watchdog.test/abc' });

  it('calls the same address as often, but never with /fail, which that may not know', () => {
    expect(configOf(on)['heartbeat']).toEqual({
      url: 'https://watchdog.test/abc',
      every: '30 s',
      method: 'GET',
      onTrouble: 'silence',
    });
    expect(configOf()).not.toHaveProperty('heartbeat');
  });

  it('needs an address, and an interval where there is a frequency', () => {
    expect(problemsOf(on, at('heartbeat.remoteURL', undefined))).toEqual([
      'Butler.heartbeat.remoteURL: is missing: The address to call',
    ]);
    expect(problemsOf(on, at('heartbeat.frequency', 'at 10:15 am'))).toEqual([
      expect.stringMatching(/^Butler\.heartbeat\.frequency: write an interval/),
    ]);
    expect(configOf(on, at('heartbeat.frequency', undefined))['heartbeat']).not.toHaveProperty('every');
  });

  it('finds /health on the port of the container probe, on loopback', () => {
    expect(configOf(at('dockerHealthCheck.enable', true))['web']).toEqual({ listen: '127.0.0.1:12398' });
    expect(configOf(at('dockerHealthCheck', { enable: true, port: 9000 }))['web']).toEqual({
      listen: '127.0.0.1:9000',
    });
    expect(configOf()).not.toHaveProperty('web');
  });

  it.each([
    [{ enable: true }, 8082],
    [{ enable: true, serverPort: 8080, backgroundServerPort: 9000 }, 8081],
    [{ enable: true, serverPort: 9000, backgroundServerPort: 8080 }, 8081],
    [{ enable: true, serverPort: 8081, backgroundServerPort: 8082 }, undefined],
    [{ enable: false, serverPort: 8080 }, undefined],
    ['odd', undefined],
  ])('leaves the ports of the REST server of Butler to it: %j', (restServerConfig, port) => {
    const { web } = configOf({ restServerConfig }) as { web?: { listen: string } };
    expect(web?.listen).toBe(port === undefined ? undefined : `127.0.0.1:${port}`);
    expect(configOf({ restServerConfig }, at('dockerHealthCheck.enable', true))['web']).toEqual({
      listen: '127.0.0.1:12398',
    });
  });
});

describe('the rest', () => {
  it.each([
    ['verbose', 'debug'],
    ['silly', 'debug'],
    ['WARN', 'warn'],
  ])('log level %s becomes %s', (logLevel, level) => {
    expect(configOf({ logLevel })['log']).toEqual({ level });
  });

  it('is named, with a reason', () => {
    expect(whyNot('fileLogging', { fileLogging: true })).toContain('standard output');
    expect(
      whyNot('qlikSenseLicense.licenseMonitor', at('qlikSenseLicense.licenseMonitor.enable', true)),
    ).toBeDefined();
    expect(whyNot('brandNewThing', { brandNewThing: 1 })).toBe('is not known');
  });

  it('cannot stand beside sections of ours', () => {
    expect(fromButler({ ...fullButler(), sites: [] }).problems).toMatchObject([{ path: ['sites'] }]);
  });

  it.each([null, 5, 'x', [], {}])('is told when there is none: %j', (Butler) => {
    expect(fromButler({ Butler }).problems.length).toBeGreaterThan(0);
  });
});
