/** Readings and notices as messages: the facts, the words for people, and the points for time series. Pure. */
import { untilInShort } from '../alert/acknowledgement.ts';
import { acknowledgementInWords } from '../alert/acknowledgement-wording.ts';
import type { Notice, Severity } from '../alert/notice.ts';
import { noticeId } from '../alert/notice.ts';
import type { Acknowledgement } from '../alert/state.ts';
import { wordNotice, wordStatus } from '../alert/wording.ts';
import type { Observation } from '../license/observation.ts';
import { pointOfAlert, pointOfCheck } from '../license/points.ts';
import type { LicenseReading, Verdict } from '../license/reading.ts';
import type { Message } from '../store/message.ts';

/** What every message about a site says of it. */
export interface SiteFacts {
  readonly site: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the site could be read. */
  readonly reachable: boolean;
  readonly verdict: Verdict | null;
  readonly confirmed: { readonly reading: LicenseReading; readonly at: number } | null;
  readonly product: Message['product'];
  /** Null when nobody acknowledged, or it has ended. */
  readonly acknowledgement: Acknowledgement | null;
}

/** What is known of a site after a step. */
export interface SiteNow extends SiteFacts {
  readonly observation: Observation;
  /** How urgent the status is in itself. */
  readonly severity: Severity;
}

/** The status that a check sends to every destination that wants recurring status. */
export function statusMessage(now: SiteNow): Message {
  const { site, tags, observation, verdict, confirmed, acknowledgement } = now;
  const failure = observation.kind === 'failed' ? observation.detail : null;
  const common = commonPart(now);
  const words = wordStatus(site, { verdict, lastConfirmedAt: confirmed?.at ?? null, failure });
  return {
    ...common,
    id: noticeId(site, 'status', observation.at),
    topic: 'status',
    kind: 'status',
    severity: now.severity,
    occurredAt: observation.at,
    lastConfirmedAt: confirmed?.at ?? null,
    rung: null,
    skippedRungs: [],
    reminder: false,
    title: words.title,
    text: acknowledgement === null ? words.text : `${words.text} ${acknowledgementInWords(acknowledgement)}`,
    points: [
      pointOfCheck({
        site,
        tags,
        at: observation.at,
        reachable: now.reachable,
        license:
          common.license === null || confirmed === null
            ? null
            : {
                ...common.license,
                acknowledged: acknowledgement !== null,
                readingAgeSeconds: Math.max(0, Math.round((observation.at - confirmed.at) / 1000)),
              },
      }),
    ],
  };
}

/**
 * A notice as an alert message.
 *
 * @param position its place among the notices of the same check; it sets their points 1 ms apart, because a time series
 *   keeps only one point of a series at a time
 */
export function alertMessage(notice: Notice, now: SiteFacts, position: number): Message {
  const { site, tags, confirmed } = now;
  const words = wordNotice(notice, {
    site,
    expiredReason: confirmed?.reading.expiredReason ?? '',
    licenseNumber: confirmed?.reading.licenseNumber ?? null,
  });
  return {
    ...commonPart(now),
    id: notice.id,
    topic: 'alert',
    kind: notice.kind,
    severity: notice.severity,
    occurredAt: notice.at,
    lastConfirmedAt: notice.lastConfirmedAt,
    rung: notice.rung,
    skippedRungs: notice.skippedRungs,
    reminder: notice.reminder,
    ...words,
    points: [
      pointOfAlert({
        site,
        tags,
        at: notice.at + position,
        id: notice.id,
        kind: notice.kind,
        severity: notice.severity,
        title: words.title,
        daysLeft: notice.verdict?.daysLeft ?? null,
        rung: notice.rung,
      }),
    ],
  };
}

export function commonPart(facts: SiteFacts) {
  const { site, tags, reachable, verdict, confirmed, product, acknowledgement } = facts;
  return {
    site,
    tags,
    reachable,
    product,
    acknowledgement:
      acknowledgement === null
        ? null
        : {
            by: acknowledgement.by,
            why: acknowledgement.why,
            at: acknowledgement.at,
            until: untilInShort(acknowledgement.until),
            coversExpiredAndBlocked: acknowledgement.coversExpiredAndBlocked,
          },
    license:
      verdict === null || confirmed === null
        ? null
        : {
            state: verdict.state,
            expired: hasExpired(confirmed.reading, verdict),
            endDate: verdict.endDate,
            daysLeft: verdict.daysLeft,
            licenseNumber: confirmed.reading.licenseNumber,
            remarks: verdict.remarks,
          },
  };
}

/** Whether the license has expired, whatever else is wrong with it: a blocked one can be expired as well. */
function hasExpired(reading: LicenseReading, verdict: Verdict): boolean {
  return (
    reading.present && (reading.flags.expired === true || (verdict.daysLeft !== null && verdict.daysLeft < 0))
  );
}
