/**
 * One check of one site: fetch, read, step, word, commit. Everything that follows from it is stored in one transaction before
 * anything is sent.
 */
import { initialAlertState } from '../alert/state.ts';
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
export interface CheckResult {
  readonly observation: Observation;
  readonly step: Step;
  readonly host: string | null;
  readonly durationMs: number;
}

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
  const startedMs = clock.monotonicMs();
  const answer = await site.sense.fetchLicense(signal);
  const observation = observationOf(answer, site.reading, clock.now());
  return {
    observation,
    step: stepAlert(before, observation, site.rules),
    host: answer.host,
    durationMs: Math.round(clock.monotonicMs() - startedMs),
  };
}

/**
 * Makes the function that checks a site again and again. Calls must not overlap. When the store refuses, nothing is
 * remembered, so the next check says the same again: late, but not lost.
 */
export function siteCheck(site: SiteToCheck, tools: CheckTools): (signal: AbortSignal) => Promise<void> {
  const name = site.rules.site;
  let state: Step['state'] | undefined;

  return async (signal) => {
    state ??= (await tools.store.siteRecord(name))?.alertState ?? initialAlertState;
    const result = await lookAtSite(site, state, tools.clock, signal);
    if (signal.aborted) return;
    const product = productKnownOf(await tools.store.versionRecord(name));
    const now = siteNow(site, result, product);
    const status = statusMessage(now);
    const alerts = result.step.notices.map((notice, position) => alertMessage(notice, now, position));
    const messages = [...alerts, status]
      .map((message) => tools.route(message))
      .filter((routed) => routed !== undefined);
    await tools.store.commitCheck({
      check: recordOf(name, result),
      alertState: result.step.state,
      status,
      messages,
    });
    state = result.step.state;
    logCheck(tools.logger, name, result);
    if (messages.length > 0) tools.onOutbox();
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
