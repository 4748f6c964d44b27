import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { describeHttpDestination, testTools } from '../../../../test/contracts/http-destination.ts';
import { FakeClock } from '../../../../test/fakes/fake-clock.ts';
import { startHttpReceiver } from '../../../../test/fakes/http-receiver.ts';
import { alertMessage, statusMessage } from '../../../../test/fakes/messages.ts';
import { payloadOf } from '../../payload.ts';
import { webhook } from './index.ts';

const section = (settings: object) => webhook.section.parse({ kind: 'webhook', name: 'hook', ...settings });
const soon = () => AbortSignal.timeout(10_000);

async function receiverAndWebhook(settings: (url: string) => object, clock = new FakeClock()) {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  const destination = await webhook.open(section(settings(receiver.url)), testTools(clock));
  onTestFinished(() => destination.close());
  return { receiver, destination };
}

describe('with a bearer token', () => {
  describeHttpDestination('webhook', {
    open: (url, secret, tools) => webhook.open(section({ url, bearerToken: secret }), tools),
  });
});
describe('with basic authentication', () => {
  describeHttpDestination('webhook', {
    open: (url, password, tools) => webhook.open(section({ url, basic: { user: 'user', password } }), tools),
  });
});
describe('with a secret in a header of its own', () => {
  describeHttpDestination('webhook', {
    open: (url, secret, tools) => webhook.open(section({ url, headers: { 'X-Api-Key': secret } }), tools),
  });
});
describe('with a secret in the path', () => {
  describeHttpDestination('webhook', {
    open: (url, secret, tools) =>
      webhook.open(section({ url: `${url}/hooks/${encodeURIComponent(secret)}` }), tools),
  });
});
describe('with a secret in the query, by GET', () => {
  describeHttpDestination('webhook', {
    open: (url, secret, tools) =>
      webhook.open(section({ url: `${url}/?token=${encodeURIComponent(secret)}`, method: 'GET' }), tools),
  });
});
describe('with a user in the address', () => {
  describeHttpDestination('webhook', {
    open: (url, secret, tools) =>
      webhook.open(section({ url: url.replace('//', `//user:${encodeURIComponent(secret)}@`) }), tools),
  });
});

it.each(['POST', 'PUT'] as const)(
  '%ss the message as JSON, with its id as the idempotency key',
  async (method) => {
    const { receiver, destination } = await receiverAndWebhook((url) => ({ url: `${url}/hook?a=1`, method }));
    const message = alertMessage();
    await destination.deliver([message], soon());

    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({ method, path: '/hook?a=1' });
    expect(receiver.received[0]!.headers).toMatchObject({
      'idempotency-key': message.id,
      'content-type': 'application/json',
    });
    expect(JSON.parse(receiver.received[0]!.body)).toEqual(payloadOf(message));
  },
);

it("sends Butler's query by GET, after the query of the address, and no body", async () => {
  const { receiver, destination } = await receiverAndWebhook((url) => ({
    url: `${url}/hook?a=b%20c`,
    method: 'GET',
  }));
  const message = statusMessage();
  await destination.deliver([message], soon());

  const { licenseExpired, expiryDateStr, daysUntilExpiry } = payloadOf(message);
  expect(receiver.received[0]).toMatchObject({
    method: 'GET',
    path:
      `/hook?a=b%20c&event=server+license+status&licenseExpired=${licenseExpired}` +
      `&expiryDateStr=${expiryDateStr}&daysUntilExpiry=${daysUntilExpiry}`,
    body: '',
  });
  expect(receiver.received[0]!.headers['content-type']).toBeUndefined();
  expect(receiver.received[0]!.headers['idempotency-key']).toBe(message.id);
});

it('writes what is not known as null in the query, as Butler does', async () => {
  const { receiver, destination } = await receiverAndWebhook((url) => ({ url, method: 'GET' }));
  await destination.deliver([statusMessage({ license: null })], soon());
  expect(receiver.received[0]!.path).toContain('licenseExpired=null&expiryDateStr=null&daysUntilExpiry=null');
});

it.each(['POST', 'GET'] as const)(
  'signs a %s so that receivers of Standard Webhooks can verify it',
  async (method) => {
    const secrets = [
      `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`,
      'plain öld secret',
    ];
    const { receiver, destination } = await receiverAndWebhook(
      (url) => ({ url, method, signingSecrets: secrets }),
      // The verifying library compares with the real time and takes no clock.
      new FakeClock(new Date()),
    );
    await destination.deliver([alertMessage()], soon());

    const [{ body, headers }] = receiver.received as unknown as [
      { body: string; headers: Record<string, string> },
    ];
    const plainKey = new Uint8Array(Buffer.from(secrets[1]!));
    for (const verifier of [new Webhook(secrets[0]!), new Webhook(plainKey, { format: 'raw' })]) {
      expect(() => verifier.verify(body, headers)).not.toThrow();
      expect(() => verifier.verify(`${body} `, headers)).toThrow('No matching signature');
    }
    expect(headers['webhook-signature']).toMatch(/^v1,[^ ]{44} v1,[^ ]{44}$/);
  },
);

it('gives the time of the attempt, not of the message', async () => {
  const clock = new FakeClock('2026-11-24T10:00:00Z');
  const { receiver, destination } = await receiverAndWebhook(
    (url) => ({ url, signingSecrets: ['s'] }),
    clock,
  );
  await destination.deliver([alertMessage()], soon());
  await clock.advance(3_600_000);
  await destination.deliver([alertMessage()], soon());
  expect(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).toEqual([
    '1795514400',
    '1795518000',
  ]);
  expect(receiver.received[0]!.headers['webhook-id']).toBe(receiver.received[1]!.headers['webhook-id']);
});

it('sends a user in the address as basic authentication', async () => {
  const { receiver, destination } = await receiverAndWebhook((url) => ({
    url: url.replace('//', '//me:p%40ss@'),
  }));
  await destination.deliver([alertMessage()], soon());
  expect(receiver.received[0]!.headers['authorization']).toBe(`Basic ${btoa('me:p@ss')}`);
});

it.each([
  ['a bearer token', { bearerToken: 't0ken' }, 'Bearer t0ken'],
  ['user and password', { basic: { user: 'me', password: 'p@ss' } }, `Basic ${btoa('me:p@ss')}`],
  ['nothing', {}, undefined],
])('authorizes itself with %s', async (_, settings, authorization) => {
  const { receiver, destination } = await receiverAndWebhook((url) => ({ url, ...settings }));
  await destination.deliver([alertMessage()], soon());
  expect(receiver.received[0]!.headers['authorization']).toBe(authorization);
});

it('says who it is, and adds the headers of the configuration, which may say otherwise', async () => {
  const headersWith = async (headers: object) => {
    const { receiver, destination } = await receiverAndWebhook((url) => ({ url, headers }));
    await destination.deliver([alertMessage()], soon());
    return receiver.received[0]!.headers;
  };
  expect(await headersWith({ 'X-Api-Key': 'k3y' })).toMatchObject({
    'user-agent': 'license-sentinel',
    'x-api-key': 'k3y',
  });
  expect((await headersWith({ 'User-Agent': 'other' }))['user-agent']).toBe('other');
});

it('has no other query than that of Butler where the address has none', async () => {
  const { receiver, destination } = await receiverAndWebhook((url) => ({
    url: `${url}/hook`,
    method: 'GET',
  }));
  await destination.deliver([statusMessage()], soon());
  expect(receiver.received[0]!.path).toMatch(/^\/hook\?event=server\+license\+status&licenseExpired=/);
  expect(receiver.received[0]!.headers['content-length']).toBeUndefined();
});

it.each([
  [{ tokn: 'x' }, 'tokn'],
  [{ url: 'ftp://example.com' }, 'http://'],
  [{ bearerToken: 'a', basic: { user: 'u', password: 'p' } }, 'not both'],
  [{ bearerToken: 'a\nb' }, 'line break'],
  [{ headers: { 'x\ny': 'z' } }, 'not a name'],
  [{ headers: { authorization: 'z' } }, 'bearerToken'],
  [{ signingSecrets: ['whsec_nö'] }, 'base64'],
  [{ signingSecrets: ['a', 'b', 'c'] }, 'signingSecrets'],
])('refuses %j and says why', (settings, words) => {
  const { error } = webhook.section.safeParse({ kind: 'webhook', name: 'h', url: 'http://h', ...settings });
  expect(JSON.stringify(error?.issues)).toContain(words);
});

it('can read the samples of its README', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const samples = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, sample]) => parse(sample!));
  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) expect(webhook.section.safeParse(sample).error).toBeUndefined();
});
