/**
 * What a license is, in our own words: the reply with its texts, and the reading made of it.
 * Types only; `read-license` makes readings, `judge` gives the verdict for a day.
 */

/** A day without a time, `YYYY-MM-DD`. Compares correctly as text. */
export type CalendarDate = string;

/** In which order day, month and year stand in a date text such as `05/02/2027`. `auto`: find out. */
export type DateOrder = 'auto' | 'ymd' | 'dmy' | 'mdy';

/** What deserves a second look. Closed list: each has a paragraph in docs/messages.md. */
export const remarks = [
  'flags-disagree',
  'several-end-dates',
  'ambiguous-date',
  'manual-end-date',
  'no-flag',
  'definition-stale',
] as const;
export type Remark = (typeof remarks)[number];

export const licenseStates = [
  'blocked',
  'missing',
  'expired',
  'not-started',
  'expiring',
  'valid',
  'perpetual',
  'unreadable',
] as const;
export type LicenseState = (typeof licenseStates)[number];

/**
 * A license reply with its fields under our names, still holding secrets (key, LEF, control number,
 * owner). It lives between `sense/license-reply` and `readLicense` and goes nowhere else.
 * Texts are `''` and flags `null` where the server did not send them.
 */
export interface LicenseReply {
  readonly serial: string;
  readonly key: string;
  readonly keyDetails: string;
  readonly lef: string;
  readonly controlNumber: string;
  readonly ownerName: string;
  readonly ownerOrganization: string;
  readonly isExpired: boolean | null;
  readonly isBlacklisted: boolean | null;
  readonly isInvalid: boolean | null;
  readonly isSubscription: boolean | null;
  readonly expiredReason: string;
  /** When the server last refreshed its license definition, as sent; meaning not documented by Qlik. */
  readonly definitionUpdated: string;
}

/** When a license ends. */
export type LicenseEnd =
  | { readonly kind: 'date'; readonly date: CalendarDate }
  | { readonly kind: 'perpetual' }
  | { readonly kind: 'unreadable'; readonly why: 'not-understood' | 'no-end-date' | 'nothing-recognised' };

/**
 * What one reply said of the license. Safe to store, log and send: holds no secret. It does not change
 * with the day; what it means today is the `Verdict`.
 */
export interface LicenseReading {
  /** False when the server says that it has no license. */
  readonly present: boolean;
  /** The last four digits, `…1234`; null when the reply has no number. */
  readonly licenseNumber: string | null;
  /**
   * Tells one license from another: 8 hex digits of a SHA-256 over the number. Kept that short on purpose, so
   * that nobody can find the number again by trying all of them. Null when the reply has no number.
   */
  readonly fingerprint: string | null;
  readonly startDate: CalendarDate | null;
  readonly end: LicenseEnd;
  /** The server's own flags; null where an old server did not send them. */
  readonly flags: {
    readonly expired: boolean | null;
    readonly blacklisted: boolean | null;
    readonly invalid: boolean | null;
  };
  /** The server's own words, shown verbatim and never interpreted; `''` when there are none. */
  readonly expiredReason: string;
  /** LEF only: the last day on which a new release may be installed. Not an expiry. */
  readonly maintenanceEndDate: CalendarDate | null;
  /** Epoch ms of the last refresh of the license definition, null when not told. */
  readonly definitionUpdatedAt: number | null;
  /** The remarks that hold whatever the day. */
  readonly remarks: readonly Remark[];
  /** Why the end date is what it is, for people. */
  readonly evidence: {
    readonly source: 'key-details' | 'lef' | 'configuration' | 'none';
    /** The date text as the server wrote it; null when there is none or it does not look like a date. */
    readonly endText: string | null;
    readonly dateOrder: Exclude<DateOrder, 'auto'> | null;
    readonly endDates: readonly CalendarDate[];
  };
}

/** What a reading means on a given day. */
export interface Verdict {
  readonly state: LicenseState;
  readonly endDate: CalendarDate | null;
  /** Whole calendar days from today to the end date: 0 ends today, negative afterwards, null without a date. */
  readonly daysLeft: number | null;
  readonly remarks: readonly Remark[];
}
