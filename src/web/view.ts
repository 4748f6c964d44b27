/** The store's rows as what is shown. Pure: the verdict is made anew for the time of the request, so that no number is stale. */
import { untilInShort } from '../alert/acknowledgement.ts';
import { acknowledgementAt, speaksAgainOn } from '../alert/acknowledgement-end.ts';
import type { Severity } from '../alert/notice.ts';
import type { Acknowledgement } from '../alert/state.ts';
import { statusSeverity } from '../alert/status-severity.ts';
import type { AlertRules } from '../alert/step.ts';
import { verdictAt } from '../alert/verdict.ts';
import { statusTitle } from '../alert/wording.ts';
import type { Remark, Verdict } from '../license/reading.ts';
import type { CheckRecord, Receipt, SiteRecord } from '../store/store.ts';
import type { AlertRow, CheckRow, ShownAcknowledgement, SiteDetail, SiteSummary, Trend } from './api.ts';
import { certificateEnds } from './certificate-ends.ts';
import { instantOf, isoOf } from './instants.ts';
import { rungsOf } from './rungs.ts';

export type * from './api.ts';

/** What is known of one site. Times are epoch ms. */
export interface SiteFacts {
  readonly rules: AlertRules;
  readonly tags: Readonly<Record<string, string>>;
  /** Undefined before the first check. */
  readonly record: SiteRecord | undefined;
  readonly nextCheckAt: number | null;
  readonly version: SiteSummary['version'];
  readonly trend: Trend;
}

/** A site as of `now`, epoch ms. */
export function siteSummary(facts: SiteFacts, now: number): SiteSummary {
  const { rules, tags, record, nextCheckAt, version, trend } = facts;
  const confirmed = record?.alertState.confirmed ?? null;
  const verdict = verdictAt(confirmed, now, rules);
  const outcome = record?.lastCheck.outcome;
  const acknowledgement =
    record === undefined ? null : acknowledgementAt(record.alertState, verdict, rules, now);
  const [confirmedAt, checkedAt] = [confirmed?.at, record?.lastCheck.at];
  const lastCheckedAt = instantOf(checkedAt);
  const failure = outcome?.kind === 'failed' ? { reason: outcome.reason, detail: outcome.detail } : null;
  return {
    name: rules.site,
    tags,
    reachable: outcome === undefined ? null : failure === null,
    state: verdict?.state ?? null,
    endDate: verdict?.endDate ?? null,
    daysLeft: verdict?.daysLeft ?? null,
    severity: statusSeverity(verdict, failure === null, rules.policy),
    remarks: remarksOf(record, verdict),
    licenseNumber: confirmed?.reading.licenseNumber ?? null,
    lastConfirmedAt: confirmedAt === checkedAt ? lastCheckedAt : instantOf(confirmedAt),
    lastCheckedAt,
    nextCheckAt: instantOf(nextCheckAt),
    failure,
    rung: rungReached(verdict, rules),
    title:
      record === undefined
        ? `${rules.site}: not checked yet`
        : statusTitle(rules.site, verdict, failure === null),
    version,
    certificates: certificateEnds(record),
    acknowledgement: acknowledgement === null ? null : shownAcknowledgement(acknowledgement, rules),
    trend,
  };
}

export function shownAcknowledgement(
  acknowledgement: Acknowledgement,
  rules: AlertRules,
): ShownAcknowledgement {
  const { by, why, at, until, coversExpiredAndBlocked } = acknowledgement;
  return {
    by,
    why,
    at: isoOf(at),
    until: untilInShort(until),
    coversExpiredAndBlocked,
    speaksAgainOn: speaksAgainOn(acknowledgement, rules),
  };
}

export interface SitePast {
  readonly endDateHistory: SiteDetail['endDateHistory'];
  readonly checks: SiteDetail['checks'];
  readonly alerts: SiteDetail['alerts'];
  /** Those that the announcements of rungs left, newest first. */
  readonly receipts: readonly Receipt[];
}

export function siteDetail(facts: SiteFacts, { receipts, ...past }: SitePast, now: number): SiteDetail {
  const { rules, record } = facts;
  const summary = siteSummary(facts, now);
  return {
    ...summary,
    timeZone: rules.timeZone,
    ladder: {
      thresholdDays: rules.policy.thresholdDays,
      rungs: rungsOf(record, summary, rules.policy.thresholdDays, receipts),
    },
    ...past,
    evidence: record?.alertState.confirmed?.reading.evidence ?? null,
  };
}

export function checkRow({ at, durationMs, host, outcome }: CheckRecord): CheckRow {
  const verdict = outcome.kind === 'reading' ? outcome.verdict : null;
  return {
    at: isoOf(at),
    durationMs,
    host,
    outcome: outcome.kind,
    state: verdict?.state ?? null,
    endDate: verdict?.endDate ?? null,
    daysLeft: verdict?.daysLeft ?? null,
    remarks: verdict?.remarks ?? [],
    failure: outcome.kind === 'failed' ? { reason: outcome.reason, detail: outcome.detail } : null,
  };
}

export function alertRow({ destination, message, at, result }: Receipt): AlertRow {
  return {
    id: message.id,
    occurredAt: isoOf(message.occurredAt),
    // Only status messages have the kind `status`, and those leave no receipt that is listed.
    kind: message.kind as AlertRow['kind'],
    severity: message.severity,
    site: message.site,
    reminder: message.reminder,
    title: message.title,
    text: message.text,
    destination,
    result: result.kind === 'dead' ? 'dead' : 'delivered',
    settledAt: isoOf(at),
    failure: result.kind === 'dead' ? { reason: result.reason, detail: result.detail } : null,
  };
}

const urgency: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** For sorting: the most urgent first. */
export function compareUrgency(a: SiteSummary, b: SiteSummary): number {
  const bySeverity = urgency[a.severity] - urgency[b.severity];
  if (bySeverity !== 0) return bySeverity;
  const [left, right] = [a.daysLeft ?? Number.MAX_SAFE_INTEGER, b.daysLeft ?? Number.MAX_SAFE_INTEGER];
  if (left !== right) return left - right;
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

/** The remarks of today, and those about the reading itself that only the check that made it can judge. */
function remarksOf(record: SiteRecord | undefined, verdict: Verdict | null): readonly Remark[] {
  const outcome = record?.lastCheck.outcome;
  const seen = outcome?.kind === 'reading' ? outcome.verdict.remarks : [];
  return [...new Set([...seen, ...(verdict?.remarks ?? [])])];
}

function rungReached(verdict: Verdict | null, { policy }: AlertRules): number | null {
  const daysLeft = verdict?.daysLeft ?? null;
  if (daysLeft === null) return null;
  const reached = policy.thresholdDays.filter((days) => daysLeft <= days);
  return reached.length === 0 ? null : Math.min(...reached);
}
