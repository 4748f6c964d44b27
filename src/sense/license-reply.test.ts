import { describe, expect, it } from 'vitest';
import { parseLicenseReply } from './license-reply.ts';

const empty = {
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

it('puts the fields of a license under our names and leaves out the rest', () => {
  expect(
    parseLicenseReply({
      id: '5f0c2d1e-1111-4222-8333-abcdefabcdef',
      lef: 'a lef',
      serial: '9999 0000 0000 1234',
      check: '12345',
      key: 'a key',
      keyDetails: 'some details',
      name: 'Example Owner',
      organization: 'Example Ltd',
      product: 2,
      isExpired: false,
      expiredReason: 'a reason',
      isBlacklisted: true,
      isInvalid: false,
      isSubscription: true,
      updated: '2026-11-23T09:17:16.366Z',
      privileges: null,
      schemaPath: 'License',
    }),
  ).toEqual({
    serial: '9999 0000 0000 1234',
    key: 'a key',
    keyDetails: 'some details',
    lef: 'a lef',
    controlNumber: '12345',
    ownerName: 'Example Owner',
    ownerOrganization: 'Example Ltd',
    isExpired: false,
    isBlacklisted: true,
    isInvalid: false,
    isSubscription: true,
    expiredReason: 'a reason',
    definitionUpdated: '2026-11-23T09:17:16.366Z',
  });
});

it('knows the answer of a server without a license', () => {
  expect(parseLicenseReply(null)).toBeNull();
});

describe('a license with little in it', () => {
  it.each<[object, string]>([
    [{ schemaPath: 'License' }, 'nothing but its type'],
    [{ serial: '', lef: '', key: '', keyDetails: null }, 'empty fields'],
    [
      { serial: 42, keyDetails: {}, lef: ['x'], key: true, isExpired: 1, isInvalid: 'yes', updated: 0 },
      'wrong types',
    ],
  ])('%j is one all the same (%s)', (json) => {
    expect(parseLicenseReply(json)).toEqual(empty);
  });
});

it.each([
  ['True', true],
  ['true', true],
  [' FALSE ', false],
  ['False', false],
  [true, true],
  [false, false],
  ['', null],
  ['0', null],
  [0, null],
  [null, null],
])('reads the flag %j as %s', (value, expected) => {
  expect(parseLicenseReply({ isExpired: value })).toEqual({ ...empty, isExpired: expected });
});

it.each([
  [[]],
  [[{ serial: '1' }]],
  [42],
  ['null'],
  [true],
  [undefined],
  [{}],
  [{ message: 'x' }],
  [{ schemaPath: 'About' }],
])('says that %j is no license', (json) => {
  expect(parseLicenseReply(json)).toBeUndefined();
});
