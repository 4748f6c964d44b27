/** What goes into a store, with everything filled in; a test overrides only what it is about. */
import { initialAlertState } from '../../src/alert/state.ts';
import type { LicenseReading } from '../../src/license/reading.ts';
import type { Message, RoutedMessage } from '../../src/store/message.ts';
import type { CheckCommit, CheckRecord, Store } from '../../src/store/store.ts';

/** The time at which everything built here happens, unless a test says otherwise. */
export const builtAt = Date.UTC(2026, 10, 24, 10);

export function statusMessage(overrides: Partial<Message> = {}): Message {
  const site = overrides.site === undefined ? 'prod' : overrides.site;
  return {
    id: 'status-1',
    topic: 'status',
    kind: 'status',
    severity: 'info',
    site,
    tags: { environment: 'production' },
    occurredAt: builtAt,
    lastConfirmedAt: builtAt,
    reachable: true,
    license: {
      state: 'valid',
      expired: false,
      endDate: '2027-05-06',
      daysLeft: 163,
      licenseNumber: '…1234',
      remarks: [],
    },
    product: { version: '14.254.6', releaseLabel: 'May 2026 Patch 2' },
    rung: null,
    skippedRungs: [],
    reminder: false,
    title: `${site}: Qlik Sense license is valid until 2027-05-06`,
    text: 'Nothing to do.',
    points: [
      {
        measurement: 'qlik_sense_server_license',
        tags: { site: site ?? '' },
        fields: { reachable: true, state: 'valid', days_until_expiry: 163 },
        at: overrides.occurredAt ?? builtAt,
      },
    ],
    ...overrides,
  };
}

export function alertMessage(overrides: Partial<Message> = {}): Message {
  const site = overrides.site === undefined ? 'prod' : overrides.site;
  return {
    ...statusMessage({ site }),
    id: 'alert-1',
    topic: 'alert',
    kind: 'expiring',
    severity: 'warning',
    license: {
      state: 'expiring',
      expired: false,
      endDate: '2026-12-24',
      daysLeft: 30,
      licenseNumber: '…1234',
      remarks: [],
    },
    rung: 30,
    title: `${site}: Qlik Sense license ends in 30 days, on 2026-12-24`,
    text: 'Order the renewal now.',
    points: [],
    ...overrides,
  };
}

/** The message, for these destinations. A destination's name alone means that it takes every status. */
export function routed(
  message: Message,
  ...destinations: readonly (string | { readonly name: string; readonly supersedes: boolean })[]
): RoutedMessage {
  return {
    message,
    destinations: destinations.map((one) =>
      typeof one === 'string' ? { name: one, supersedes: false } : one,
    ),
  };
}

export const builtReading: LicenseReading = {
  present: true,
  licenseNumber: '…1234',
  fingerprint: '0a1b2c3d',
  startDate: '2026-05-07',
  end: { kind: 'date', date: '2027-05-06' },
  flags: { expired: false, blacklisted: false, invalid: false },
  expiredReason: '',
  maintenanceEndDate: null,
  definitionUpdatedAt: null,
  remarks: [],
  evidence: { source: 'key-details', endText: '2027-05-06', dateOrder: 'ymd', endDates: ['2027-05-06'] },
};

/** A successful check. */
export function checkRecord(overrides: Partial<CheckRecord> = {}): CheckRecord {
  return {
    site: 'prod',
    at: builtAt,
    durationMs: 120,
    host: 'sense.example.com',
    outcome: {
      kind: 'reading',
      reading: builtReading,
      verdict: { state: 'valid', endDate: '2027-05-06', daysLeft: 163, remarks: [] },
    },
    certificates: { client: null, root: null, server: null },
    ...overrides,
  };
}

/** Stores a check on top of whatever is known of its site. */
export async function commitNext(store: Store, commit: CheckCommit): Promise<void> {
  const basedOn = (await store.siteRecord(commit.check.site))?.revision ?? 0;
  const result = await store.commitCheck({ ...commit, basedOn });
  if (result !== 'stored') throw new Error(`the check of ${commit.check.site} was not stored: ${result}`);
}

/** The first check of one site with no message to send; `check` overrides single members of its record. */
export function checkCommit(
  overrides: Partial<Omit<CheckCommit, 'check'>> & { readonly check?: Partial<CheckRecord> } = {},
): CheckCommit {
  const { check, ...rest } = overrides;
  const record = checkRecord(check);
  return {
    check: record,
    basedOn: 0,
    alertState: initialAlertState,
    status: statusMessage({
      id: `status-${record.site}-${record.at}`,
      site: record.site,
      occurredAt: record.at,
    }),
    messages: [],
    ...rest,
  };
}
