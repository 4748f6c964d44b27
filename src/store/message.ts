/** What the outbox keeps until a destination has taken it: one fact, in words for people and as points for machines. */
import type { NoticeKind, Severity } from '../alert/notice.ts';
import { type Point, pointOfAlert } from '../license/points.ts';
import type { CalendarDate, LicenseState, Remark } from '../license/reading.ts';

export interface Message {
  /** Stable across retries, restarts and nodes, so that receivers can drop repeats. Delivery is at least once. */
  readonly id: string;
  /** The core routes by topic (sendRecurring, sendAlert); a destination never filters. */
  readonly topic: 'status' | 'alert';
  /** A `version` is a status that only time series get. */
  readonly kind: 'status' | 'version' | NoticeKind;
  readonly severity: Severity;
  /** Null when the message is about the service itself, such as a destination that fails. */
  readonly site: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly occurredAt: number;
  /** Epoch ms of the last successful reading of the site. */
  readonly lastConfirmedAt: number | null;
  readonly reachable: boolean;
  /** Null when nothing is known of a license: never read, or a message about the service itself. */
  readonly license: {
    readonly state: LicenseState;
    readonly expired: boolean;
    readonly endDate: CalendarDate | null;
    readonly daysLeft: number | null;
    /** `…1234` */
    readonly licenseNumber: string | null;
    readonly remarks: readonly Remark[];
  } | null;
  /** The last product version known of the site; null when there is none, or for a message about the service itself. */
  readonly product: { readonly version: string | null; readonly releaseLabel: string | null } | null;
  /** Who knows, and until when nothing is repeated; null when nobody acknowledged. Absent in messages of earlier versions. */
  readonly acknowledgement?: {
    readonly by: string;
    readonly why: string;
    /** Epoch ms. */
    readonly at: number;
    /** The first day on which alerts speak again (`YYYY-MM-DD`), or `next-rung`. */
    readonly until: string;
    readonly coversExpiredAndBlocked: boolean;
  } | null;
  /** Where people see more of it. Only of alerts, and only where the configuration says where the page is. */
  readonly link?: string;
  readonly rung: number | null;
  readonly skippedRungs: readonly number[];
  readonly reminder: boolean;
  /** One line. */
  readonly title: string;
  /** What happened and what to do, in a few sentences. */
  readonly text: string;
  readonly points: readonly Point[];
}

/** A message and the destinations that want it. */
export interface RoutedMessage {
  readonly message: Message;
  readonly destinations: readonly {
    readonly name: string;
    /**
     * True when a newer status of the same site makes a waiting one worthless for this destination. Then waiting
     * status rows may be dropped once the lane is long. Never true for alerts.
     */
    readonly supersedes: boolean;
  }[];
}

/**
 * An alert about the service itself rather than about a site.
 *
 * @param facts.at epoch ms
 */
export function alertOfService(
  facts: Pick<Message, 'id' | 'severity' | 'reminder' | 'title' | 'text'> & {
    readonly kind: NoticeKind;
    readonly at: number;
  },
): Message {
  const { id, kind, severity, reminder, title, text, at } = facts;
  const about = { site: null, tags: {}, rung: null };
  return {
    ...about,
    id,
    topic: 'alert',
    kind,
    severity,
    occurredAt: at,
    lastConfirmedAt: null,
    reachable: true,
    license: null,
    product: null,
    skippedRungs: [],
    reminder,
    title,
    text,
    points: [pointOfAlert({ ...about, id, kind, severity, at, title, daysLeft: null })],
  };
}
