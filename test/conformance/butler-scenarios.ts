/**
 * What Butler 16.0.4 sends for each license on 2026-11-24, threshold 60, all destinations on; and what we send, where
 * Butler is wrong. `faults` says what makes the difference: D for a proven defect, P for a promise of its documentation, C
 * and N for a case that it does not pass.
 */
import {
  blacklistedLicense,
  expiredLicense,
  invalidLicense,
  perpetualLicense,
  signedLicense,
} from '../../src/simulator/license-text.ts';
import type { Received } from './butler-receivers.ts';

export interface Scenario {
  readonly name: string;
  readonly license: unknown;
  readonly butler: Received;
  /** Absent where Butler is right. */
  readonly ours?: Received;
  readonly faults: readonly string[];
}

const ABOUT_TO_EXPIRE = 'server license about to expire alert';
const HAS_EXPIRED = 'server license has expired alert';

/** InfluxDB refused the point, and after that neither MQTT nor webhook got anything. */
const nothing: Received = { fields: undefined, status: undefined, events: [], lines: [] };

const healthy = (days: number, date: string, isExpired = false): Received => ({
  fields: {
    days_until_expiry: String(days),
    expiry_date: `"${date}"`,
    license_expired: String(isExpired),
  },
  status: { licenseExpired: isExpired, expiryDateStr: date, daysUntilExpiry: days },
  events: [],
  lines: [],
});
const expiring = (days: number, date: string): Received => ({
  ...healthy(days, date),
  events: [ABOUT_TO_EXPIRE],
  lines: [`Qlik Sense server license is about to expire in ${days} days, on ${date}`],
});
const expired = (days: number, date: string): Received => ({
  ...healthy(days, date, true),
  events: [HAS_EXPIRED],
  lines: [`Qlik Sense server license expired on ${date}`],
});

const withDetails = (keyDetails: (text: string) => string) => {
  const license = signedLicense({ endDate: '2026-12-24' });
  return { ...license, keyDetails: keyDetails(String(license['keyDetails'])) };
};

export const scenarios: readonly Scenario[] = [
  {
    name: '200 days',
    license: signedLicense({ endDate: '2027-06-12' }),
    butler: healthy(200, '2027-06-12'),
    faults: [],
  },
  {
    name: '30 days',
    license: signedLicense({ endDate: '2026-12-24' }),
    butler: expiring(30, '2026-12-24'),
    faults: [],
  },
  {
    name: 'ends tomorrow (N4)',
    license: signedLicense({ endDate: '2026-11-25' }),
    butler: expiring(1, '2026-11-25'),
    faults: [],
  },
  {
    name: 'ends today (N4)',
    license: signedLicense({ endDate: '2026-11-24' }),
    butler: expiring(1, '2026-11-24'),
    ours: expiring(0, '2026-11-24'),
    faults: ['D23'],
  },
  {
    name: 'expired 5 days ago, flag true (C3, P1, P6)',
    license: expiredLicense({ endDate: '2026-11-19' }),
    butler: expired(6, '2026-11-19'),
    ours: expired(-5, '2026-11-19'),
    faults: ['D4'],
  },
  {
    name: '5 days past, flag false (N3)',
    license: signedLicense({ endDate: '2026-11-19' }),
    butler: expiring(6, '2026-11-19'),
    ours: {
      ...expired(-5, '2026-11-19'),
      events: [HAS_EXPIRED, 'server license remark'],
    },
    faults: ['D4'],
  },
  {
    name: '200 days past, flag false (N3)',
    license: signedLicense({ endDate: '2026-05-08' }),
    butler: healthy(201, '2026-05-08'),
    ours: {
      ...expired(-200, '2026-05-08'),
      events: [HAS_EXPIRED, 'server license remark'],
    },
    faults: ['D4'],
  },
  {
    name: 'perpetual (N5)',
    license: perpetualLicense(),
    butler: nothing,
    ours: {
      fields: { license_expired: 'false' },
      status: { licenseExpired: false, expiryDateStr: null, daysUntilExpiry: null },
      events: [],
      lines: [],
    },
    faults: ['D5'],
  },
  {
    name: 'CRLF line ends',
    license: signedLicense({ endDate: '2026-12-24', lineEnd: '\r\n' }),
    butler: expiring(30, '2026-12-24'),
    faults: [],
  },
  {
    name: 'two Valid To lines, 30 and 400 days (N25)',
    license: withDetails((text) =>
      text.replace('Valid To: 2026-12-24', 'Valid To: 2026-12-24\nValid To: 2027-12-29'),
    ),
    butler: healthy(400, '2027-12-29'),
    ours: { ...expiring(30, '2026-12-24'), events: [ABOUT_TO_EXPIRE, 'server license remark'] },
    faults: ['N25'],
  },
  {
    name: "shape of Qlik's help page, 30 days (N1)",
    license: signedLicense({ endDate: '2026-12-24', rendering: 'iso-12-hour' }),
    butler: nothing,
    ours: expiring(30, '2026-12-24'),
    faults: ['D1'],
  },
  {
    name: "shape of Qlik's help page, flag true (N2)",
    license: expiredLicense({ endDate: '2026-11-19', rendering: 'iso-12-hour' }),
    butler: nothing,
    ours: expired(-5, '2026-11-19'),
    faults: ['D1'],
  },
  {
    name: 'isInvalid (N6)',
    license: invalidLicense({ endDate: '2027-06-12' }),
    butler: healthy(200, '2027-06-12'),
    ours: { ...healthy(200, '2027-06-12'), events: ['server license blocked'] },
    faults: ['D7'],
  },
  {
    name: 'isBlacklisted (N6)',
    license: blacklistedLicense({ endDate: '2027-06-12' }),
    butler: healthy(200, '2027-06-12'),
    ours: { ...healthy(200, '2027-06-12'), events: ['server license blocked'] },
    faults: ['D7'],
  },
  {
    name: 'ISO with a time, far away (C2, P2)',
    license: withDetails((text) => text.replace('2026-12-24', '2099-12-31T00:00:00Z')),
    butler: nothing,
    ours: healthy(26_700, '2099-12-31'),
    faults: ['D1'],
  },
  {
    name: 'ISO with a time, in 2 days (C4)',
    license: withDetails((text) => text.replace('2026-12-24', '2026-11-26T00:00:00Z')),
    butler: nothing,
    ours: expiring(2, '2026-11-26'),
    faults: ['D1'],
  },
  {
    name: 'MM/DD/YYYY that can be nothing else (C5)',
    license: withDetails((text) =>
      text.replace('2026-12-24', '11/27/2026').replace('2023-05-04', '05/04/2023'),
    ),
    // The fields of InfluxDB carry the raw text.
    butler: expiring(3, '11/27/2026'),
    ours: expiring(3, '2026-11-27'),
    faults: ['P2'],
  },
  {
    name: 'MM/DD/YYYY that could be the other way round (C5)',
    license: withDetails((text) =>
      text.replace('2026-12-24', '02/01/2027').replace('2023-05-04', '05/04/2023'),
    ),
    butler: healthy(69, '02/01/2027'),
    ours: { ...expiring(39, '2027-01-02'), events: [ABOUT_TO_EXPIRE, 'server license remark'] },
    faults: ['C5'],
  },
];
