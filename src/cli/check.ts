/** `check`: one look at the sites; nothing is stored, nothing is sent. A service with this configuration may be asked. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { initialAlertState } from '../alert/state.ts';
import { statusSeverity } from '../alert/status-severity.ts';
import { lookAtSite, type SiteToCheck } from '../check/check-site.ts';
import { siteToCheck } from '../check/site-to-check.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { type CheckedSite, exitCodeOf, renderJson, renderNagios, renderText } from './check-report.ts';
import type { CliIo, ExitCode } from './io.ts';
import type { KnownAcknowledgements } from './service/acknowledgements.ts';
import { warningsTo } from './warnings.ts';

export const checkFormats = ['text', 'json', 'nagios'] as const;

export interface CheckArguments {
  readonly config: string;
  readonly site?: string | undefined;
  readonly format: (typeof checkFormats)[number];
}

/** @throws ConfigError */
export async function check({ config: path, site, format }: CheckArguments, io: CliIo): Promise<ExitCode> {
  const config = await loadConfig(path, { env: io.env, readFile });
  const sections = config.sites.filter(({ name }) => site === undefined || name === site);
  if (sections.length === 0) {
    io.err(
      `There is no site "${site}" in ${path}. There are: ${config.sites.map(({ name }) => name).join(', ')}\n`,
    );
    return 3;
  }
  const logger = warningsTo(io);
  const asked = new AbortController();
  const known = acknowledgementsOf(
    config,
    sections.map(({ name }) => name),
    { ...io, stop: AbortSignal.any([io.stop, asked.signal]) },
  );
  const sites = sections.map((section) => siteToCheck(section, config.alerts, { clock: io.clock, logger }));
  const seen = await inTurns(sites, config.concurrency, (one) => checkedSite(one, config, io));
  const acknowledged = await inTime(known, ACKNOWLEDGEMENT_GRACE_MS, asked, io);
  const checked = seen.map((one) => ({ ...one, acknowledgement: acknowledged?.get(one.site) ?? null }));
  await Promise.all(sites.map(({ sense }) => sense.close()));

  const render = { text: renderText, json: renderJson, nagios: renderNagios }[format];
  io.out(render(checked));
  return exitCodeOf(checked);
}

async function checkedSite(
  site: SiteToCheck,
  config: Config,
  io: CliIo,
): Promise<Omit<CheckedSite, 'acknowledgement'>> {
  const enough = new AbortController();
  const stop = AbortSignal.any([io.stop, enough.signal]);
  const section = config.sites.find(({ name }) => name === site.rules.site);
  const asked = section?.version.enabled === true ? site.sense.fetchVersion(stop) : undefined;
  const { observation, step, durationMs } = await lookAtSite(site, initialAlertState, io.clock, io.stop);
  const version = asked === undefined ? null : versionIn(await inTime(asked, VERSION_GRACE_MS, enough, io));
  const isRead = observation.kind === 'reading';
  return {
    site: site.rules.site,
    failure: isRead ? null : { reason: observation.reason, detail: observation.detail },
    verdict: step.verdict,
    severity: statusSeverity(step.verdict, isRead, site.rules.policy),
    licenseNumber: isRead ? observation.reading.licenseNumber : null,
    version,
    checkedAt: observation.at,
    durationMs,
    widestRung: Math.max(...site.rules.policy.thresholdDays),
    criticalFromDays: config.alerts.criticalFromDays,
  };
}

/** Once the licenses are read, the rest may take this long: monitoring systems give a plugin few seconds. */
const VERSION_GRACE_MS = 3_000;
const ACKNOWLEDGEMENT_GRACE_MS = 1_000;

/** Ends the asking, which then still answers, when it takes too long. */
async function inTime<T>(asked: Promise<T>, graceMs: number, enough: AbortController, io: CliIo): Promise<T> {
  const settled = new AbortController();
  const late = io.clock.sleep(graceMs, AbortSignal.any([io.stop, settled.signal])).then(
    () => enough.abort(),
    () => undefined,
  );
  const answer = await asked;
  settled.abort();
  await late;
  return answer;
}

function versionIn(
  answer: Awaited<ReturnType<SiteToCheck['sense']['fetchVersion']>>,
): CheckedSite['version'] {
  return answer.kind === 'version' ? answer.version : `${answer.detail} (${answer.reason})`;
}

/** Loads what it takes to ask only where a service ever ran. */
async function acknowledgementsOf(
  config: Config,
  names: readonly string[],
  io: CliIo,
): Promise<KnownAcknowledgements> {
  if (!existsSync(config.store.path)) return undefined;
  const { knownAcknowledgements } = await import('./service/acknowledgements.ts');
  return knownAcknowledgements(config, names, io);
}

/** Like `Promise.all`, with at most `concurrency` under way. */
async function inTurns<In, Out>(
  items: readonly In[],
  concurrency: number,
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results = Array.from<Out>({ length: items.length });
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}
