/**
 * The store: what survives a crash. This port is the durability promise; `test/contracts/store.ts` holds every
 * implementation to it.
 *
 * - A promise that resolves means: on disk (fsync), whatever happens to the process or the power next.
 * - A promise that rejects means: nothing of that call was stored. Every call is one transaction.
 * - Calls that overlap may be committed together, never partly.
 * - The application says what time it is; the store never asks a clock.
 */
import type { AlertState } from '../alert/state.ts';
import type { VersionState } from '../alert/version.ts';
import type { CertificateEnds, CheckFailureReason } from '../license/observation.ts';
import type { LicenseReading, Verdict } from '../license/reading.ts';
import type { Message, RoutedMessage } from './message.ts';

/**
 * What became of a commit that was reckoned from a stored state. `stale`: somebody else changed that state since it was read,
 * so nothing was stored; read it again, and reckon again.
 */
export type CommitResult = 'stored' | 'stale';

/** One check as kept in the history. */
export interface CheckRecord {
  readonly site: string;
  /** Epoch ms at which the check ended. */
  readonly at: number;
  readonly durationMs: number;
  /** The host that answered, or the last one tried. */
  readonly host: string | null;
  readonly outcome:
    | { readonly kind: 'reading'; readonly reading: LicenseReading; readonly verdict: Verdict }
    | { readonly kind: 'failed'; readonly reason: CheckFailureReason; readonly detail: string };
  readonly certificates: CertificateEnds;
}

export interface CheckCommit {
  readonly check: CheckRecord;
  /** The `revision` of the site's record that the alert state was reckoned from; 0 when it had none. */
  readonly basedOn: number;
  readonly alertState: AlertState;
  /** The status as of this check, for destinations that have to repeat it (MQTT after a reconnect). */
  readonly status: Message;
  readonly messages: readonly RoutedMessage[];
}

/** A change of what is remembered of a site that no check has made, and what is told of it. */
export interface AlertStateCommit {
  readonly site: string;
  readonly at: number;
  /** As in `CheckCommit`. A site that was never checked has nothing to change. */
  readonly basedOn: number;
  readonly alertState: AlertState;
  readonly messages: readonly RoutedMessage[];
}

/** The latest of one site. */
export interface SiteRecord {
  readonly site: string;
  readonly alertState: AlertState;
  readonly lastCheck: CheckRecord;
  readonly status: Message;
  /** From 1 on, and another with each change of the alert state. */
  readonly revision: number;
}

/** What is known of the product version of one site. */
export interface VersionRecord {
  readonly site: string;
  readonly state: VersionState;
}

export interface VersionCommit extends VersionRecord {
  readonly at: number;
  readonly messages: readonly RoutedMessage[];
}

export interface OutboxRow {
  /** Grows with every message; the order within a destination. */
  readonly seq: number;
  readonly message: Message;
  /** Epoch ms. */
  readonly enqueuedAt: number;
}

/** What is remembered of a destination's lane between attempts and across restarts. */
export interface LaneRecord {
  /** Epoch ms of the first failure since the last success; null while it works. */
  readonly failingSince: number | null;
  /** Failed attempts in a row, for the back-off. */
  readonly failedAttempts: number;
  /** Epoch ms before which nothing is tried; null: at once. */
  readonly nextAttemptAt: number | null;
  readonly lastFailure: { readonly at: number; readonly reason: string; readonly detail: string } | null;
  readonly lastAcceptedAt: number | null;
  /** Epoch ms at which the other destinations were told that this one fails; null when they were not. */
  readonly announcedAt: number | null;
}

export const idleLane: LaneRecord = {
  failingSince: null,
  failedAttempts: 0,
  nextAttemptAt: null,
  lastFailure: null,
  lastAcceptedAt: null,
  announcedAt: null,
};

/** What became of one row. Rows that are to be tried again are simply not mentioned. */
export interface Settlement {
  readonly seq: number;
  readonly result:
    | { readonly kind: 'accepted' }
    | { readonly kind: 'dead'; readonly reason: string; readonly detail: string };
}

export interface SettleCommit {
  readonly destination: string;
  readonly at: number;
  readonly settlements: readonly Settlement[];
  readonly lane: LaneRecord;
  /** Told to other destinations in the same transaction: this lane fails, works again, has a dead letter. */
  readonly messages: readonly RoutedMessage[];
}

/** An alert and what became of it at one destination; status messages leave no receipt. */
export interface Receipt {
  readonly destination: string;
  readonly seq: number;
  readonly message: Message;
  readonly at: number;
  readonly result: Settlement['result'];
}

export interface ReceiptFilter {
  /** Default: all destinations, and all sites. */
  readonly destination?: string;
  readonly site?: string;
  /** Pages on: only what comes after this place in the list. */
  readonly before?: { readonly at: number; readonly seq: number };
  readonly limit: number;
}

export interface DeadLetterFilter {
  /** Default: all destinations. */
  readonly destination?: string;
  /** Only letters with a larger seq. */
  readonly afterSeq?: number;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

export interface LaneSummary {
  readonly destination: string;
  readonly waiting: number;
  /** Epoch ms at which the oldest waiting row was enqueued; null when none waits. */
  readonly oldestEnqueuedAt: number | null;
  readonly deadLetters: number;
  readonly lane: LaneRecord;
}

export interface Store {
  /** What opening it had to repair, for the operator: a corrupt file set aside, say. Empty when all was well. */
  readonly incidents: readonly StoreIncident[];
  /** Calls the listener for every incident from now on, such as a disk that is full or has room again. */
  onIncident(listener: (incident: StoreIncident) => void): void;

  siteRecord(site: string): Promise<SiteRecord | null>;
  siteRecords(): Promise<readonly SiteRecord[]>;
  /** Null until a version was looked for. */
  versionRecord(site: string): Promise<VersionRecord | null>;
  versionRecords(): Promise<readonly VersionRecord[]>;
  /** Checks of a site in `[from, to)`, oldest first, at most `limit`. */
  history(site: string, range: { from: number; to: number; limit: number }): Promise<readonly CheckRecord[]>;

  /**
   * Stores one check: its record, the site's new alert state, its certificates, and one outbox row for each
   * destination of each message. A message whose id the store has already taken for a destination (waiting,
   * dead, or delivered as an alert) is not taken again for that destination.
   *
   * @returns `stale`, and stores nothing, when the alert state is not the one that the commit is based on
   * @throws StoreError `STORE_FULL` when not even the reserve was enough; nothing was stored then.
   */
  commitCheck(commit: CheckCommit): Promise<CommitResult>;
  /** Stores a new alert state of a site and the messages about it. Same rules. */
  commitAlertState(commit: AlertStateCommit): Promise<CommitResult>;
  /** Stores what is known of a site's version and the messages about it. Same rules. */
  commitVersion(commit: VersionCommit): Promise<void>;
  /** Stores messages that do not come from a check, one outbox row for each destination. Same rules. */
  enqueue(messages: readonly RoutedMessage[], at: number): Promise<void>;

  /** The rows of a destination that wait, oldest first, at most `limit`. `afterSeq` pages on (default: from the start). */
  nextRows(destination: string, limit: number, afterSeq?: number): Promise<readonly OutboxRow[]>;
  lane(destination: string): Promise<LaneRecord>;
  /** One for each destination that was ever named, by name. */
  laneSummaries(): Promise<readonly LaneSummary[]>;
  /** Settles rows, the lane's memory, and what is told to others, together. Unknown rows are ignored. */
  settle(commit: SettleCommit): Promise<void>;

  /** Alerts delivered or dead, newest first: by the time they were settled, then by seq. */
  receipts(filter: ReceiptFilter): Promise<readonly Receipt[]>;
  /**
   * What is no longer tried, alerts and status messages alike, by seq: oldest first, or newest first if so wanted.
   * `afterSeq` pages on from the oldest.
   */
  deadLetters(filter: DeadLetterFilter): Promise<readonly Receipt[]>;
  /** Puts a dead letter back at the end of its lane. False when there is no such dead letter. */
  retryDeadLetter(destination: string, seq: number, at: number): Promise<boolean>;
  dropDeadLetter(destination: string, seq: number): Promise<boolean>;

  /**
   * Thins and forgets old history: every check for `thinAfterDays`, then one per site and day (the last, and
   * every one whose outcome differs from the one before), nothing after `keepDays`. Bounded work per call; returns
   * true when there is more to do. Days are UTC days. Receipts are forgotten after `keepDays`, too.
   */
  thinHistory(options: { now: number; thinAfterDays: number; keepDays: number }): Promise<boolean>;

  /**
   * Writes next to nothing, to find out whether writing works again after a failure. Changes nothing that can be read, and
   * makes no room at the cost of anything.
   *
   * @throws StoreError as every write does
   */
  touch(): Promise<void>;

  /** Waits for what is under way, then closes. Further calls reject. */
  close(): Promise<void>;
}

/** The part of a store that changes nothing. */
export type StoreReads = Pick<
  Store,
  | 'siteRecord'
  | 'siteRecords'
  | 'versionRecord'
  | 'versionRecords'
  | 'history'
  | 'nextRows'
  | 'lane'
  | 'laneSummaries'
  | 'receipts'
  | 'deadLetters'
>;

export interface StoreIncident {
  readonly kind:
    | 'corrupt-file-set-aside'
    | 'file-gone'
    | 'disk-full'
    | 'disk-recovered'
    /** All is stored; but the room kept for the day the disk is full could not be written. */
    | 'reserve-missing'
    | 'reserve-restored';
  /** For people: what happened, where, and what to do. */
  readonly detail: string;
}

export type StoreErrorCode =
  | 'STORE_FULL'
  | 'STORE_LOCKED'
  | 'STORE_UNUSABLE'
  | 'STORE_TOO_NEW'
  | 'STORE_CLOSED';

/** The store cannot do what it promises. `message` says what happened, where, and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
