import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { fingerprintOf, licenseClaim, licenseDigits, maskedNumber } from './license-number.ts';
import type { LicenseReply } from './reading.ts';

const emptyReply: LicenseReply = {
  serial: '',
  key: '',
  keyDetails: '',
  lef: '',
  controlNumber: '',
  ownerName: '',
  ownerOrganization: '',
  isExpired: null,
  isBlacklisted: null,
  isInvalid: null,
  isSubscription: null,
  expiredReason: '',
  definitionUpdated: '',
};

const keyOf = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.signature`;

it.each<[string, string, string, string | null, string]>([
  ['9999 0000 0000 1234', '1 1', '{"license":"2"}', '9999000000001234', 'the serial goes first'],
  ['', '1111 2222 3333 4444', '{"license":"2"}', '1111222233334444', 'then the key details'],
  ['none', 'none', '{"license":"5555666677778888"}', '5555666677778888', 'then the key'],
  ['', '', '{}', null, ''],
])(
  'the number of serial %j, key details %j and key %j is %j (%s)',
  (serial, inDetails, payload, expected) => {
    expect(licenseDigits({ ...emptyReply, serial, key: keyOf(payload) }, inDetails)).toBe(expected);
  },
);

it.each<[string, string | null, string]>([
  [keyOf('{"jti":"x","license":"9999"}'), '9999', ''],
  [keyOf('{"license":9999}'), null, 'a number could have lost digits'],
  [keyOf('null'), null, ''],
  [keyOf('[1]'), null, ''],
  [keyOf('{'), null, ''],
  [keyOf(`${'['.repeat(6000)}`), null, 'deep'],
  [keyOf(`{"license":"1","pad":"${'x'.repeat(10_000)}"}`), null, 'longer than any real key'],
  ['x.y.z', null, ''],
  ['x', null, ''],
  ['..', null, ''],
  ['a.%%%.c', null, ''],
  ['', null, ''],
])('the claim is read safely (%#)', (key, expected) => {
  expect(licenseClaim(key)).toBe(expected);
});

it.each([
  ['9999000000001234', '…1234'],
  ['12345678', '…5678'],
  ['1234567', '…67'],
  ['12345', '…45'],
  ['1234', null],
  ['1', null],
])('of %s it shows %s', (digits, expected) => {
  expect(maskedNumber(digits)).toBe(expected);
});

it('the fingerprint is the start of a hash of the number alone', () => {
  const hash = createHash('sha256').update('license-number:9999000000001234').digest('hex');
  expect(fingerprintOf('9999000000001234')).toBe(hash.slice(0, 8));
});
