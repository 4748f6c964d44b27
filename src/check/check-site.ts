/**
 * One check of one site: fetch, read, step, word, commit. Everything that follows from it is stored in one transaction before
 * anything is sent.
 */
import { type AlertState, initialAlertState } from '../alert/state.ts';
import { statusSeverity } from '../alert/status-severity.ts';
import { type AlertRules, type Step, stepAlert } from '../alert/step.ts';
import type { Observation } from '../license/observation.ts';
import { type ReadSettings, readLicense } from '../license/read-license.ts';
import type { LicenseReading } from '../license/reading.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { SenseSite, SiteAnswer } from '../sense/site.ts';
import type { Message, RoutedMessage } from '../store/message.ts';
import type { CheckRecord, Store } from '../store/store.ts';
import { alertMessage, type SiteFacts, type SiteNow, statusMessage } from './outgoing.ts';
import { productKnownOf } from './version-messages.ts';

export interface SiteToCheck {
  readonly rules: AlertRules;
  readonly tags: Readonly<Record<string, string>>;
  readonly reading: Omit<ReadSettings, 'now'>;
  readonly sense: SenseSite;
}

export interface CheckTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Which destinations want a message; undefined when none does. */
  route(message: Message): RoutedMessage | undefined;
  /** Called after a commit that left something to deliver. */
  onOutbox(): void;
}

/** What one check saw and made of it. */
export interface CheckResult extends Look {
  readonly step: Step;
}

interface Look {
  readonly observation: Observation;
  readonly host: string | null;
  readonly durationMs: number;
}

/** Somebody acknowledges while a check is under way, once in a while; more often than this something is wrong. */
const MOST_ATTEMPTS = 5;

/**
 * Looks at a site and reads what it says, without storing or sending anything.
 *
 * @param before the site's alert state so far; the initial one for a look that stands alone
 */
export async function lookAtSite(
  site: SiteToCheck,
  before: Step['state'],
  clock: Clock,
  signal: AbortSignal,
): Promise<CheckResult> {
  const look = await observe(site, clock, signal);
  return { ...look, step: stepAlert(before, look.observation, site.rules) };
}

async function observe(site: SiteToCheck, clock: Clock, signal: AbortSignal): Promise<Look> {
  const startedMs = clock.monotonicMs();
  const answer = await site.sense.fetchLicense(signal);
  return {
    observation: observationOf(answer, site.reading, clock.now()),
    host: answer.host,
    durationMs: Math.round(clock.monotonicMs() - startedMs),
  };
}

/**
 * Makes the function that checks a site again and again. Calls must not overlap. When the store refuses, nothing is
 * remembered, so the next check says the same again: late, but not lost. Where the alert state was changed while the
 * check was under way, what it saw is reckoned again from the changed one.
 */
export function siteCheck(site: SiteToCheck, tools: CheckTools): (signal: AbortSignal) => Promise<void> {
  const { store, clock, logger, route, onOutbox } = tools;
  const name = site.rules.site;
  let before: { readonly state: AlertState; readonly revision: number } | undefined;

  async function stored(): Promise<NonNullable<typeof before>> {
    const record = await store.siteRecord(name);
    return { state: record?.alertState ?? initialAlertState, revision: record?.revision ?? 0 };
  }

  return async (signal) => {
    before ??= await stored();
    const look = await observe(site, clock, signal);
    if (signal.aborted) return;
    const product = productKnownOf(await store.versionRecord(name));
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const result = { ...look, step: stepAlert(before.state, look.observation, site.rules) };
      const now = siteNow(site, result, product);
      const status = statusMessage(now);
      const alerts = result.step.notices.map((notice, position) => alertMessage(notice, now, position));
      const messages = [...alerts, status].map(route).filter((routed) => routed !== undefined);
      const outcome = await store.commitCheck({
        check: recordOf(name, result),
        basedOn: before.revision,
        alertState: result.step.state,
        status,
        messages,
      });
      if (outcome === 'stale') {
        before = await stored();
        continue;
      }
      logCheck(logger, name, result);
      logEnd(logger, name, before.state, result.step.state);
      before = { state: result.step.state, revision: before.revision + 1 };
      if (messages.length > 0) onOutbox();
      return;
    }
    throw new Error(`the alert state of ${name} was changed again and again while it was checked`);
  };
}

function observationOf(answer: SiteAnswer, settings: Omit<ReadSettings, 'now'>, now: Date): Observation {
  const { certificates } = answer;
  const at = now.getTime();
  if (answer.kind === 'failed') {
    return { kind: 'failed', at, reason: answer.reason, detail: answer.detail, certificates };
  }
  const reading: LicenseReading = readLicense(answer.reply, { ...settings, now });
  return { kind: 'reading', at, reading, certificates };
}

function siteNow(
  site: SiteToCheck,
  { observation, step }: CheckResult,
  product: SiteFacts['product'],
): SiteNow {
  return {
    site: site.rules.site,
    tags: site.tags,
    observation,
    verdict: step.verdict,
    confirmed: step.state.confirmed,
    reachable: observation.kind === 'reading',
    product,
    acknowledgement: step.state.acknowledgement ?? null,
    severity: statusSeverity(step.verdict, observation.kind === 'reading', site.rules.policy),
  };
}

function recordOf(site: string, { observation, step, host, durationMs }: CheckResult): CheckRecord {
  return {
    site,
    at: observation.at,
    durationMs,
    host,
    outcome:
      observation.kind === 'reading'
        ? { kind: 'reading', reading: observation.reading, verdict: step.verdict! }
        : { kind: 'failed', reason: observation.reason, detail: observation.detail },
    certificates: observation.certificates,
  };
}

function logCheck(logger: Logger, site: string, { observation, step, host, durationMs }: CheckResult): void {
  const { verdict, notices } = step;
  const fields = {
    site,
    host,
    state: verdict?.state ?? null,
    endDate: verdict?.endDate ?? null,
    daysLeft: verdict?.daysLeft ?? null,
    alerts: notices.map(({ kind, rung }) => (rung === null ? kind : `${kind} (${rung} days)`)),
    ms: durationMs,
  };
  if (observation.kind === 'reading') logger.info(fields, 'site checked');
  else
    logger.warn(
      { ...fields, reason: observation.reason, detail: observation.detail },
      'site could not be checked',
    );
}

function logEnd(logger: Logger, site: string, before: AlertState, after: AlertState): void {
  if (before.acknowledgement === undefined || after.acknowledgement !== undefined) return;
  logger.info({ site, by: before.acknowledgement.by }, 'the acknowledgement has ended');
}
