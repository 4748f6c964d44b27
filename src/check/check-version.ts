/**
 * One look for the version of one site: fetch, step, word, commit. It runs apart from the license check, which it must
 * never hold up, and a version that cannot be read is logged, not alerted.
 */
import { acknowledgementAt } from '../alert/acknowledgement-end.ts';
import { verdictAt } from '../alert/verdict.ts';
import {
  initialVersionState,
  stepVersion,
  type VersionSighting,
  type VersionState,
} from '../alert/version.ts';
import { seenVersionInWords } from '../alert/version-wording.ts';
import type { Logger } from '../platform/logger.ts';
import type { VersionAnswer } from '../sense/site.ts';
import type { CheckTools, SiteToCheck } from './check-site.ts';
import type { SiteFacts } from './outgoing.ts';
import { productKnownOf, versionAlert, versionMessage } from './version-messages.ts';

/**
 * Makes the function that looks again and again. Calls must not overlap. When the store refuses, nothing is remembered,
 * so the next look says the same again.
 */
export function versionCheck(site: SiteToCheck, tools: CheckTools): (signal: AbortSignal) => Promise<void> {
  const { store, clock, logger, route, onOutbox } = tools;
  const name = site.rules.site;
  const log = versionLog(logger, name);
  let before: VersionState | undefined;

  return async (signal) => {
    before ??= (await store.versionRecord(name))?.state ?? initialVersionState;
    const sighting = sightingOf(await site.sense.fetchVersion(signal), clock.now().getTime());
    if (signal.aborted) return;
    const { state, notices } = stepVersion(before, sighting, name);
    const facts = await factsOf(site, tools, state, sighting);
    const told = [
      ...notices.map((notice) => versionAlert(notice, facts)),
      ...(sighting.kind === 'seen' ? [versionMessage(sighting, facts)] : []),
    ];
    const messages = told.map(route).filter((routed) => routed !== undefined);
    await store.commitVersion({ site: name, at: sighting.at, state, messages });
    before = state;
    log(sighting, notices.length > 0);
    if (messages.length > 0) onOutbox();
  };
}

function sightingOf(answer: VersionAnswer, at: number): VersionSighting {
  if (answer.kind === 'version') {
    return { kind: 'seen', at, version: answer.version, missed: answer.missed };
  }
  return { kind: 'failed', at, why: { reason: answer.reason, detail: answer.detail } };
}

/** What the messages say of the license: the last reading, judged for now. */
async function factsOf(
  { rules, tags }: SiteToCheck,
  { store }: CheckTools,
  state: VersionState,
  { kind, at }: VersionSighting,
): Promise<SiteFacts> {
  const record = await store.siteRecord(rules.site);
  const confirmed = record?.alertState.confirmed ?? null;
  const verdict = verdictAt(confirmed, at, rules);
  return {
    site: rules.site,
    tags,
    reachable: record === null ? kind === 'seen' : record.lastCheck.outcome.kind === 'reading',
    verdict,
    confirmed,
    product: productKnownOf({ site: rules.site, state }),
    acknowledgement: record === null ? null : acknowledgementAt(record.alertState, verdict, rules, at),
  };
}

/** Says what is new at info or warn, once; what is as it was, at debug. */
function versionLog(logger: Logger, site: string): (seen: VersionSighting, isChange: boolean) => void {
  let last: string | undefined;
  return (seen, isChange) => {
    const why = seen.kind === 'seen' ? seen.missed : seen.why;
    const version = seen.kind === 'seen' ? seen.version : null;
    const gist = JSON.stringify([why?.reason, version]);
    const isNew = isChange || gist !== last;
    last = gist;
    const fields = {
      site,
      ...(version !== null && {
        product: version.productName,
        type: version.deploymentType,
        version: version.version,
        release: version.releaseLabel,
        repositoryVersion: version.repositoryVersion,
      }),
      ...(why !== null && { reason: why.reason, detail: why.detail }),
    };
    const text =
      version === null
        ? 'the version could not be read; the license is not affected'
        : `runs ${seenVersionInWords(version)}`;
    if (!isNew) logger.debug(fields, text);
    else if (version === null) logger.warn(fields, text);
    else logger.info(fields, text);
  };
}
