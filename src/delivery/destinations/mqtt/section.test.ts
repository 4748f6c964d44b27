import { expect, it } from 'vitest';
import { MqttSection } from './section.ts';

const least = { kind: 'mqtt', name: 'broker', url: 'mqtts://broker.example.com' };
const problemsOf = (section: object) => {
  const result = MqttSection.safeParse({ ...least, ...section });
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

it('needs a url and nothing else', () => {
  expect(MqttSection.parse(least)).toMatchObject({
    version: 'auto',
    verify: true,
    qos: 1,
    keepAlive: 30_000,
    retainStatus: true,
    confirm: false,
    topics: {
      status: 'license-sentinel/{site}/status',
      alert: 'license-sentinel/{site}/alert',
      availability: 'license-sentinel/availability',
    },
  });
});

it.each([
  ['a url of another kind', { url: 'http://broker' }, /^url: write it like mqtts/],
  ['what is no url', { url: 'broker' }, /^url: write it like mqtts/],
  ['certificates for what is no url', { url: 1883, ca: 'ca.pem' }, /^url: /],
  ['a kind of url that only begins like one', { url: 'mqttx://b' }, /^url: write it like mqtts/],
  ['a kind of url that only ends like one', { url: 'x-mqtt://b' }, /^url: write it like mqtts/],
  ['no host', { url: 'mqtt://' }, /^url: write it like mqtts/],
  ['a password in the url', { url: 'mqtt://me:hidden@broker' }, /^url: put user and password into their own/],
  ['certificates without encryption', { url: 'mqtt://b', ca: 'ca.pem' }, /^ca: needs a url with mqtts/],
  ['a password without a user', { password: 'x' }, /^user: a password needs a user/],
  ['a user that no broker takes', { user: 'a\nb' }, /^user: must not hold control characters/],
  [
    'a client id that no broker takes',
    { clientId: 'a\u0000' },
    /^clientId: must not hold control characters/,
  ],
  ['quality of service 0', { qos: 0 }, /^qos: /],
  ['an MQTT version that does not exist', { version: 4 }, /^version: /],
  ['a keep-alive that the protocol cannot carry', { keepAlive: '1 day' }, /^keepAlive: must lie/],
  ['a keep-alive just too long', { keepAlive: '65536 s' }, /^keepAlive: must lie/],
  ['a keep-alive just too short', { keepAlive: '4999 ms' }, /^keepAlive: must lie/],
  ['no keep-alive', { keepAlive: '0 s' }, /^keepAlive: must lie/],
  ['wildcards in topics', { topics: { status: 'a/#' } }, /^topics.status: must not hold/],
  ['an unknown placeholder', { topics: { alert: 'a/{sites}' } }, /^topics.alert: knows only/],
  [
    'a site in the topic of the service',
    { topics: { availability: 'a/{site}' } },
    /^topics.availability: takes no placeholder: it is about the service, not about a site$/,
  ],
  [
    'availability on a topic of messages',
    { topics: { alert: 'license-sentinel/availability' } },
    /^topics: availability must have a topic of its own$/,
  ],
  ['a setting it does not know', { pasword: 'x' }, /pasword/],
])('refuses %s', (_, section, problem) => {
  const problems = problemsOf(section);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
  expect(problems[0]).not.toContain('hidden');
});

it.each(['mqtt://h', 'mqtts://h:8883', 'ws://h/mqtt', 'wss://h:443/mqtt?x=1', 'mqtt://[::1]:1883'])(
  'takes the url %s',
  (url) => {
    expect(problemsOf({ url })).toEqual([]);
  },
);

it.each([{ version: 5 }, { version: '3.1.1' }, { version: 'auto' }, { qos: 1 }, { qos: 2 }])(
  'takes %j',
  (section) => {
    expect(MqttSection.parse({ ...least, ...section })).toMatchObject(section);
  },
);

it.each(['5 s', '65535 s'])('takes a keep-alive of %s', (keepAlive) => {
  expect(problemsOf({ keepAlive })).toEqual([]);
});

it('hides its secrets when it is shown', () => {
  const section = MqttSection.parse({
    ...least,
    user: 'me',
    password: 's3cr3t',
    clientCertificate: { cert: 'c.pem', key: 'k.pem', passphrase: 's3cr3t' },
  });
  expect(JSON.stringify(section)).not.toContain('s3cr3t');
  expect(section.password?.reveal()).toBe('s3cr3t');
});
