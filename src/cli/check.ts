/** `check`: one look at the sites; nothing is stored, nothing is sent. */
import { readFile } from 'node:fs/promises';
import { initialAlertState } from '../alert/state.ts';
import { statusSeverity } from '../alert/status-severity.ts';
import { lookAtSite, type SiteToCheck } from '../check/check-site.ts';
import { siteToCheck } from '../check/site-to-check.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { type CheckedSite, exitCodeOf, renderJson, renderNagios, renderText } from './check-report.ts';
import type { CliIo, ExitCode } from './io.ts';
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
  const sites = sections.map((section) => siteToCheck(section, config.alerts, { clock: io.clock, logger }));
  const checked = await inTurns(sites, config.concurrency, (one) => checkedSite(one, config, io));
  await Promise.all(sites.map(({ sense }) => sense.close()));

  const render = { text: renderText, json: renderJson, nagios: renderNagios }[format];
  io.out(render(checked));
  return exitCodeOf(checked);
}

async function checkedSite(site: SiteToCheck, config: Config, io: CliIo): Promise<CheckedSite> {
  const enough = new AbortController();
  const stop = AbortSignal.any([io.stop, enough.signal]);
  const section = config.sites.find(({ name }) => name === site.rules.site);
  const asked = section?.version.enabled === true ? site.sense.fetchVersion(stop) : undefined;
  const { observation, step, durationMs } = await lookAtSite(site, initialAlertState, io.clock, io.stop);
  const version = asked === undefined ? null : await inTime(asked, enough, io);
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

/** Once the license is read, the version may take this long: monitoring systems give a plugin few seconds. */
const VERSION_GRACE_MS = 3_000;

async function inTime(
  asked: ReturnType<SiteToCheck['sense']['fetchVersion']>,
  enough: AbortController,
  io: CliIo,
): Promise<CheckedSite['version']> {
  const settled = new AbortController();
  const late = io.clock.sleep(VERSION_GRACE_MS, AbortSignal.any([io.stop, settled.signal])).then(
    () => enough.abort(),
    () => undefined,
  );
  const answer = await asked;
  settled.abort();
  await late;
  return answer.kind === 'version' ? answer.version : `${answer.detail} (${answer.reason})`;
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
