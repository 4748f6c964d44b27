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
}

export interface Ladder {
  readonly endDate: CalendarDate;
  readonly rungs: readonly {
    readonly days: number;
    readonly at: number;
    readonly how: 'spoken' | 'skipped';
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
