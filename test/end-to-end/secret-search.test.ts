/** The search that the tests of secrets rely on finds every form, and nothing where nothing is. */
import { describe, expect, it } from 'vitest';
import { secretSearch } from './secret-search.ts';

const password = 'päss "word"/of&the=key<1>+?';
const serial = '9081726354455463';
const control = '73519';
const search = secretSearch({ password, serial, control });

const base64After = (before: string) => Buffer.from(`${before}${password} and more`).toString('base64');
const forms: Readonly<Record<string, string>> = {
  'as it is': password,
  'in capital letters': password.toUpperCase(),
  'in JSON': JSON.stringify({ password }),
  'in JSON in JSON': JSON.stringify({ detail: JSON.stringify({ password }) }),
  'in JSON of ASCII alone': `"${password.replace(/[^a-z0-9 ]/gi, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`,
  'URL-encoded': `https://h/?p=${encodeURIComponent(password)}`,
  'URL-encoded twice': encodeURIComponent(encodeURIComponent(password)),
  'as an address': encodeURI(password),
  'as a form': new URLSearchParams({ p: password }).toString(),
  'in HTML': password
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;'),
  'in HTML by numbers': password.replace(/[<>&"']/g, (one) => `&#${one.charCodeAt(0)};`),
  'in hex': Buffer.from(password).toString('hex'),
  'in hex of capitals': Buffer.from(password).toString('hex').toUpperCase(),
  'in base64 from the first byte': base64After(''),
  'in base64 from the second byte': base64After('u'),
  'in base64 from the third byte': base64After('u:'),
  'in base64 for addresses': Buffer.from(`u${password}`).toString('base64url'),
  'cut in two by two log lines': `{"msg":"${password.slice(0, 9)}"}\n{"msg":"${password.slice(9)}"}`,
  'cut in two by two fields': JSON.stringify({ a: password.slice(0, 17), b: 1, c: password.slice(17) }),
  'with a line break in it': `${password.slice(0, 7)}\r\n${password.slice(7)}`,
};

describe('a secret is found', () => {
  it.each(Object.entries(forms))('%s', (_, form) => {
    expect(search(`{"level":"info","msg":"before ${form} after"}`)).toEqual(['password']);
  });

  it.each([
    ['in groups of four', '9081 7263 5445 5463'],
    ['with dashes', '9081-7263-5445-5463'],
    ['in groups with odd blanks', '9081\u00a07263 \u00a05445.5463'],
    ['in two fields', '"front":"90817263","kind":"x","back":"54455463"'],
    ['but for its last four digits', '908172635445'],
    ['but for its first four digits', '726354455463'],
  ])('as a serial %s', (_, form) => {
    expect(search(`x ${form} y`)).toEqual(['serial']);
  });

  it('when a piece of it is told, also in base64', () => {
    const key = 'eyJhbGciOiJSUzUxMiJ9.cGxhbnRlZC1saWNlbnNlLWtleQ.U0lHTkFUVVJFLXBsYW50ZWQ';
    for (let at = 0; at + 24 <= key.length; at += 1) {
      const piece = key.slice(at, at + 24);
      expect(secretSearch({ key })(piece)).toEqual(['key']);
      expect(secretSearch({ key })(Buffer.from(`${piece}.`).toString('base64'))).toEqual(['key']);
    }
  });

  it('wherever its halves are cut', () => {
    for (let at = 1; at < password.length; at += 1) {
      expect(search(`${password.slice(0, at)}", "other": "${password.slice(at)}`)).toEqual(['password']);
    }
  });

  it('however short it is, where it stands as it is', () => {
    expect(search(`check ${control}`)).toEqual(['control']);
  });
});

it('finds nothing in what may be shown', () => {
  const may = { licenseNumber: '…5463', at: 1_795_493_319_035, msg: 'password of the key', user: '*** ***' };
  expect(search(JSON.stringify(may))).toEqual([]);
});
