/**
 * Acknowledging: somebody knows, so nothing is repeated until a date or the next rung. Pure.
 *
 * It is about one license and one end date, and ends by itself: `acknowledgement-end.ts` says when.
 */
import { addDays, todayIn } from '../license/calendar-day.ts';
import type { CalendarDate, Verdict } from '../license/reading.ts';
import { acknowledgementAt } from './acknowledgement-end.ts';
import { silenceRungs } from './ladder.ts';
import { noticeId } from './notice.ts';
import type { AlertRules } from './said.ts';
import type { AcknowledgedUntil, Acknowledgement, AlertState } from './state.ts';
import { isTrouble, verdictAt } from './verdict.ts';

export interface AcknowledgementRequest {
  readonly by: string;
  readonly why: string;
  readonly until: AcknowledgedUntil;
  readonly coversExpiredAndBlocked: boolean;
}

/** Why a site cannot be acknowledged in this way. */
export const refusals = [
  'nothing-to-acknowledge',
  'not-covered',
  'no-next-rung',
  'until-in-the-past',
  'until-too-far',
  'no-text',
] as const;
export type Refusal = (typeof refusals)[number];

/** Tells that somebody acknowledged, or took that back. */
export interface AcknowledgementNotice {
  /** A pure function of site, license, and everything that the acknowledgement says. */
  readonly id: string;
  readonly kind: 'acknowledged' | 'acknowledgement-withdrawn';
  readonly severity: 'info';
  /** Epoch ms. */
  readonly at: number;
  readonly acknowledgement: Acknowledgement;
  /** Who took it back; null when nobody said, and for `acknowledged`. */
  readonly withdrawnBy: string | null;
  readonly verdict: Verdict | null;
}

export type Acknowledged =
  | { readonly kind: 'acknowledged'; readonly state: AlertState; readonly notice: AcknowledgementNotice }
  /** Somebody said exactly that before, and it still holds. */
  | { readonly kind: 'unchanged'; readonly acknowledgement: Acknowledgement }
  /** `detail` says what to do instead. */
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string };

/** A slip of the keyboard must not silence a license for a century. */
const MOST_DAYS_AHEAD = 366;

/** @param now epoch ms */
export function acknowledge(
  state: AlertState,
  request: AcknowledgementRequest,
  rules: AlertRules,
  now: number,
): Acknowledged {
  const { until, coversExpiredAndBlocked } = request;
  const [by, why] = [tidied(request.by), tidied(request.why)];
  if (by === '' || why === '') return refuse('no-text', 'Say who you are and why it needs no repeating.');
  const verdict = verdictAt(state.confirmed, now, rules);
  const refused = refusalOf(verdict, request, todayIn(rules.timeZone, new Date(now)));
  if (refused !== undefined) return refused;

  const { state: about, endDate, daysLeft } = verdict!;
  const facts = { by, why, until, coversExpiredAndBlocked, about: { state: about, endDate, daysLeft } };
  const before = acknowledgementAt(state, verdict, rules, now);
  if (before !== null && isSame(before, facts)) {
    return { kind: 'unchanged', acknowledgement: before };
  }
  const fingerprint = state.confirmed?.reading.fingerprint ?? null;
  const untilText = untilInShort(until);
  const id = noticeId(
    rules.site,
    'acknowledged',
    fingerprint,
    endDate,
    now,
    by,
    why,
    untilText,
    String(coversExpiredAndBlocked),
  );
  const acknowledgement: Acknowledgement = { id, at: now, ...facts };
  return {
    kind: 'acknowledged',
    state: { ...state, ladders: withoutWhatIsDue(state, verdict!, rules, now), acknowledgement },
    notice: {
      id,
      kind: 'acknowledged',
      severity: 'info',
      at: now,
      acknowledgement,
      withdrawnBy: null,
      verdict,
    },
  };
}

/** Takes an acknowledgement back: the next check says again what is to be said. Undefined when there is none. */
export function withdraw(
  state: AlertState,
  withdrawnBy: string | null,
  rules: AlertRules,
  now: number,
): { readonly state: AlertState; readonly notice: AcknowledgementNotice } | undefined {
  const { acknowledgement: _withdrawn, ...rest } = state;
  const verdict = verdictAt(state.confirmed, now, rules);
  const acknowledgement = acknowledgementAt(state, verdict, rules, now);
  if (acknowledgement === null) return undefined;
  return {
    state: rest,
    notice: {
      id: noticeId(rules.site, 'acknowledgement-withdrawn', acknowledgement.id),
      kind: 'acknowledgement-withdrawn',
      severity: 'info',
      at: now,
      acknowledgement,
      withdrawnBy: withdrawnBy === null ? null : tidied(withdrawnBy) || null,
      verdict,
    },
  };
}

/** As the API and the messages write it: the date, or `next-rung`. */
export const untilInShort = (until: AcknowledgedUntil): string =>
  until.kind === 'date' ? until.date : until.kind;

function refusalOf(
  verdict: Verdict | null,
  { until, coversExpiredAndBlocked }: AcknowledgementRequest,
  today: CalendarDate,
): Acknowledged | undefined {
  if (verdict === null) {
    return refuse('nothing-to-acknowledge', 'The license has never been read, so no alert about it repeats.');
  }
  const { state } = verdict;
  if (state !== 'expiring' && !isTrouble(state)) {
    return refuse('nothing-to-acknowledge', `The license is ${state}: there is no alert to acknowledge.`);
  }
  if ((state === 'expired' || state === 'blocked') && !coversExpiredAndBlocked) {
    const detail = `The license is ${state}. That is acknowledged only where it is asked for: set coverExpiredAndBlocked.`;
    return refuse('not-covered', detail);
  }
  if (until.kind === 'next-rung') {
    if (state === 'expiring') return undefined;
    return refuse('no-next-rung', `The license is ${state}, so no rung comes next. Name a date.`);
  }
  if (until.date <= today) {
    return refuse(
      'until-in-the-past',
      `Alerts would speak again on ${until.date}. Name a day after ${today}.`,
    );
  }
  const last = addDays(today, MOST_DAYS_AHEAD);
  if (until.date > last)
    return refuse('until-too-far', `Name a day up to ${last}, and acknowledge again then.`);
  return undefined;
}

const refuse = (reason: Refusal, detail: string): Acknowledged => ({ kind: 'refused', reason, detail });

/** A rung that is reached but that no check has announced yet is what is acknowledged, not the next one. */
function withoutWhatIsDue(
  { ladders }: AlertState,
  { state, endDate, daysLeft }: Verdict,
  { policy }: AlertRules,
  now: number,
): AlertState['ladders'] {
  if (state !== 'expiring' || endDate === null || daysLeft === null) return ladders;
  return silenceRungs(ladders, { endDate, daysLeft, thresholdDays: policy.thresholdDays, now });
}

function isSame(before: Acknowledgement, facts: Omit<Acknowledgement, 'id' | 'at'>): boolean {
  return (
    before.by === facts.by &&
    before.why === facts.why &&
    untilInShort(before.until) === untilInShort(facts.until) &&
    before.coversExpiredAndBlocked === facts.coversExpiredAndBlocked &&
    before.about.state === facts.about.state &&
    before.about.endDate === facts.about.endDate &&
    // What comes next depends on where it began.
    (facts.until.kind === 'date' || before.about.daysLeft === facts.about.daysLeft)
  );
}

/** One line, and of anything that could be a license number or key no more than the end. */
function tidied(text: string): string {
  return text
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]+/gu, '')
    .replace(/\d(?:[ .-]?\d){11,}/g, (digits) => `…${digits.replace(/\D/g, '').slice(-4)}`)
    .replace(/\beyJ[\w.-]{20,}/g, '…')
    .trim();
}
