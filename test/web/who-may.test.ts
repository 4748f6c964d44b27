/** Who may look and act, and from where. */
import { createHash, scryptSync } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { WebSection } from '../../src/web/web-section.ts';
import { startRig } from './rig.ts';

const token = 'a-token-of-prometheus';
const salt = Buffer.from('0123456789abcdef');
const hash = scryptSync('hunter22', salt, 32, { N: 1024, r: 8, p: 1 }).toString('base64');
const auth = {
  tokens: [
    { name: 'prometheus', sha256: createHash('sha256').update(token).digest('hex') },
    { name: 'script', secret: 'another-token-16', role: 'act' },
  ],
  users: [{ name: 'anna', password: `scrypt:1024:8:1:${salt.toString('base64')}:${hash}`, role: 'act' }],
};
const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

async function rigWith(section: unknown) {
  const rig = await startRig({ section: WebSection.parse(section) });
  onTestFinished(() => rig.close());
  const ask = async (authorization?: string, method: 'GET' | 'DELETE' = 'GET') => {
    const headers = { host: 'localhost:8080', ...(authorization !== undefined && { authorization }) };
    const url = method === 'GET' ? '/api/v1/overview' : '/api/v1/dead-letters/oncall/1';
    return (await rig.app.inject({ method, url, headers })).statusCode;
  };
  return { rig, ask };
}

it.each([
  ['nobody', undefined, 401, 401],
  ['a wrong token', 'Bearer wrong', 401, 401],
  ['a token for looking', `Bearer ${token}`, 200, 403],
  ['a token for acting', 'Bearer another-token-16', 200, 404],
  ['a user', basic('anna', 'hunter22'), 200, 404],
  ['a wrong password', basic('anna', 'hunter23'), 401, 401],
  ['an unknown user', basic('bert', 'hunter22'), 401, 401],
  ['a token in the password field of a browser', basic('prometheus', token), 200, 403],
  ['a token under another name', basic('anna', token), 401, 401],
  ['nonsense', 'Digest x', 401, 401],
])('lets %s look and act as it should', async (_who, authorization, looks, acts) => {
  const { ask } = await rigWith({ listen: '0.0.0.0:8080', auth });
  expect(await ask(authorization)).toBe(looks);
  expect(await ask(authorization, 'DELETE')).toBe(acts);
});

it('stops listening to whoever guesses, and forgives after five minutes', async () => {
  const { rig, ask } = await rigWith({ auth });
  for (let n = 0; n < 10; n += 1) expect(await ask(`Bearer wrong-${n}`)).toBe(401);
  expect(await ask(`Bearer ${token}`)).toBe(429);
  await rig.clock.advance(301_000);
  expect(await ask(`Bearer ${token}`)).toBe(200);
});

it('takes everybody who is right at once, as when all pages come back after a restart', async () => {
  const { ask } = await rigWith({ auth });
  const atOnce = Array.from({ length: 24 }, (_, n) =>
    ask(n % 2 === 0 ? basic('anna', 'hunter22') : `Bearer ${token}`),
  );
  expect(await Promise.all(atOnce)).toEqual(atOnce.map(() => 200));
});

it('lets no more than ten guesses through, however many come at once', async () => {
  const { ask } = await rigWith({ auth });
  const guesses = Array.from({ length: 24 }, (_, n) => ask(basic('anna', `wrong-${n}`)));
  expect((await Promise.all(guesses)).filter((status) => status === 401)).toHaveLength(10);
  expect(await ask(basic('anna', 'hunter22'))).toBe(429);
});

it('needs no login for health', async () => {
  const { rig } = await rigWith({ auth });
  expect((await rig.get('/healthz')).statusCode).toBe(200);
  expect((await rig.get('/readyz')).statusCode).toBe(503);
  expect((await rig.get('/metrics')).statusCode).toBe(401);
});

it('lets everybody look, and nobody act, where the configuration says none', async () => {
  const { ask } = await rigWith({ listen: '0.0.0.0:8080', auth: 'none' });
  expect(await ask()).toBe(200);
  expect(await ask(undefined, 'DELETE')).toBe(403);
});

it.each([
  ['localhost:8080', 200],
  ['127.0.0.1:8080', 200],
  ['[::1]:8080', 200],
  ['LICENSES.example.com', 200],
  ['evil.test:8080', 421],
  ['localhost.evil.test', 421],
])('answers for the host %s with %i, so that no page can point its own name here', async (host, status) => {
  const { rig } = await rigWith({ hosts: ['licenses.example.com'] });
  expect((await rig.get('/api/v1/overview', { host })).statusCode).toBe(status);
});

it('answers for the name in its public address', async () => {
  const { rig } = await rigWith({ publicUrl: 'https://Sense.example.com:8443/licenses' });
  expect((await rig.get('/api/v1/overview', { host: 'sense.example.com:8443' })).statusCode).toBe(200);
  expect((await rig.get('/api/v1/overview', { host: 'example.com' })).statusCode).toBe(421);
});

const problems = (section: unknown) =>
  (WebSection.safeParse(section).error?.issues ?? []).map(({ message }) => message).join();

it('does not start open to the network by mistake', () => {
  expect(problems({ listen: '0.0.0.0:8080' })).toContain('auth');
  expect(problems({ listen: '*:8080' })).toContain('auth');
  expect(problems({ listen: '[::]:8080' })).toContain('auth');
  for (const listen of ['127.0.0.1:1', '127.1.2.3:1', '[::1]:1', 'localhost:1'])
    expect(problems({ listen })).toBe('');
  expect(problems({ listen: '0.0.0.0:8080', auth: 'none' })).toBe('');
  expect(problems({ listen: '0.0.0.0:8080', enabled: false })).toBe('');
});

it('is on by default, and off with false', () => {
  expect(WebSection.parse({})).toMatchObject({ enabled: true, listen: '127.0.0.1:8080' });
  expect(WebSection.parse(false)).toMatchObject({ enabled: false });
});

it.each([
  [{ auth: {} }, 'name at least one'],
  [{ auth: { tokens: [{ name: 'x' }] } }, 'either secret or sha256'],
  [{ auth: { tokens: [{ name: 'x', secret: 'short' }] } }, 'at least 16'],
  [{ auth: { tokens: [{ name: 'x', secret: '' }] } }, 'must not be empty'],
  [{ auth: { tokens: [{ name: 'x', secret: 5 }] } }, 'expected string'],
  [{ auth: { tokens: [{ name: 'x', secret: null }] } }, 'expected string'],
  [{ auth: { tokens: null, users: null } }, 'expected array'],
  [{ auth: { users: [{ name: 'x', password: 'hunter22' }] } }, 'scrypt'],
  [
    {
      auth: { users: [{ name: 'x', password: 'scrypt:9999999:8:1:AAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAA' }] },
    },
    'scrypt',
  ],
  [{ listen: '127.0.0.1:99999' }, '65535'],
  [{ basePath: 'x' }, '/licenses'],
])('refuses %j', (section, words) => {
  expect(JSON.stringify(WebSection.safeParse(section).error?.issues)).toContain(words);
});

it('never shows a token or password', () => {
  const text = JSON.stringify(WebSection.parse({ auth }));
  expect(text).not.toContain('another-token-16');
  expect(text).not.toContain(hash);
});
