import { describe, expect, it } from 'vitest';
import { judgeLicense } from './judge.ts';
import type { LicenseReading } from './reading.ts';

const reading: LicenseReading = {
  present: true,
  licenseNumber: '…1234',
  fingerprint: '0123abcd',
  startDate: null,
  end: { kind: 'date', date: '2027-06-01' },
  flags: { expired: false, blacklisted: false, invalid: false },
  expiredReason: '',
  maintenanceEndDate: null,
  definitionUpdatedAt: null,
  remarks: [],
  evidence: { source: 'key-details', endText: '2027-06-01', dateOrder: 'ymd', endDates: ['2027-06-01'] },
};
const settings = {
  now: new Date('2026-11-24T10:00:00Z'),
  timeZone: 'UTC',
  widestRung: 90,
  staleAfterDays: 3,
};
const ends = (date: string) => ({ kind: 'date', date }) as const;
const flags = (changes: Partial<LicenseReading['flags']>) => ({ ...reading.flags, ...changes });

describe('the state, first that fits', () => {
  it.each<[string, Partial<LicenseReading>, string, number | null]>([
    [
      'deny-listed, also when missing',
      { present: false, flags: flags({ blacklisted: true }) },
      'blocked',
      null,
    ],
    [
      'invalid, also when expired',
      { end: ends('2026-11-23'), flags: flags({ invalid: true }) },
      'blocked',
      -1,
    ],
    [
      'missing, also when the flag says expired',
      { present: false, flags: flags({ expired: true }) },
      'missing',
      null,
    ],
    ['expired by the flag', { flags: flags({ expired: true }) }, 'expired', 189],
    [
      'expired by the flag without a date',
      { end: { kind: 'perpetual' }, flags: flags({ expired: true }) },
      'expired',
      null,
    ],
    ['expired by the date', { end: ends('2026-11-23') }, 'expired', -1],
    ['expired before it started', { end: ends('2026-11-23'), startDate: '2026-12-01' }, 'expired', -1],
    ['not started', { startDate: '2026-11-25' }, 'not-started', 189],
    [
      'not started, without an end',
      { startDate: '2026-11-25', end: { kind: 'perpetual' } },
      'not-started',
      null,
    ],
    ['starts today', { startDate: '2026-11-24' }, 'valid', 189],
    ['ends today', { end: ends('2026-11-24') }, 'expiring', 0],
    ['ends on the widest rung', { end: ends('2027-02-22') }, 'expiring', 90],
    ['ends one day later', { end: ends('2027-02-23') }, 'valid', 91],
    ['perpetual', { end: { kind: 'perpetual' } }, 'perpetual', null],
  ])('%s', (_, changes, state, daysLeft) => {
    expect(judgeLicense({ ...reading, ...changes }, settings)).toMatchObject({ state, daysLeft });
  });
});

describe('an end that is not understood', () => {
  const unreadable = (endDates: readonly string[]): LicenseReading => ({
    ...reading,
    end: { kind: 'unreadable', why: 'not-understood' },
    evidence: { ...reading.evidence, endDates },
  });

  it.each<[string[], string, number | null, string]>([
    [[], 'unreadable', null, 'nothing else to go by'],
    [['2027-02-23'], 'unreadable', null, 'a date far ahead would be a false calm'],
    [['2027-02-22', '2028-01-01'], 'expiring', 90, 'a date that comes near warns'],
    [['2026-11-23'], 'expired', -1, ''],
  ])('with other dates %j is %s, %j days left (%s)', (endDates, state, daysLeft) => {
    expect(judgeLicense(unreadable(endDates), settings)).toMatchObject({ state, daysLeft });
  });
});

describe('remarks of the day', () => {
  const at = (iso: string) => ({ definitionUpdatedAt: Date.parse(iso) });

  it.each<[string, Partial<LicenseReading>, string[]]>([
    ['the flag says expired, the date is ahead', { flags: flags({ expired: true }) }, ['flags-disagree']],
    [
      'the flag says expired on the last day',
      { flags: flags({ expired: true }), end: ends('2026-11-24') },
      ['flags-disagree'],
    ],
    [
      'the flag says expired, the date is past',
      { flags: flags({ expired: true }), end: ends('2026-11-23') },
      [],
    ],
    ['the flag says fine, the date is past', { end: ends('2026-11-23') }, ['flags-disagree']],
    ['no flag, the date is past', { flags: flags({ expired: null }), end: ends('2026-11-23') }, []],
    ['the flag says expired, no date', { flags: flags({ expired: true }), end: { kind: 'perpetual' } }, []],
    ['refreshed exactly three days ago', at('2026-11-21T10:00:00Z'), []],
    ['refreshed a moment earlier', at('2026-11-21T09:59:59.999Z'), ['definition-stale']],
    ['refreshed in the future', at('2026-12-24T10:00:00Z'), []],
    [
      'what the reading remarked stays, once',
      { remarks: ['no-flag', 'flags-disagree'], end: ends('2026-11-23') },
      ['no-flag', 'flags-disagree'],
    ],
  ])('%s: %#', (_, changes, remarks) => {
    expect(judgeLicense({ ...reading, ...changes }, settings).remarks).toEqual(remarks);
  });

  it('say nothing of a stale definition when told not to', () => {
    const old = { ...reading, ...at('2020-01-01T00:00:00Z') };
    expect(judgeLicense(old, { ...settings, staleAfterDays: null }).remarks).toEqual([]);
  });
});
