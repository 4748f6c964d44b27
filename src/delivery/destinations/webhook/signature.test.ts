import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { Secret } from '../../../platform/secret.ts';
import { isSigningSecret, signatureHeaders } from './signature.ts';

const request = { id: 'm-1', at: new Date(1_795_514_400_999), body: '{"a":"ö"}' };
const signed = (key: Buffer) =>
  `v1,${createHmac('sha256', key).update('m-1.1795514400.{"a":"ö"}').digest('base64')}`;
const headersWith = (...secrets: readonly string[]) =>
  signatureHeaders(
    request,
    secrets.map((secret) => new Secret(secret)),
  );

it('adds nothing without a secret', () => {
  expect(headersWith()).toEqual({});
});

it('signs id, time in whole seconds, and body', () => {
  expect(headersWith('plain öld secret')).toEqual({
    'webhook-id': 'm-1',
    'webhook-timestamp': '1795514400',
    'webhook-signature': signed(Buffer.from('plain öld secret', 'utf8')),
  });
});

it('takes what comes after whsec_ for base64, and any other text as it is', () => {
  expect(headersWith('whsec_+/AA')['webhook-signature']).toBe(signed(Buffer.from([0xfb, 0xf0, 0x00])));
  expect(headersWith('+/AA')['webhook-signature']).toBe(signed(Buffer.from('+/AA')));
  expect(headersWith('my-whsec_+/AA')['webhook-signature']).toBe(signed(Buffer.from('my-whsec_+/AA')));
});

it('gives one signature for each secret, in their order', () => {
  expect(headersWith('a', 'b')['webhook-signature']).toBe(
    `${signed(Buffer.from('a'))} ${signed(Buffer.from('b'))}`,
  );
});

it.each(['a', 'two words', 'my-whsec_', 'whsec', 'whsec_AAAA', 'whsec_AAAAAAA=', 'whsec_+/09azAZAA=='])(
  'can sign with %s',
  (secret) => {
    expect(isSigningSecret(secret)).toBe(true);
  },
);

it.each([
  '',
  'whsec_',
  'whsec_AA==',
  'whsec_AAA=',
  'whsec_AAAAA',
  'whsec_AAAAAAA',
  'whsec_AAAAA===',
  'whsec_AAAA====',
  'whsec_AAAA AAAA',
  'whsec_ AAAA',
  'whsec_AAAA\n',
  'whsec_öAAAA',
  'whsec_AAAA_-AA',
])('cannot sign with %j', (secret) => {
  expect(isSigningSecret(secret)).toBe(false);
});
