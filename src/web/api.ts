/**
 * What the HTTP API answers, as the page and other readers see it. Types only.
 *
 * Instants are ISO 8601 in UTC (`2026-11-24T10:00:00.000Z`), days are `YYYY-MM-DD`. What is not known is null, never a
 * number that stands for it. `docs/api.md` describes the routes.
 */
import type { NoticeKind, Severity } from '../alert/notice.ts';
import type { payloadOf } from '../delivery/payload.ts';
import type { CheckFailureReason } from '../license/observation.ts';
import type { CalendarDate, LicenseReading, LicenseState, Remark } from '../license/reading.ts';
import type { Message } from '../store/message.ts';

export type Instant = string;

/** `GET /api/v1/overview` */
export interface Overview {
  readonly generatedAt: Instant;
  readonly service: { readonly version: string; readonly startedAt: Instant };
  /** The most urgent first: by severity, then by days left (none last), then by name. */
  readonly sites: readonly SiteSummary[];
}

/** `GET /api/v1/sites` */
export interface SiteList {
  readonly generatedAt: Instant;
  readonly sites: readonly SiteSummary[];
}

export interface SiteSummary {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the last check could read the license; null before the first check. */
  readonly reachable: boolean | null;
  /** Null as long as the license has never been read; as are the end date and the days left. */
  readonly state: LicenseState | null;
  readonly endDate: CalendarDate | null;
  /** Whole days from today, in the time zone of the site: 0 ends today, negative afterwards. Null without a date. */
  readonly daysLeft: number | null;
  readonly severity: Severity;
  readonly remarks: readonly Remark[];
  /** `…1234` */
  readonly licenseNumber: string | null;
  /** When the license was last read. What is shown counts down from that reading. */
  readonly lastConfirmedAt: Instant | null;
  readonly lastCheckedAt: Instant | null;
  /** As planned now, in the past while the check waits for its turn; null where none is planned, because the last one hangs. */
  readonly nextCheckAt: Instant | null;
  /** Why the last check could not read the license; null when it could, and before the first check. */
  readonly failure: { readonly reason: CheckFailureReason; readonly detail: string } | null;
  /** The tightest rung of the ladder that is reached; null when none is. */
  readonly rung: number | null;
  /** The state in one line, for people. */
  readonly title: string;
  /** The product version; null as long as it is not known. */
  readonly version: { readonly version: string | null; readonly releaseLabel: string | null } | null;
  /** When the certificates of the connection end; null before the first check. */
  readonly certificates: {
    readonly client: Instant | null;
    readonly root: Instant | null;
    readonly server: Instant | null;
  } | null;
  /** Who knows, and until when alerts about the license are silent; null when nobody does, or it has ended. */
  readonly acknowledgement: ShownAcknowledgement | null;
  readonly trend: Trend;
}

export interface ShownAcknowledgement {
  readonly by: string;
  readonly why: string;
  readonly at: Instant;
  /** The first day, in the time zone of the site, on which alerts speak again; or `next-rung`. */
  readonly until: string;
  /** Whether that the license has expired or is blocked is silenced, too. */
  readonly coversExpiredAndBlocked: boolean;
  /** The first day on which alerts speak again, should nothing else happen before; null when that is not known. */
  readonly speaksAgainOn: CalendarDate | null;
}

/**
 * Days left over the last 60 days, oldest first, at most 60 points: `[epoch seconds, days left]`. Points that lie on the
 * straight line between their neighbours are left out. Null where the license could not be read or has no date.
 */
export type Trend = readonly (readonly [number, number | null])[];

/** `GET /api/v1/sites/:name` */
export interface SiteDetail extends SiteSummary {
  /** IANA name of the zone in which the days of this site are counted. */
  readonly timeZone: string;
  readonly ladder: {
    /** Widest first. */
    readonly thresholdDays: readonly number[];
    /** One for each threshold, widest first; empty without an end date. */
    readonly rungs: readonly Rung[];
  };
  /** Which end date was read from when on, oldest first; the date holds until the next entry. */
  readonly endDateHistory: readonly { readonly at: Instant; readonly endDate: CalendarDate | null }[];
  /** The newest page of `…/checks`. */
  readonly checks: Page<CheckRow>;
  /** The newest page of `/api/v1/alerts?site=…`. */
  readonly alerts: Page<AlertRow>;
  /** Why the end date is what it is; null as long as the license has never been read. */
  readonly evidence: LicenseReading['evidence'] | null;
}

export interface Rung {
  readonly days: number;
  /** The day on which it is reached. */
  readonly date: CalendarDate;
  /** When it was announced, or named as skipped by the alert of a tighter rung. */
  readonly announcedAt: Instant | null;
  /**
   * `ahead` is not reached yet; `due` is reached and will be announced by the next check; `silenced` was reached while
   * acknowledged; `held` is reached while the license is blocked, say, which is told instead.
   */
  readonly how: 'spoken' | 'skipped' | 'silenced' | 'held' | 'due' | 'ahead';
  /** What became of that announcement at each destination that took it or gave it up, oldest first. */
  readonly toldTo: readonly RungReceipt[];
}

export type RungReceipt = Pick<AlertRow, 'destination' | 'result' | 'settledAt'>;

/** One page of a longer list, newest first. */
export interface Page<Row> {
  readonly items: readonly Row[];
  /** Give it as `before` to get the next page; null when this is the last one. */
  readonly next: string | null;
}

/** `GET /api/v1/sites/:name/checks?before=&limit=` gives a page of these. */
export interface CheckRow {
  readonly at: Instant;
  readonly durationMs: number;
  /** The host that answered, or the last one tried. */
  readonly host: string | null;
  readonly outcome: 'reading' | 'failed';
  /** As judged on the day of the check; null when it failed. */
  readonly state: LicenseState | null;
  readonly endDate: CalendarDate | null;
  readonly daysLeft: number | null;
  readonly remarks: readonly Remark[];
  /** Null unless it failed. */
  readonly failure: { readonly reason: CheckFailureReason; readonly detail: string } | null;
}

/** `GET /api/v1/alerts?site=&before=&limit=` gives a page of these: one alert at one destination. */
export interface AlertRow {
  /** The same for every destination of one alert. */
  readonly id: string;
  readonly occurredAt: Instant;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  /** Null when it is about the service itself. */
  readonly site: string | null;
  readonly reminder: boolean;
  readonly title: string;
  readonly text: string;
  readonly destination: string;
  readonly result: 'delivered' | 'dead';
  /** When it was delivered, or given up. */
  readonly settledAt: Instant;
  /** Why it was given up; null when it was delivered. */
  readonly failure: { readonly reason: string; readonly detail: string } | null;
}

/** `GET /api/v1/deliveries` */
export interface Deliveries {
  readonly generatedAt: Instant;
  readonly lanes: readonly LaneRow[];
  /** The newest 200, newest first; `lanes` says how many there are. */
  readonly deadLetters: readonly DeadLetterRow[];
  /** The newest 50 alerts delivered or given up; `recentNext` is the `before` of the following page of `/api/v1/alerts`. */
  readonly recent: readonly AlertRow[];
  readonly recentNext: string | null;
}

export interface LaneRow {
  readonly name: string;
  /** As are the switches: null for a destination that is not in the configuration any more. */
  readonly kind: string | null;
  readonly sendRecurring: boolean | null;
  readonly sendAlert: boolean | null;
  readonly minimumSeverity: Severity | null;
  /** `idle` has neither delivered anything yet nor anything to deliver. */
  readonly state: 'working' | 'failing' | 'idle';
  readonly failingSince: Instant | null;
  readonly waiting: number;
  /** When the oldest message that waits was stored. */
  readonly oldest: Instant | null;
  readonly nextAttemptAt: Instant | null;
  readonly lastFailure: { readonly at: Instant; readonly reason: string; readonly detail: string } | null;
  readonly lastAcceptedAt: Instant | null;
  readonly deadLetters: number;
}

/** A message in a lane, as lists show it. */
interface QueuedRow {
  readonly destination: string;
  /** With the destination, how a message is named in addresses: `/api/v1/messages/:destination/:seq` and the like. */
  readonly seq: number;
  readonly id: string;
  readonly topic: 'status' | 'alert';
  readonly kind: Message['kind'];
  readonly severity: Severity;
  readonly site: string | null;
  readonly title: string;
  readonly occurredAt: Instant;
}

export interface DeadLetterRow extends QueuedRow {
  /** When it was given up, and why. */
  readonly at: Instant;
  readonly reason: string;
  readonly detail: string;
}

/**
 * One page of what is in a lane, oldest first: the order of delivery. `GET /api/v1/waiting/:destination?after=&limit=` gives
 * one of `WaitingRow`, `GET /api/v1/dead-letters/:destination?after=&limit=` one of `DeadLetterRow`.
 */
export interface LanePage<Row> {
  readonly items: readonly Row[];
  /** Give it as `after` to get the next page; null when this is the last one. */
  readonly next: string | null;
}

export interface WaitingRow extends QueuedRow {
  /** When it was stored, or put back after it was dead. */
  readonly enqueuedAt: Instant;
}

/** `GET /api/v1/messages/:destination/:seq`: a message that waits or is dead, and what became of it. */
export interface MessageDetail {
  readonly destination: string;
  readonly seq: number;
  readonly fate: 'waiting' | 'dead';
  /** Null for a dead letter. */
  readonly enqueuedAt: Instant | null;
  /** When and why it was given up; null while it waits. */
  readonly failure: { readonly at: Instant; readonly reason: string; readonly detail: string } | null;
  /** What is known of its destination: attempts are made, and fail, by the lane. */
  readonly lane: LaneRow;
  /** As webhooks and MQTT carry it. */
  readonly payload: ReturnType<typeof payloadOf>;
  /** As time series get it. */
  readonly points: readonly {
    readonly measurement: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly fields: Readonly<Record<string, number | string | boolean>>;
    readonly at: Instant;
  }[];
}

/** `GET /api/v1/service` */
export interface ServiceIdentity {
  /** Of License Sentinel. */
  readonly version: string;
  readonly startedAt: Instant;
  /** The process, by which the commands tell this service from another one at the same address. */
  readonly pid: number;
}

/** `POST /api/v1/dead-letters/:destination/:seq/retry` and `DELETE /api/v1/dead-letters/:destination/:seq` */
export interface Done {
  readonly done: true;
}

/** `GET /api/v1/me` */
export interface Me {
  /** Of the login or token; null where nobody has to log in. */
  readonly name: string | null;
  /** `read` may look only. */
  readonly role: 'read' | 'act';
}

/** What `POST /api/v1/sites/:name/acknowledgement` takes. */
export interface AcknowledgementBody {
  /** Default: the name of the login. */
  readonly by?: string;
  readonly why: string;
  readonly until: string;
  /** Default: false. */
  readonly coverExpiredAndBlocked?: boolean;
}

/** What it answers. */
export interface Acknowledged {
  readonly acknowledgement: ShownAcknowledgement;
}

/** The events of `GET /api/v1/events`: `changed` after something was stored, and nothing else. */
export interface ChangedEvent {
  /** The site that was checked; null for deliveries and whatever else. */
  readonly site: string | null;
}

/** Every answer that is not 2xx or 304. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string };
}
