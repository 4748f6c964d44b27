/** What became of checks since the start, for metrics. */
import type { CheckRecord } from '../store/store.ts';

/** Upper bounds in seconds: from a fast answer to the watchdog of the checks. */
export const durationBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;

export interface CheckCounts {
  /** `reading`, or the reason why there was none. */
  readonly bySite: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly durations: {
    readonly buckets: readonly number[];
    readonly sumSeconds: number;
    readonly count: number;
  };
}

export interface CheckCounter {
  add(check: CheckRecord): void;
  counts(): CheckCounts;
}

export function createCheckCounter(): CheckCounter {
  const bySite = new Map<string, Map<string, number>>();
  const buckets = durationBounds.map(() => 0);
  let [sumSeconds, count] = [0, 0];
  return {
    add({ site, outcome, durationMs }) {
      const ofSite = bySite.get(site) ?? new Map<string, number>();
      bySite.set(site, ofSite);
      const name = outcome.kind === 'reading' ? 'reading' : outcome.reason;
      ofSite.set(name, (ofSite.get(name) ?? 0) + 1);
      const seconds = durationMs / 1000;
      for (const [index, bound] of durationBounds.entries()) {
        if (seconds <= bound) buckets[index] = (buckets[index] ?? 0) + 1;
      }
      sumSeconds += seconds;
      count += 1;
    },
    counts: () => ({ bySite, durations: { buckets: [...buckets], sumSeconds, count } }),
  };
}
