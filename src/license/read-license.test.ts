import { describe, expect, it } from 'vitest';
import { judgeLicense } from './judge.ts';
import { type ReadSettings, readLicense } from './read-license.ts';
import type { LicenseReply } from './reading.ts';

const reply: LicenseReply = {
  serial: '9999 0000 0000 1234',
  key: 'x.y.z',
  keyDetails: 'License Number: 9999 0000 0000 1234\nValid From: 2026-01-01\nValid To: 2027-05-06',
  lef: '',
  controlNumber: '',
  ownerName: 'Example Owner',
  ownerOrganization: 'Example Ltd',
  isExpired: false,
  isBlacklisted: false,
  isInvalid: false,
  isSubscription: null,
  expiredReason: '',
  definitionUpdated: '2026-11-23T09:17:16.366Z',
};
const settings: ReadSettings = {
  now: new Date('2026-11-24T10:00:00Z'),
  timeZone: 'UTC',
  dateOrder: 'auto',
  perpetual: false,
  manualEndDate: null,
};
const read = (changes: Partial<LicenseReply>, more: Partial<ReadSettings> = {}) =>
  readLicense({ ...reply, ...changes }, { ...settings, ...more });
const judged = (changes: Partial<LicenseReply>, more: Partial<ReadSettings> = {}) =>
  judgeLicense(read(changes, more), { ...settings, ...more, widestRung: 90, staleAfterDays: 3 });

const number = 'License Number: 9999 0000 0000 1234\n';

it('reads a healthy license', () => {
  expect(read({})).toEqual({
    present: true,
    licenseNumber: '…1234',
    fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
    startDate: '2026-01-01',
    end: { kind: 'date', date: '2027-05-06' },
    flags: { expired: false, blacklisted: false, invalid: false },
    expiredReason: '',
    maintenanceEndDate: null,
    definitionUpdatedAt: Date.UTC(2026, 10, 23, 9, 17, 16, 366),
    remarks: [],
    evidence: { source: 'key-details', endText: '2027-05-06', dateOrder: 'ymd', endDates: ['2027-05-06'] },
  });
});

describe('when the license ends', () => {
  it.each<[string, Partial<LicenseReply>, object, string]>([
    ['no end line', { keyDetails: number }, { kind: 'perpetual' }, 'key-details'],
    [
      'no end line, allotments only',
      { keyDetails: 'Allotment professional:5;' },
      { kind: 'perpetual' },
      'key-details',
    ],
    [
      'an end in the Hijri calendar, which must not look like none',
      { keyDetails: `${number}Valid To: 15/06/1448` },
      { kind: 'unreadable', why: 'not-understood' },
      'key-details',
    ],
    ['an empty end line', { keyDetails: `${number}Valid To: ` }, { kind: 'perpetual' }, 'key-details'],
    [
      'a near sentinel',
      { keyDetails: `${number}Valid To: 0001-01-01  12:00:00 AM` },
      { kind: 'perpetual' },
      'key-details',
    ],
    [
      'a far sentinel',
      { keyDetails: `${number}Valid To: 12/31/9999 11:59:59 PM` },
      { kind: 'perpetual' },
      'key-details',
    ],
    ['an open interval', { keyDetails: `${number}Valid To: ./.` }, { kind: 'perpetual' }, 'key-details'],
    [
      'a sentinel in a subscription',
      { keyDetails: `${number}Valid To: 9999-12-31`, isSubscription: true },
      { kind: 'unreadable', why: 'no-end-date' },
      'key-details',
    ],
    [
      'a text of another kind',
      { keyDetails: 'Hello' },
      { kind: 'unreadable', why: 'nothing-recognised' },
      'none',
    ],
    ['no text', { keyDetails: '' }, { kind: 'unreadable', why: 'nothing-recognised' }, 'none'],
    [
      'a sentinel and nothing else',
      { keyDetails: 'Valid To: 9999-12-31' },
      { kind: 'unreadable', why: 'nothing-recognised' },
      'none',
    ],
    [
      'a riddle',
      { keyDetails: `${number}Valid To: soon` },
      { kind: 'unreadable', why: 'not-understood' },
      'key-details',
    ],
    ['a LEF', { keyDetails: '', lef: 'TIMELIMIT;;;2027-04-30' }, { kind: 'date', date: '2027-04-30' }, 'lef'],
    ['a LEF without a limit', { keyDetails: '', lef: 'TOKENS;100;;' }, { kind: 'perpetual' }, 'lef'],
    [
      'a LEF with a limit that has no date',
      { keyDetails: '', lef: 'TIMELIMIT;VALUE;;' },
      { kind: 'unreadable', why: 'not-understood' },
      'lef',
    ],
    [
      'a LEF of a subscription without a limit',
      { keyDetails: '', lef: 'TOKENS;100;;', isSubscription: true },
      { kind: 'unreadable', why: 'no-end-date' },
      'lef',
    ],
    [
      'a LEF beside key details',
      { lef: 'TIMELIMIT;;;2027-04-30' },
      { kind: 'date', date: '2027-05-06' },
      'key-details',
    ],
    [
      'a LEF beside key details without an end',
      { keyDetails: number, lef: 'TIMELIMIT;;;2027-04-30' },
      { kind: 'date', date: '2027-04-30' },
      'lef',
    ],
  ])('with %s', (_, changes, end, source) => {
    expect(read(changes)).toMatchObject({ end, evidence: { source } });
  });

  it('tells the end of maintenance apart, read in the order of its text', () => {
    const lef = 'PRODUCTLEVEL;50;;05/02/2027\nTIMELIMIT;;;25/12/2027';
    expect(read({ keyDetails: '', lef })).toMatchObject({
      end: { kind: 'date', date: '2027-12-25' },
      maintenanceEndDate: '2027-02-05',
    });
  });
});

describe('what the operator configures', () => {
  it('sets the end, and says so', () => {
    const reading = read({ keyDetails: `${number}Valid To: soon` }, { manualEndDate: '2026-12-24' });
    expect(reading).toMatchObject({
      end: { kind: 'date', date: '2026-12-24' },
      remarks: ['manual-end-date'],
      evidence: { source: 'configuration' },
    });
  });

  it('ends every doubt about the text', () => {
    const keyDetails = `${number}Valid To: 05/02/2027\nAllotment a:1;\nValid To: 06/03/2027`;
    expect(read({ keyDetails }, { manualEndDate: '2026-12-24' }).remarks).toEqual(['manual-end-date']);
    expect(read({ keyDetails }, { perpetual: true }).remarks).toEqual([]);
  });

  it.each<[string, Partial<LicenseReply>, Partial<ReadSettings>, string, number | null]>([
    ['a date goes before the text', {}, { manualEndDate: '2026-12-24' }, 'expiring', 30],
    ['a date does not unblock', { isInvalid: true }, { manualEndDate: '2026-12-24' }, 'blocked', 30],
    ['a date does not unexpire', { isExpired: true }, { manualEndDate: '2026-12-24' }, 'expired', 30],
    [
      'a date makes no license',
      { serial: '', key: '', keyDetails: '' },
      { manualEndDate: '2026-12-24' },
      'missing',
      null,
    ],
    ['perpetual goes before the text', {}, { perpetual: true }, 'perpetual', null],
    ['perpetual does not unexpire', { isExpired: true }, { perpetual: true }, 'expired', null],
    ['a date goes before perpetual', {}, { perpetual: true, manualEndDate: '2026-12-24' }, 'expiring', 30],
    [
      'perpetual helps a text that nobody can read',
      { keyDetails: '' },
      { perpetual: true },
      'perpetual',
      null,
    ],
  ])('%s', (_, changes, more, state, daysLeft) => {
    expect(judged(changes, more)).toMatchObject({ state, daysLeft });
  });
});

describe('no license', () => {
  it.each([
    ['null', null],
    ['an entity with nothing in it', { ...reply, serial: '', key: ' ', keyDetails: '\n', lef: '' }],
  ])('is %s, and has nothing to remark', (_, empty) => {
    const reading = readLicense(empty === null ? null : { ...empty, isExpired: null }, settings);
    expect(reading).toMatchObject({
      present: false,
      remarks: [],
      licenseNumber: null,
      fingerprint: null,
      end: { kind: 'unreadable', why: 'nothing-recognised' },
      evidence: { source: 'none', endText: null, dateOrder: null, endDates: [] },
    });
  });

  it.each(['serial', 'key', 'keyDetails', 'lef'] as const)('is not what a %s alone says', (field) => {
    const empty = { ...reply, serial: '', key: '', keyDetails: '', lef: '' };
    expect(readLicense({ ...empty, [field]: 'x' }, settings).present).toBe(true);
  });
});

describe('flags', () => {
  it.each<[string, boolean | null, boolean | null, string]>([
    ['isBlackListed: True', false, true, 'the text counts too'],
    ['isBlackListed: False', true, true, 'and so does the field'],
    ['isBlackListed: False', null, false, ''],
    ['', null, null, 'an old server'],
  ])('with %j and field %j the license is deny-listed: %j (%s)', (line, isBlacklisted, expected) => {
    expect(read({ keyDetails: `${line}\n${number}`, isBlacklisted }).flags.blacklisted).toBe(expected);
  });

  it('are remarked when the server sent none', () => {
    expect(read({ isExpired: null }).remarks).toEqual(['no-flag']);
  });

  it('drop the reading of an ambiguous date that they contradict', () => {
    const keyDetails = `${number}Valid To: 05/02/2027`;
    const now = new Date('2027-03-01T00:00:00Z');
    expect(read({ keyDetails }, { now })).toMatchObject({ end: { date: '2027-05-02' }, remarks: [] });
    expect(read({ keyDetails, isExpired: true }, { now })).toMatchObject({
      end: { date: '2027-02-05' },
      remarks: [],
    });
  });
});

it('uses the only possible reading where the configured order makes the date impossible', () => {
  const keyDetails = `${number}Valid To: 25/12/2026`;
  expect(read({ keyDetails }, { dateOrder: 'mdy' })).toMatchObject({
    end: { date: '2026-12-25' },
    remarks: [],
    evidence: { dateOrder: 'dmy' },
  });
});

it('knows the same license again by any of the three places of its number', () => {
  const key = `e30.${Buffer.from('{"license":"9999000000001234"}').toString('base64url')}.s`;
  const fingerprints = [
    read({}).fingerprint,
    read({ serial: '' }).fingerprint,
    read({ serial: '', keyDetails: '', key }).fingerprint,
  ];
  expect(new Set(fingerprints).size).toBe(1);
  expect(read({ serial: '9999 0000 0000 1235' }).fingerprint).not.toBe(fingerprints[0]);
});

it('shows a reason in the words of the server, but no secret in it', () => {
  const expiredReason = 'Serial 9999-0000-0000-1234 of example  LTD expired';
  expect(read({ expiredReason }).expiredReason).toBe('Serial … of … expired');
});

it('shows no line of a LEF in a reason', () => {
  const lef = '9999000000001234\r\nABCD-EFGH\r\nPRODUCTLEVEL;50;;2026-01-01\r\nTIMELIMIT;;;2027-04-30';
  const expiredReason = 'PRODUCTLEVEL;50;;2026-01-01 of abcd-efgh is over';
  expect(read({ lef, expiredReason }).expiredReason).toBe('… of … is over');
});

it('does not take the number in a LEF for a date text, but shows a date of it', () => {
  const lefWith = (end: string) => ({
    serial: '',
    keyDetails: '',
    lef: `9999000000001234\nTIMELIMIT;;;${end}`,
  });
  expect(read(lefWith('9999 0000 0000 1234')).evidence.endText).toBeNull();
  expect(read(lefWith('2027-04-30 00:00:00')).evidence.endText).toBe('2027-04-30 00:00:00');
});

it('does not take a serial for a date text', () => {
  const keyDetails = 'License Number: 1111 2222 3333 4444\nValid To: 1111 2222 3333 4444';
  expect(read({ keyDetails })).toMatchObject({ end: { kind: 'unreadable' }, evidence: { endText: null } });
});
