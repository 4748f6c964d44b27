/** The past of a site, read from the store in pages, newest first where people page through it. */
import { setImmediate } from 'node:timers/promises';
import type { CalendarDate } from '../license/reading.ts';
import type { CheckRecord, Receipt, Store } from '../store/store.ts';
import type { AlertRow, CheckRow, Page, Trend } from './api.ts';
import { TREND_DAYS, withCheck } from './trend.ts';
import { alertRow, checkRow } from './view.ts';

const MS_PER_DAY = 86_400_000;
/** Read at once; more would hold up everything else for too long. */
const ROWS_AT_ONCE = 2_000;

type Reads = Pick<Store, 'history' | 'receipts'>;

/** The points of the trend of a site, from one row for each day where there are too many. */
export async function readTrend(store: Reads, site: string, now: number): Promise<Trend> {
  const from = now - TREND_DAYS * MS_PER_DAY;
  let rows = await store.history(site, { from, to: now + 1, limit: ROWS_AT_ONCE });
  if (rows.length === ROWS_AT_ONCE) {
    const samples: CheckRecord[] = [];
    for (let day = from; day <= now; day += MS_PER_DAY) {
      samples.push(...(await store.history(site, { from: day, to: day + MS_PER_DAY, limit: 1 })));
    }
    rows = samples;
  }
  return rows.reduce<Trend>(withCheck, []);
}

/** When the end date became what it is, step by step. */
export interface EndDateStep {
  /** Epoch ms of the first check that saw it. */
  readonly at: number;
  readonly endDate: CalendarDate | null;
}

/** Finds the steps of sites, each check looked at once. */
export function endDateSteps(store: Reads): (site: string) => Promise<readonly EndDateStep[]> {
  const known = new Map<string, { readonly steps: readonly EndDateStep[]; readonly readTo: number }>();
  return async (site) => {
    let { steps, readTo } = known.get(site) ?? { steps: [], readTo: 0 };
    for (;;) {
      const rows = await store.history(site, {
        from: readTo,
        to: Number.MAX_SAFE_INTEGER,
        limit: ROWS_AT_ONCE,
      });
      steps = rows.reduce(withStep, steps);
      readTo = (rows.at(-1)?.at ?? readTo - 1) + 1;
      known.set(site, { steps, readTo });
      if (rows.length < ROWS_AT_ONCE) return steps;
      await setImmediate();
    }
  };
}

function withStep(steps: readonly EndDateStep[], { at, outcome }: CheckRecord): readonly EndDateStep[] {
  if (outcome.kind !== 'reading') return steps;
  const { endDate } = outcome.verdict;
  return steps.at(-1)?.endDate === endDate ? steps : [...steps, { at, endDate }];
}

/**
 * @param before epoch ms; only older checks
 * @param now epoch ms; checks after it come from a clock that was wrong, and stand first
 */
export async function checksBefore(
  store: Reads,
  site: string,
  { before, limit }: { readonly before: number; readonly limit: number },
  now: number,
): Promise<Page<CheckRow>> {
  let windowMs = MS_PER_DAY;
  for (;;) {
    const from = Math.max(0, Math.min(before, now) - windowMs);
    const rows = await store.history(site, { from, to: before, limit: ROWS_AT_ONCE });
    // The store gives the oldest of a range, so a range that is not read to its end is halved.
    if (rows.length === ROWS_AT_ONCE && windowMs > 1) windowMs = Math.ceil(windowMs / 2);
    else if (rows.length > limit || from === 0)
      return pageOf(rows.toReversed(), limit, checkRow, ({ at }) => at);
    else windowMs *= 4;
    await setImmediate();
  }
}

/** The receipts of a site that were settled at `since` (epoch ms) or later, newest first; the newest 2,000 where there are more. */
export async function receiptsSince(store: Reads, site: string, since: number): Promise<readonly Receipt[]> {
  for (let asked = 100; ; asked = Math.min(asked * 4, ROWS_AT_ONCE)) {
    const found = await store.receipts({ site, limit: asked });
    const isAll = found.length < asked || found.at(-1)!.at < since || asked === ROWS_AT_ONCE;
    if (isAll) return found.filter(({ at }) => at >= since);
    await setImmediate();
  }
}

/** @param before the place in the list to go on from: `<epoch ms>-<seq>` */
export async function alertsBefore(
  store: Reads,
  filter: { readonly site?: string | undefined },
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<Page<AlertRow>> {
  const site = filter.site === undefined ? {} : { site: filter.site };
  const [at = 0, seq = 0] = before?.split('-').map(Number) ?? [];
  const place = before === undefined ? {} : { before: { at, seq } };
  for (let asked = limit + 50; ; asked *= 4) {
    const rows = await store.receipts({ ...site, ...place, limit: asked });
    const [lastOfPage, last] = [rows[limit - 1], rows.at(-1)];
    // Rows of the same place stay together, so the first one of another place has to be there.
    const isEnough = rows.length < asked || placeOf(lastOfPage!) !== placeOf(last!);
    if (isEnough) return pageOf(rows, limit, alertRow, placeOf);
    await setImmediate();
  }
}

const placeOf = ({ at, seq }: Receipt) => `${at}-${seq}`;

/** The first page. Rows at the same place in the list stay together, so a page may be a little longer. */
function pageOf<Row, Shown>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Shown,
  placeOf: (row: Row) => string | number,
): Page<Shown> {
  let end = Math.min(limit, rows.length);
  while (end > 0 && end < rows.length && placeOf(rows[end]!) === placeOf(rows[end - 1]!)) end += 1;
  const last = rows[end - 1];
  return {
    items: rows.slice(0, end).map(show),
    next: end < rows.length && last !== undefined ? String(placeOf(last)) : null,
  };
}
