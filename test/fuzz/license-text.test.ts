/** Whatever stands in the texts of a license, there is a reading, it fits together, and no secret is in it. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { judgeLicense } from '../../src/license/judge.ts';
import { type ReadSettings, readLicense } from '../../src/license/read-license.ts';
import type { LicenseReply } from '../../src/license/reading.ts';
import { parseLicenseReply } from '../../src/sense/license-reply.ts';
import {
  blacklistedLicense,
  expiredLicense,
  lefLicense,
  perpetualLicense,
  signedLicense,
} from '../../src/simulator/license-text.ts';
import { mutated, nastyText } from './nasty.ts';
import { property } from './runs.ts';

const now = new Date('2026-11-24T10:00:00Z');
const endDate = '2027-02-05';
const right = [
  ...(['iso', 'iso-12-hour', 'dmy', 'mdy', 'dotted'] as const).flatMap((rendering) => [
    signedLicense({ endDate, rendering }),
    signedLicense({ endDate, startDate: '2026-12-25', rendering, lineEnd: '\r\n' }),
  ]),
  perpetualLicense(),
  lefLicense({ timeLimit: endDate, maintenanceEnd: '2027-05-06' }),
  lefLicense({ maintenanceEnd: '2027-05-06' }),
  expiredLicense({ endDate }),
  blacklistedLicense({ endDate }),
].map((license) => parseLicenseReply(license)!);

const texts = (of: (reply: LicenseReply) => string) =>
  fc.oneof(
    fc.constantFrom('', ...new Set(right.map(of))),
    mutated(fc.constantFrom(...right.map(of))),
    nastyText,
  );
const flag = fc.constantFrom(true, false, null);
const secret = fc.stringMatching(/^[A-Z][a-z0-9]{13}$/);

const settings: fc.Arbitrary<ReadSettings> = fc.record({
  now: fc.constant(now),
  timeZone: fc.constantFrom('UTC', 'Pacific/Kiritimati', 'America/St_Johns'),
  dateOrder: fc.constantFrom('auto', 'ymd', 'dmy', 'mdy'),
  perpetual: fc.constantFrom(false, false, false, true),
  manualEndDate: fc.constantFrom(null, null, null, '2027-01-31'),
});

const cases = fc.record({
  settings,
  reply: fc.record({
    serial: texts(({ serial }) => serial),
    key: texts(({ key }) => key),
    keyDetails: texts(({ keyDetails }) => keyDetails),
    lef: texts(({ lef }) => lef),
    controlNumber: secret,
    ownerName: secret,
    ownerOrganization: secret,
    isExpired: flag,
    isBlacklisted: flag,
    isInvalid: flag,
    isSubscription: flag,
    expiredReason: nastyText,
    definitionUpdated: fc.oneof(nastyText, mutated(fc.constant('2026-11-23T09:17:16.123Z'))),
  }),
});

describe('a license text', () => {
  property('of any kind makes a reading that fits together', cases, ({ reply, settings: how }) => {
    const reading = readLicense(reply, how);
    const verdict = judgeLicense(reading, { now, timeZone: how.timeZone, widestRung: 90, staleAfterDays: 3 });
    const { state, endDate: end, daysLeft } = verdict;
    expect(daysLeft === null).toBe(end === null);
    if (end !== null) {
      expect(new Date(`${end}T00:00:00Z`).toISOString().slice(0, 10)).toBe(end);
      expect(Number.isInteger(daysLeft)).toBe(true);
      // Reckoned here once more, in UTC: zones move today by a day at most.
      const days = (Date.parse(end) - Date.parse('2026-11-24')) / 86_400_000;
      expect(Math.abs(days - daysLeft!)).toBeLessThanOrEqual(1);
    }
    if (state === 'valid' || state === 'expiring') expect(daysLeft).toBeGreaterThanOrEqual(0);
    if (state === 'perpetual' && !how.perpetual) expect(reply.isSubscription).not.toBe(true);
    expect(reading.licenseNumber ?? '…0000').toMatch(/^…\d{1,4}$/);
    expect(reading.expiredReason.length).toBeLessThanOrEqual(200);
    expect(reading.expiredReason.isWellFormed()).toBe(true);
  });

  property(
    'repeats no secret, wherever the server puts it',
    fc.record({
      base: cases,
      secret,
      at: fc.nat(400),
      field: fc.constantFrom('keyDetails', 'expiredReason'),
    }),
    ({ base: { reply, settings: how }, secret: planted, at, field }) => {
      const text = reply[field as 'keyDetails'];
      const stuffed = {
        ...reply,
        controlNumber: planted,
        [field]: `${text.slice(0, at)} ${planted} ${text.slice(at)}`,
      };
      expect(JSON.stringify(readLicense(stuffed, how)).toLowerCase()).not.toContain(planted.toLowerCase());
    },
  );
});
