import { expect, it } from 'vitest';
import * as z from 'zod';
import { ClientCertificate, HeaderSecret, HttpUrl, httpSettings } from './http-settings.ts';

const wordsOf = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message);

it.each(['http://influx:8086', 'https://example.com/hook?a=b', 'HTTP://127.0.0.1', 'https://[::1]:1/'])(
  'takes %s for an address',
  (url) => {
    expect(wordsOf(HttpUrl, url)).toBeUndefined();
  },
);

it.each(['ftp://example.com', 'shttp://example.com', 'httpx://example.com', 'example.com', '', 7])(
  'refuses %j as an address, and says how one begins',
  (url) => {
    expect(wordsOf(HttpUrl, url)).toEqual(['write an address that begins with http:// or https://']);
  },
);

it('sends a secret with whatever a header may hold', () => {
  const secret = '\t ~!t0ken öÿ\u0080';
  expect(HeaderSecret.parse(secret).reveal()).toBe(secret);
});

it.each(['a\nb', '\na', 'a\n', 'a\rb', 'a\u0000', 'a\u007f', 'łódź', '🦄'])(
  'refuses the secret %j, which no header can hold',
  (secret) => {
    expect(wordsOf(HeaderSecret, secret)).toEqual([
      'holds a line break or a character that cannot be sent in an HTTP header',
    ]);
  },
);

it('checks certificates against the public authorities unless told otherwise', () => {
  const settings = z.strictObject(httpSettings);
  expect(settings.parse({})).toEqual({ verify: true });
  expect(settings.parse({ ca: 'ca.pem', verify: false })).toEqual({ ca: 'ca.pem', verify: false });
  expect(settings.safeParse({ ca: '' }).success).toBe(false);
});

it('knows a client certificate by two files, neither without a name, and nothing else', () => {
  const files = { cert: 'cert.pem', key: 'key.pem' };
  expect(ClientCertificate.parse(files)).toEqual(files);
  for (const wrong of [
    { cert: 'cert.pem' },
    { ...files, cert: '' },
    { ...files, key: '' },
    { ...files, x: 1 },
  ])
    expect(ClientCertificate.safeParse(wrong).success).toBe(false);
});
