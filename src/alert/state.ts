/** What is remembered of a site between two checks, so that each thing is said once. Plain JSON, kept by the store. */
import type { CalendarDate, LicenseEnd, LicenseReading, LicenseState, Remark } from '../license/reading.ts';

export interface AlertState {
  readonly version: 1;
  /** The last reading and when it was made (epoch ms); the countdown goes on from it while the site cannot be read. */
  readonly confirmed: { readonly reading: LicenseReading; readonly at: number } | null;
  /** The last end and number that were understood; a change is judged against them, even after an unreadable reply. */
  readonly lastKnown: {
    /** Null when no end was ever understood. */
    readonly end: Exclude<LicenseEnd, { readonly kind: 'unreadable' }> | null;
    readonly endText: string | null;
    readonly isManual: boolean;
    readonly fingerprint: string | null;
    readonly licenseNumber: string | null;
  };
  /** The state at the end of the last step; null before the first reading. */
  readonly state: LicenseState | null;
  /** The rungs already spoken or named as skipped, for the last few end dates. */
  readonly ladders: readonly Ladder[];
  /** Times of the last reminders, newest last, so that a clock that steps back repeats none. */
  readonly reminders: { readonly lastSpokenAt: number | null; readonly slots: readonly string[] };
  readonly remarksTold: readonly { readonly key: string; readonly remark: Remark }[];
  /** How often each transition was told, so that a second occurrence has another id than the first. */
  readonly timesTold: Readonly<Record<string, number>>;
  readonly visibility: {
    readonly failures: number;
    /** Epoch ms of the first failed check in a row; null while the site can be read. */
    readonly failingSince: number | null;
    readonly reason: string | null;
    readonly detail: string | null;
    readonly announced: boolean;
  };
  /** The client certificates and rungs already told: `<end in epoch ms>:<rung>`. */
  readonly certificatesTold: readonly string[];
  /** Absent while nobody has acknowledged anything, and in what earlier versions stored. */
  readonly acknowledgement?: Acknowledgement | undefined;
  /** Trouble that began while an acknowledgement covered it; told when that ends, should it still be there. */
  readonly untold?: LicenseState | undefined;
}

/** Somebody knows: until when nothing is repeated, and about what. */
export interface Acknowledgement {
  /** Of the notice that told it. */
  readonly id: string;
  readonly by: string;
  readonly why: string;
  /** Epoch ms. */
  readonly at: number;
  /** A date is the first day, in the time zone of the site, on which alerts speak again. */
  readonly until: AcknowledgedUntil;
  /** Whether `expired` and `blocked` are covered, which they are only where somebody asked for it. */
  readonly coversExpiredAndBlocked: boolean;
  /** What was known when it was made. It is about this and nothing that comes later. */
  readonly about: {
    readonly state: LicenseState;
    readonly endDate: CalendarDate | null;
    readonly daysLeft: number | null;
  };
}

export type AcknowledgedUntil =
  | { readonly kind: 'date'; readonly date: CalendarDate }
  | { readonly kind: 'next-rung' };

export interface Ladder {
  readonly endDate: CalendarDate;
  readonly rungs: readonly {
    readonly days: number;
    readonly at: number;
    /** `skipped` was named by the alert of a tighter rung; `silenced` was reached while acknowledged, and not told yet. */
    readonly how: 'spoken' | 'skipped' | 'silenced';
  }[];
}

export const initialAlertState: AlertState = {
  version: 1,
  confirmed: null,
  lastKnown: { end: null, endText: null, isManual: false, fingerprint: null, licenseNumber: null },
  state: null,
  ladders: [],
  reminders: { lastSpokenAt: null, slots: [] },
  remarksTold: [],
  timesTold: {},
  visibility: { failures: 0, failingSince: null, reason: null, detail: null, announced: false },
  certificatesTold: [],
};
