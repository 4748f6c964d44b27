import { describe, expect, it } from 'vitest';
import {
  blacklistedLicense,
  type DateRendering,
  lefLicense,
  perpetualLicense,
  renderDate,
  signedLicense,
  unreadableLicense,
} from './license-text.ts';

describe('the texts of simulated licenses', () => {
  it.each<[DateRendering, string]>([
    ['iso', '2027-02-05'],
    ['iso-12-hour', '2027-02-05  12:00:00 AM'],
    ['dmy', '05/02/2027 00:00:00'],
    ['mdy', '2/5/2027 12:00:00 AM'],
    ['dotted', '05.02.2027 00:00:00'],
  ])('writes 5 February 2027 as %s', (rendering, text) => {
    expect(renderDate('2027-02-05', rendering)).toBe(text);
    expect(signedLicense({ endDate: '2027-02-05', rendering })['keyDetails']).toContain(
      `Valid To: ${text}\n`,
    );
  });

  it('ends lines with CRLF where asked to', () => {
    const { keyDetails } = signedLicense({ endDate: '2027-02-05', lineEnd: '\r\n' });

    expect(keyDetails).toContain('Valid To: 2027-02-05\r\n');
    expect(String(keyDetails).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('writes the number in four groups', () => {
    expect(signedLicense({ endDate: '2027-02-05' })['serial']).toBe('9999 0000 0000 1234');
  });

  it('gives a perpetual license no end', () => {
    expect(perpetualLicense()['keyDetails']).not.toContain('Valid To');
    expect(perpetualLicense()['isSubscription']).toBe(false);
  });

  it('gives a LEF its time limit in the fourth column', () => {
    const license = lefLicense({ timeLimit: '2027-04-30', maintenanceEnd: '2027-01-31' });

    expect(license['lef']).toContain('\r\nTIMELIMIT;;;2027-04-30\r\n');
    expect(license['lef']).toContain('\r\nPRODUCTLEVEL;50;;2027-01-31\r\n');
    expect(lefLicense({ maintenanceEnd: '2027-01-31' })['lef']).not.toContain('TIMELIMIT');
  });

  it('says deny-listed both in the field and in the text', () => {
    const license = blacklistedLicense({ endDate: '2027-02-05' });

    expect(license['isBlacklisted']).toBe(true);
    expect(license['keyDetails']).toContain('isBlackListed: True');
  });

  it('writes an end that is not a date', () => {
    expect(unreadableLicense()['keyDetails']).toContain('Valid To: soon');
  });
});
