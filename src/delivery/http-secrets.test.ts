import { describe, expect, it } from 'vitest';
import { Secret } from '../platform/secret.ts';
import { authorizationInUrl, decoded, scrubberOf, secretsInUrl } from './http-secrets.ts';

const revealed = (url: string) =>
  secretsInUrl(new URL(url))
    .map((secret) => secret.reveal())
    .filter((text) => text !== '');

describe('in an address may be secret', () => {
  it('user and password, alone and as they are joined for basic authentication', () => {
    expect(revealed('https://me:p%40ss@h/')).toEqual(['me', 'p@ss', 'me:p@ss']);
  });

  it('the path without its first slash, and each segment of at least eight characters, decoded too', () => {
    expect(revealed('https://h/hook/T0000001/1234567/t%C3%B6ken123')).toEqual([
      ':',
      'hook/T0000001/1234567/t%C3%B6ken123',
      'T0000001',
      't%C3%B6ken123',
      'T0000001',
      'töken123',
    ]);
  });

  it('the query without its question mark, and each of its values', () => {
    expect(revealed('https://h/?token=a%20b&x=c')).toEqual([':', 'token=a%20b&x=c', 'a b', 'c']);
  });
});

describe('what a far end echoes is scrubbed', () => {
  const scrub = scrubberOf([new Secret(`T<k>&"n'é/ 99`), new Secret('T<k>')]);

  it.each([
    ['as it is', `T<k>&"n'é/ 99`],
    ['in small letters', `t<k>&"n'é/ 99`],
    ['as a form has it', 'T%3Ck%3E%26%22n%27%C3%A9%2F+99'],
    ['in JSON', `T<k>&\\"n'é/ 99`],
    ['in JSON as Go writes it', `T\\u003ck\\u003e\\u0026\\"n'é/ 99`],
    ['in JSON as Python writes it', `T<k>&\\"n'\\u00e9/ 99`],
    ['in HTML', 'T&lt;k&gt;&amp;&quot;n&#39;é/ 99'],
  ])('%s', (_spelling, text) => {
    expect(scrub(`no such hook: ${text}.`)).toBe('no such hook: ***.');
  });

  it('leaving no rest of a longer secret that begins like a shorter one', () => {
    expect(scrubberOf([new Secret('abcd'), new Secret('abcdefgh')])('abcdefgh abcd')).toBe('*** ***');
  });
});

it('a part of an address whose encoding is broken stays as it is', () => {
  expect(decoded('a%20b')).toBe('a b');
  expect(decoded('100%')).toBe('100%');
});

it.each([
  ['https://h/', undefined],
  ['https://me:p%40ss@h/', 'Basic bWU6cEBzcw=='],
  ['https://me@h/', 'Basic bWU6'],
  ['https://:pass@h/', 'Basic OnBhc3M='],
])('%s gives the authorization %s', (url, authorization) => {
  expect(authorizationInUrl(new URL(url))).toBe(authorization);
});
