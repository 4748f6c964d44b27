/** What the alert rules want said, how urgent it is, and the id by which receivers know it again. */
import { hash } from 'node:crypto';
import type { CalendarDate, Remark, Verdict } from '../license/reading.ts';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What the steps of a license check say, by the track they belong to. */
const checkNoticeKinds = [
  'expiring',
  'expired',
  'renewed',
  'shortened',
  'replaced',
  'blocked',
  'missing',
  'unreadable',
  'not-started',
  'recovered',
  'remark',
  'unreachable',
  'reachable',
  'certificate-expiring',
] as const;
/** Notices about one site. Closed list: each has a row in docs/messages.md. */
export const siteNoticeKinds = [
  ...checkNoticeKinds,
  'version-changed',
  'acknowledged',
  'acknowledgement-withdrawn',
] as const;
/** Notices about the service itself. */
export const serviceNoticeKinds = [
  'destination-failing',
  'destination-recovered',
  'dead-letter',
  'store-replaced',
  'store-gone',
  'store-full',
  'store-unsafe',
  'store-recovered',
  'test',
] as const;
export type CheckNoticeKind = (typeof checkNoticeKinds)[number];
export type SiteNoticeKind = (typeof siteNoticeKinds)[number];
export type ServiceNoticeKind = (typeof serviceNoticeKinds)[number];
export type NoticeKind = SiteNoticeKind | ServiceNoticeKind;

/** What one step of a check wants said about a site. */
export interface Notice {
  /** A pure function of site, license, end date, kind and rung or reminder day: the same again after a restart. */
  readonly id: string;
  readonly kind: CheckNoticeKind;
  readonly severity: Severity;
  /** Epoch ms. */
  readonly at: number;
  /** The verdict of the day on the last license seen; null when the site has never been read. */
  readonly verdict: Verdict | null;
  /** Epoch ms of the last successful reading; null when there was none. */
  readonly lastConfirmedAt: number | null;
  /** The rung that was entered; null for everything but the ladder. */
  readonly rung: number | null;
  /** Wider rungs that were never announced because nobody looked in time. */
  readonly skippedRungs: readonly number[];
  /** Wider rungs that were reached while somebody's acknowledgement held, and that nobody hears of but here. */
  readonly silencedRungs: readonly number[];
  /** True when it repeats what was already said. */
  readonly reminder: boolean;
  /** What it was before, where the notice is about a change. */
  readonly previous: { readonly endDate: CalendarDate | null; readonly licenseNumber: string | null } | null;
  /** Only for `remark`. */
  readonly remark: Remark | null;
  /** Only for `certificate-expiring`: end of the client certificate, epoch ms. */
  readonly certificateEndsAt: number | null;
  /** Only for `unreachable` (since when, why) and `reachable` (since when it was not). */
  readonly unreachable: { readonly since: number; readonly reason: string; readonly detail: string } | null;
}

/**
 * The id of a notice: 32 hex digits of a SHA-256 over its parts. Parts are joined so that no two different lists
 * of parts give the same text.
 */
export function noticeId(...parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}
