/** The latest of every site in memory, following what is stored, so that thousands of sites are shown without reading them. */
import type { AlertRules } from '../alert/step.ts';
import type { Clock } from '../platform/clock.ts';
import type { SiteRecord, VersionRecord } from '../store/store.ts';
import type { SiteSummary, Trend } from './api.ts';
import { readTrend } from './past.ts';
import { summaryHoldsUntil } from './summary-holds.ts';
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

/** Between two sites whose trend is read after the start, so that checks and deliveries go first. */
const PAUSE_MS = 5;

/** What is remembered of one site. */
interface Row {
  readonly site: ConfiguredSite;
  record: SiteRecord | undefined;
  /** Undefined until it is read. */
  version: SiteSummary['version'] | undefined;
  points: Trend;
  nextCheckAt: number | null;
  /** As last made. Unless something was stored since, it holds in `[madeAt, holdsUntil)`, epoch ms. */
  summary: SiteSummary | undefined;
  isOutdated: boolean;
  madeAt: number;
  holdsUntil: number;
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
  const rows = new Map(sites.map((site) => [site.rules.site, emptyRow(site)]));
  /** As last sorted. */
  const order = [...rows.values()];
  let summaries: readonly SiteSummary[] = [];

  watched.listen((event) => {
    if (event.kind === 'other') return;
    const row = rows.get(event.kind === 'check' ? event.commit.check.site : event.commit.site);
    if (row === undefined) return;
    row.isOutdated = true;
    if (event.kind === 'version') row.version = versionOf(event.commit);
    else if (event.kind === 'alert-state') {
      const { alertState, basedOn } = event.commit;
      if (row.record !== undefined) row.record = { ...row.record, alertState, revision: basedOn + 1 };
    } else {
      const { check, basedOn, alertState, status } = event.commit;
      row.record = { site: check.site, alertState, lastCheck: check, status, revision: basedOn + 1 };
      row.points = withCheck(row.points, check);
    }
  });
  // What was stored while this was read is newer.
  for (const record of await watched.store.siteRecords()) {
    const row = rows.get(record.site);
    if (row !== undefined) row.record ??= record;
  }
  for (const record of await watched.store.versionRecords()) {
    const row = rows.get(record.site);
    if (row !== undefined && row.version === undefined) row.version = versionOf(record);
  }
  void readTrends().catch(() => undefined);

  async function readTrends(): Promise<void> {
    for (const [site, row] of rows) {
      const read = await readTrend(watched.store, site, clock.now().getTime());
      const last = row.record?.lastCheck;
      // A check may have been stored since this was read.
      row.points = last === undefined ? read : withCheck(read, last);
      row.isOutdated = true;
      await clock.sleep(PAUSE_MS, options.signal);
    }
  }

  /** Makes the summary anew only where it could say something else: thousands of sites in less than a millisecond. */
  function refresh(row: Row, now: number): 'same' | 'changed' | 'moved' {
    const nextAt = nextCheckAt(row.site.rules.site)?.getTime() ?? null;
    const holds = !row.isOutdated && row.nextCheckAt === nextAt && row.madeAt <= now && now < row.holdsUntil;
    if (holds) return 'same';
    row.nextCheckAt = nextAt;
    const [facts, before] = [factsOf(row), row.summary];
    row.summary = siteSummary(facts, now);
    row.isOutdated = false;
    row.madeAt = now;
    row.holdsUntil = summaryHoldsUntil(facts, now);
    return before !== undefined && compareUrgency(before, row.summary) === 0 ? 'changed' : 'moved';
  }

  return {
    facts(site) {
      const row = rows.get(site);
      if (row === undefined) return undefined;
      return { ...factsOf(row), nextCheckAt: nextCheckAt(site)?.getTime() ?? null };
    },
    summaries() {
      const now = clock.now().getTime();
      let [isChanged, isMoved] = [false, false];
      for (const row of order) {
        const became = refresh(row, now);
        isChanged ||= became !== 'same';
        isMoved ||= became === 'moved';
      }
      // What is almost sorted is sorted quickly, but most checks change nothing of how urgent a site is.
      if (isMoved) order.sort((a, b) => compareUrgency(a.summary!, b.summary!));
      if (isChanged) summaries = order.map(({ summary }) => summary!);
      return summaries;
    },
    neverChecked: () => order.filter(({ record }) => record === undefined).length,
  };
}

const emptyRow = (site: ConfiguredSite): Row => ({
  site,
  record: undefined,
  version: undefined,
  points: [],
  nextCheckAt: null,
  summary: undefined,
  isOutdated: true,
  madeAt: 0,
  holdsUntil: 0,
});

function factsOf({ site: { rules, tags }, record, nextCheckAt, version, points }: Row): SiteFacts {
  return { rules, tags, record, nextCheckAt, version: version ?? null, trend: lineOf(points) };
}

/** The build of the repository service counts differently, so it is not shown as the version. */
function versionOf({ state }: Pick<VersionRecord, 'state'>): SiteSummary['version'] {
  const product = state.product?.version;
  return product === undefined ? null : { version: product.version, releaseLabel: product.releaseLabel };
}
