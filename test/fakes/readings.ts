/** License readings and observations for tests of what follows from them. */
import type { CertificateEnds, Observation } from '../../src/license/observation.ts';
import type { LicenseReading } from '../../src/license/reading.ts';

export const noCertificates: CertificateEnds = { client: null, root: null, server: null };

/** A healthy subscription that ends on 2027-05-06, changed as the test needs it. */
export function reading(changes: Partial<LicenseReading> & { endDate?: string } = {}): LicenseReading {
  const { endDate = '2027-05-06', ...others } = changes;
  return {
    present: true,
    licenseNumber: '…1234',
    fingerprint: '0a1b2c3d',
    startDate: '2020-01-01',
    end: { kind: 'date', date: endDate },
    flags: { expired: null, blacklisted: false, invalid: false },
    expiredReason: '',
    maintenanceEndDate: null,
    definitionUpdatedAt: null,
    remarks: [],
    evidence: { source: 'key-details', endText: endDate, dateOrder: 'ymd', endDates: [endDate] },
    ...others,
  };
}

/** The server says that it has no license. */
export const noLicense: LicenseReading = {
  ...reading(),
  present: false,
  licenseNumber: null,
  fingerprint: null,
  startDate: null,
  end: { kind: 'unreadable', why: 'nothing-recognised' },
  flags: { expired: null, blacklisted: null, invalid: null },
  evidence: { source: 'none', endText: null, dateOrder: null, endDates: [] },
};

export function seen(at: string | number, what: LicenseReading, certificates = noCertificates): Observation {
  return { kind: 'reading', at: new Date(at).getTime(), reading: what, certificates };
}

export function unseen(at: string | number, certificates = noCertificates): Observation {
  return {
    kind: 'failed',
    at: new Date(at).getTime(),
    reason: 'refused',
    detail:
      'Nobody listens on port 4242 of sense.example.com. Check the address and that the repository service runs.',
    certificates,
  };
}
