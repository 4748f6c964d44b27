/** The latest of every site in memory, following what is stored, so that thousands of sites are shown without reading them. */
import type { AlertRules } from '../alert/step.ts';
import type { Clock } from '../platform/clock.ts';
import type { SiteRecord, VersionRecord } from '../store/store.ts';
import type { SiteSummary, Trend } from './api.ts';
import { readTrend } from './past.ts';
import { lineOf, withCheck } from './trend.ts';
import { compareUrgency, type SiteFacts, siteSummary } from './view.ts';
import type { WatchedStore } from './watch-store.ts';

/** A site of the configuration, as far as it is shown. */
export interface ConfiguredSite {
  readonly rules: AlertRules;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SitesNow {
  /** Undefined for a site that is not in the configuration. */
  facts(site: string): SiteFacts | undefined;
  /** Every site, the most urgent first, as of now. */
  summaries(): readonly SiteSummary[];
  /** How many sites were never checked. */
  neverChecked(): number;
}

/** Sorting and judging thousands of sites for each of many readers in the same moment would be in vain. */
const FRESH_MS = 1_000;
/** Days begin at a full quarter of an hour in every time zone, so in between no verdict changes by itself. */
const MS_PER_QUARTER = 900_000;
/** Between two sites whose trend is read after the start, so that checks and deliveries go first. */
const PAUSE_MS = 5;

interface Judged {
  readonly quarter: number;
  readonly facts: SiteFacts;
  readonly summary: SiteSummary;
}

export async function openSitesNow(options: {
  readonly watched: WatchedStore;
  readonly sites: readonly ConfiguredSite[];
  readonly clock: Clock;
  nextCheckAt(site: string): Date | undefined;
  /** Ends the reading of trends. */
  readonly signal: AbortSignal;
}): Promise<SitesNow> {
  const { watched, sites, clock, nextCheckAt } = options;
  const configured = new Map(sites.map((site) => [site.rules.site, site]));
  const records = new Map<string, SiteRecord>();
  const versions = new Map<string, SiteSummary['version']>();
  const points = new Map<string, Trend>();
  const lines = new Map<string, Trend>();
  const judged = new Map<string, Judged>();
  /** As last sorted: sorting what is almost sorted is quick. */
  let order: readonly string[] = [...configured.keys()];
  let made: { readonly atMs: number; readonly summaries: readonly SiteSummary[] } | undefined;

  watched.listen((event) => {
    made = undefined;
    if (event.kind === 'version') versions.set(event.commit.site, versionOf(event.commit));
    if (event.kind === 'alert-state') {
      const { site, alertState, basedOn } = event.commit;
      const before = records.get(site);
      if (before !== undefined) records.set(site, { ...before, alertState, revision: basedOn + 1 });
    }
    if (event.kind !== 'check') return;
    const { check, basedOn, alertState, status } = event.commit;
    const revision = basedOn + 1;
    records.set(check.site, { site: check.site, alertState, lastCheck: check, status, revision });
    points.set(check.site, withCheck(points.get(check.site) ?? [], check));
    lines.delete(check.site);
  });
  // What was stored while this was read is newer.
  for (const record of await watched.store.siteRecords()) {
    if (!records.has(record.site)) records.set(record.site, record);
  }
  for (const record of await watched.store.versionRecords()) {
    if (!versions.has(record.site)) versions.set(record.site, versionOf(record));
  }
  void readTrends().catch(() => undefined);

  async function readTrends(): Promise<void> {
    for (const site of configured.keys()) {
      const read = await readTrend(watched.store, site, clock.now().getTime());
      const last = records.get(site)?.lastCheck;
      // A check may have been stored since this was read.
      points.set(site, last === undefined ? read : withCheck(read, last));
      lines.delete(site);
      await clock.sleep(PAUSE_MS, options.signal);
    }
  }

  /** Judged anew only where something could have changed: thousands of sites in a few milliseconds. */
  function summaryOf(site: string, known: ConfiguredSite, now: number): SiteSummary {
    const facts = factsOf(site, known);
    const quarter = Math.floor(now / MS_PER_QUARTER);
    const before = judged.get(site);
    const isSame =
      before !== undefined &&
      before.quarter === quarter &&
      before.facts.record === facts.record &&
      before.facts.version === facts.version &&
      before.facts.trend === facts.trend &&
      before.facts.nextCheckAt === facts.nextCheckAt;
    if (isSame) return before.summary;
    const summary = siteSummary(facts, now);
    judged.set(site, { quarter, facts, summary });
    return summary;
  }

  function factsOf(site: string, { rules, tags }: ConfiguredSite): SiteFacts {
    const trend = lines.get(site) ?? lineOf(points.get(site) ?? []);
    lines.set(site, trend);
    return {
      rules,
      tags,
      record: records.get(site),
      nextCheckAt: nextCheckAt(site)?.getTime() ?? null,
      version: versions.get(site) ?? null,
      trend,
    };
  }

  return {
    facts(site) {
      const known = configured.get(site);
      return known && factsOf(site, known);
    },
    summaries() {
      const atMs = clock.monotonicMs();
      if (made !== undefined && atMs - made.atMs < FRESH_MS) return made.summaries;
      const now = clock.now().getTime();
      const summaries = order.map((site) => summaryOf(site, configured.get(site)!, now)).sort(compareUrgency);
      order = summaries.map(({ name }) => name);
      made = { atMs, summaries };
      return summaries;
    },
    neverChecked: () => [...configured.keys()].filter((site) => !records.has(site)).length,
  };
}

/** The build of the repository service counts differently, so it is not shown as the version. */
function versionOf({ state }: Pick<VersionRecord, 'state'>): SiteSummary['version'] {
  const product = state.product?.version;
  return product === undefined ? null : { version: product.version, releaseLabel: product.releaseLabel };
}
