/** What a step has said so far, and the one place where a notice and its id are made. */
import type { Observation } from '../license/observation.ts';
import type { LicenseReading, Verdict } from '../license/reading.ts';
import { type CheckNoticeKind, type Notice, noticeId, type Severity } from './notice.ts';
import type { AlertPolicy } from './policy.ts';
import type { AlertState } from './state.ts';

export interface AlertRules {
  readonly site: string;
  /** IANA name; the site's own calendar day counts. */
  readonly timeZone: string;
  readonly policy: AlertPolicy;
}

export interface StepContext {
  readonly rules: AlertRules;
  readonly observation: Observation;
  /** Epoch ms. */
  readonly now: number;
  /** The last reading, which may be this one. */
  readonly confirmed: { readonly reading: LicenseReading; readonly at: number } | null;
  readonly verdict: Verdict | null;
}

export interface Said {
  readonly state: AlertState;
  readonly notices: readonly Notice[];
}

/** One concern of the alert rules: adds what it wants said, and remembers that it did. */
export type Speak = (said: Said, context: StepContext) => Said;

export const nothingSaid = (state: AlertState): Said => ({ state, notices: [] });

/** How many different transitions are remembered for their count; a site makes a handful a year. */
const REMEMBERED_TRANSITIONS = 100;

type Extras = Partial<
  Pick<
    Notice,
    | 'rung'
    | 'skippedRungs'
    | 'silencedRungs'
    | 'reminder'
    | 'previous'
    | 'remark'
    | 'certificateEndsAt'
    | 'unreachable'
  >
>;

/**
 * Adds a notice. Its id is made of site, kind, license fingerprint, end date and `distinction` (the rung, the reminder
 * day, the old end date …), and of how often exactly this was told before: a license that is blocked, released and
 * blocked again must not look like a repeat to receivers.
 */
export function say(
  said: Said,
  context: StepContext,
  kind: CheckNoticeKind,
  severity: Severity,
  distinction: readonly (string | number | null)[],
  extras: Extras = {},
): Said {
  const { rules, verdict, confirmed } = context;
  const aboutLicense = kind !== 'unreachable' && kind !== 'reachable' && kind !== 'certificate-expiring';
  const identity = aboutLicense ? [confirmed?.reading.fingerprint ?? null, verdict?.endDate ?? null] : [];
  const key = noticeId(kind, ...identity, ...distinction);
  // Rungs and reminders are remembered elsewhere and never come twice; counting them would only fill the memory.
  const isCounted = kind !== 'expiring' && extras.reminder !== true;
  const timesBefore = isCounted ? (said.state.timesTold[key] ?? 0) : 0;
  const notice: Notice = {
    id: noticeId(rules.site, kind, ...identity, ...distinction, timesBefore),
    kind,
    severity,
    at: context.now,
    verdict,
    lastConfirmedAt: confirmed?.at ?? null,
    rung: null,
    skippedRungs: [],
    silencedRungs: [],
    reminder: false,
    previous: null,
    remark: null,
    certificateEndsAt: null,
    unreachable: null,
    ...extras,
  };
  return {
    state: isCounted
      ? { ...said.state, timesTold: counted(said.state.timesTold, key, timesBefore + 1) }
      : said.state,
    notices: [...said.notices, notice],
  };
}

/** The counts with one more, the oldest forgotten. Re-inserting keeps the object's order by last use. */
function counted(
  before: Readonly<Record<string, number>>,
  key: string,
  times: number,
): Readonly<Record<string, number>> {
  const others = Object.entries(before).filter(([other]) => other !== key);
  return Object.fromEntries([...others.slice(1 - REMEMBERED_TRANSITIONS), [key, times]]);
}
