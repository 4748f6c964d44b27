/** What the words of the API mean, for people. Pure; complete by type. */
import type { CheckFailureReason } from '../../src/license/observation.ts';
import type { LicenseReading, Remark } from '../../src/license/reading.ts';
import type { Rung, SiteSummary } from '../../src/web/api.ts';
import type { Condition, Level } from '../overview/filter.ts';

export const levelWords: Readonly<Record<Level, string>> = {
  critical: 'critical',
  warning: 'warning',
  fine: 'fine',
  unchecked: 'not checked yet',
};

export const conditionWords: Readonly<Record<Condition, string>> = {
  blocked: 'Blocked',
  missing: 'No license',
  expired: 'Expired',
  'not-started': 'Not started yet',
  expiring: 'Expiring',
  valid: 'Valid',
  perpetual: 'Perpetual',
  unreadable: 'End date not understood',
  unreachable: 'Cannot be read',
  'never-read': 'Never read',
  acknowledged: 'Acknowledged',
};

export function conditionOf({ state, reachable }: Pick<SiteSummary, 'state' | 'reachable'>): string {
  if (state === null && reachable === null) return 'Not checked yet';
  return conditionWords[state ?? 'never-read'];
}

export interface DaysInWords {
  /** The number as the API gives it, with a real minus sign; a sign where there is none. */
  readonly number: string;
  readonly unit: string;
}

export function daysInWords({ daysLeft, state }: Pick<SiteSummary, 'daysLeft' | 'state'>): DaysInWords {
  if (daysLeft === null) {
    return state === 'perpetual' ? { number: '∞', unit: 'no end date' } : { number: '–', unit: 'not known' };
  }
  if (daysLeft === 0) return { number: '0', unit: 'ends today' };
  const unit = Math.abs(daysLeft) === 1 ? 'day left' : 'days left';
  return { number: String(daysLeft).replace('-', '−'), unit };
}

export const remarkWords: Readonly<Record<Remark, string>> = {
  'flags-disagree':
    "The server's own flag and the end date disagree on whether the license has expired. The worse of the two counts.",
  'several-end-dates': 'Parts of the license end on different days. The earliest counts.',
  'ambiguous-date':
    'Day and month of the end date could be the other way round. The earlier reading counts; set dateOrder for this site to settle it.',
  'manual-end-date': 'The end date is the manualEndDate of the configuration, not one that the server told.',
  'no-flag': 'This server does not say whether its license has expired. Only the end date counts.',
  'definition-stale':
    'The server has not refreshed its license definition for long. A renewal may not show until someone refreshes it in the QMC.',
};

export const failureWords: Readonly<Record<CheckFailureReason, string>> = {
  'name-not-found': 'Host name not found',
  refused: 'Connection refused',
  reset: 'Connection broken off',
  timeout: 'No answer in time',
  unreachable: 'No way to the host',
  'tls-name-mismatch': 'Certificate is for another name',
  'tls-untrusted': 'Certificate not trusted',
  'tls-expired': 'Server certificate expired',
  'tls-pin-mismatch': 'Not the pinned certificate',
  'tls-failed': 'No secure connection',
  'client-certificate-unusable': 'Client certificate unusable',
  'client-certificate-missing': 'Client certificate missing',
  'client-certificate-expired': 'Client certificate expired',
  'client-certificate-refused': 'Client certificate refused',
  'bad-request': 'Request not accepted',
  unauthorized: 'Not signed in',
  forbidden: 'No right to read the license',
  'not-found': 'Not found there',
  redirected: 'Sent elsewhere',
  'server-error': 'Error of the server',
  'unexpected-status': 'Unexpected answer',
  'not-json': 'Answer not readable',
  'too-large': 'Answer too large',
  'not-a-license': 'Answer is no license',
  'not-a-version': 'Answer is no version',
  'out-of-resources': 'Out of open files or memory here',
  internal: 'Error of License Sentinel',
};

export const rungWords: Readonly<Record<Rung['how'], string>> = {
  spoken: 'announced',
  skipped: 'named as skipped',
  silenced: 'silenced, because acknowledged',
  held: 'held back, because the license has a worse problem',
  due: 'due at the next check',
  ahead: 'ahead',
};

type Evidence = LicenseReading['evidence'];

export const sourceWords: Readonly<Record<Evidence['source'], string>> = {
  'key-details': 'the key details of the license',
  lef: 'the license enabler file (LEF)',
  configuration: 'the configuration',
  none: 'nothing: the server told no end date',
};

export const dateOrderWords: Readonly<Record<NonNullable<Evidence['dateOrder']>, string>> = {
  ymd: 'year, month, day',
  dmy: 'day, month, year',
  mdy: 'month, day, year',
};
