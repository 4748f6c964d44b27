import { describe, expect, it } from 'vitest';
import { Secret } from '../platform/secret.ts';
import { scrubberOf } from './http-secrets.ts';
import { redirectTarget } from './redirect.ts';

const from = new URL('http://hooks.example:8080/a');
const keep = (text: string) => text;

it.each([
  ['/b', 'http://hooks.example:8080/b'],
  ['b?c=d', 'http://hooks.example:8080/b?c=d'],
  ['http://HOOKS.example:8080/b', 'http://hooks.example:8080/b'],
  ['https://hooks.example/b', 'https://hooks.example/b'],
])('a redirect to %s is followed', (location, target) => {
  expect(String(redirectTarget(307, location, from, keep))).toBe(target);
});

it.each([301, 302, 303, 307, 308])('status %i can redirect', (status) => {
  expect(redirectTarget(status, '/b', from, keep)).toBeInstanceOf(URL);
});

it.each([200, 300, 304, 305, 404])('status %i redirects nowhere', (status) => {
  expect(redirectTarget(status, '/b', from, keep)).toBe('and says nowhere to go; check `url`');
});

it.each([undefined, 'http://'])('a redirect to %s leads nowhere', (location) => {
  expect(redirectTarget(307, location, from, keep)).toBe('and says nowhere to go; check `url`');
});

it.each([
  ['https://other.example/b', 'https://other.example'],
  ['http://hooks.example:9090/b', 'http://hooks.example:9090'],
  ['//evil.example', 'http://evil.example'],
  ['ftp://hooks.example/b', 'ftp://hooks.example'],
])('a redirect to %s is not followed', (location, origin) => {
  expect(redirectTarget(307, location, from, keep)).toBe(
    `and points to ${origin}; messages and credentials do not follow there, so set the new address in \`url\``,
  );
});

it('a redirect from https to http is not followed', () => {
  expect(redirectTarget(301, 'http://h/', new URL('https://h/'), keep)).toContain('points to http://h;');
});

it.each(['https://b', 'https://a:8443'])('a redirect from https://a to %s is not followed', (origin) => {
  expect(redirectTarget(301, `${origin}/`, new URL('https://a/'), keep)).toContain(`points to ${origin};`);
});

describe('a secret that the far end puts into the host of the other address', () => {
  const scrub = scrubberOf([new Secret('T0ken-1')]);

  it.each(['https://t0ken-1.example/T0ken-1', 'https://T0KEN-1.example/', 'https://%740ken-1.example/'])(
    'is not shown: %s',
    (location) => {
      expect(redirectTarget(307, location, from, scrub)).toContain('points to https://***.example;');
    },
  );

  it('leaves no address to show where there is none without it', () => {
    const scrubAll = (text: string) => (text === 'https://[::1]/' ? 'https://[***]/' : text);
    expect(redirectTarget(307, 'https://[::1]/', from, scrubAll)).toContain('points to elsewhere;');
  });
});
