/** Thins, forgets and, when the disk is full, clears away old history; a bounded piece of it at a time. */
import type { DatabaseSync } from 'node:sqlite';
import { isThinnable, MS_PER_DAY } from '../thinning.ts';
import type { Finding, History, PastCheckKey } from './history.ts';
import { pragmaNumber } from './pragma.ts';
import type { Receipts } from './receipts.ts';

export interface HistoryThinning {
  /** Does a piece of the work; true when there is more to do. */
  thin(options: { now: number; thinAfterDays: number; keepDays: number }): boolean;
  /** Removes some of the oldest checks, whether they are to be kept or not; returns how many. */
  clearOldest(): number;
}

/** Keeps one call to some 20 ms, because nothing else happens meanwhile. */
const ROWS_PER_CALL = 1000;
const SITES_PER_CALL = 500;
const RECEIPTS_PER_CALL = 500;

/** Small enough for the write-ahead log to fit into half of the reserve. */
const SITES_TO_CLEAR = 20;
const CHECKS_TO_CLEAR = 100;

/** Empty pages are used again, so only more than these (8 MB) are given back to the disk. */
const SPARE_PAGES = 2000;
const PAGES_PER_CALL = 500;

export function thinningIn(db: DatabaseSync, history: History, receipts: Receipts): HistoryThinning {
  const sitesWithOld = db.prepare(`
    SELECT id FROM site WHERE EXISTS (SELECT 1 FROM past_check WHERE site = site.id AND at < ?) LIMIT ?
  `);
  const oldest = db.prepare(
    'SELECT site, at, n, finding FROM past_check WHERE site = ? AND at < ? ORDER BY at, n LIMIT ?',
  );
  const sitesToThin = db.prepare(`
    SELECT id, thinned_to FROM site
    WHERE EXISTS (SELECT 1 FROM past_check WHERE site = site.id AND at >= site.thinned_to AND at < ?) LIMIT ?
  `);
  const toThin = db.prepare(`
    SELECT site, at, n, finding FROM past_check WHERE site = ? AND at >= ? AND at < ? ORDER BY at, n LIMIT ?
  `);
  const before = db.prepare(`
    SELECT site, at, n, finding FROM past_check WHERE site = ? AND at < ? ORDER BY at DESC, n DESC LIMIT 1
  `);
  const from = db.prepare(`
    SELECT site, at, n, finding FROM past_check WHERE site = ? AND at >= ? ORDER BY at, n LIMIT 1
  `);
  const mark = db.prepare('UPDATE site SET thinned_to = ? WHERE id = ?');
  const body = db.prepare('SELECT body FROM finding WHERE id = ?');
  const sitesByAge = db.prepare(`
    SELECT id FROM site ORDER BY (SELECT ifnull(min(at), 9e15) FROM past_check WHERE site = site.id) LIMIT ?
  `);

  const forgetChecks = (time: number): boolean => {
    let left = ROWS_PER_CALL;
    for (const { id } of sitesWithOld.all(time, SITES_PER_CALL)) {
      const checks = oldest.all(id!, time, left).map(keyOf);
      history.remove(checks);
      left -= checks.length;
      if (left === 0) break;
    }
    return sitesWithOld.get(time, 1) !== undefined;
  };

  const thinSite = (site: number, since: number, cutoff: number, limit: number): number => {
    const found = toThin.all(site, since, cutoff, limit).map(keyOf);
    // The mark is a time, so checks of one instant are never parted.
    const last = found.at(-1)!.at;
    const end = found.length < limit ? cutoff : found[0]!.at === last ? last + 1 : last;
    const checks = found.filter(({ at }) => at < end);
    const around = [before.get(site, since), ...checks, from.get(site, end)].map((row) =>
      row === undefined ? undefined : keyOf(row),
    );
    const outcomes = new Map<number, Finding['outcome']>();
    const withOutcome = (key: PastCheckKey | undefined) => {
      if (key === undefined) return undefined;
      const outcome = outcomes.get(key.finding) ?? parseFinding(body.get(key.finding)).outcome;
      outcomes.set(key.finding, outcome);
      return { ...key, outcome };
    };
    const thinnable = around.filter(
      (key, index): key is PastCheckKey =>
        key !== undefined &&
        index > 0 &&
        index <= checks.length &&
        isThinnable(withOutcome(around[index - 1]), withOutcome(key)!, around[index + 1]),
    );
    history.remove(thinnable);
    mark.run(end, site);
    return found.length;
  };

  const thinChecks = (cutoff: number): boolean => {
    let left = ROWS_PER_CALL;
    for (const row of sitesToThin.all(cutoff, SITES_PER_CALL)) {
      left -= thinSite(Number(row['id']), Number(row['thinned_to']), cutoff, left);
      if (left <= 0) break;
    }
    return sitesToThin.get(cutoff, 1) !== undefined;
  };

  const giveBackPages = (): boolean => {
    if (pragmaNumber(db, 'freelist_count') <= SPARE_PAGES) return false;
    db.exec(`PRAGMA incremental_vacuum(${PAGES_PER_CALL})`);
    return pragmaNumber(db, 'freelist_count') > SPARE_PAGES;
  };

  return {
    thin({ now, thinAfterDays, keepDays }) {
      const forgottenBefore = now - keepDays * MS_PER_DAY;
      const isMore = [
        forgetChecks(forgottenBefore),
        receipts.forgetBefore(forgottenBefore, RECEIPTS_PER_CALL) === RECEIPTS_PER_CALL,
        thinChecks(now - thinAfterDays * MS_PER_DAY),
      ].includes(true);
      return giveBackPages() || isMore;
    },
    clearOldest() {
      let cleared = 0;
      for (const { id } of sitesByAge.all(SITES_TO_CLEAR)) {
        const checks = oldest.all(id!, Number.MAX_SAFE_INTEGER, CHECKS_TO_CLEAR).map(keyOf);
        history.remove(checks);
        cleared += checks.length;
      }
      return cleared;
    },
  };
}

function keyOf(row: object): PastCheckKey {
  const { site, at, n, finding } = row as Record<keyof PastCheckKey, unknown>;
  return { site: Number(site), at: Number(at), n: Number(n), finding: Number(finding) };
}

function parseFinding(row: Record<string, unknown> | undefined): Finding {
  return JSON.parse(String(row?.['body'])) as Finding;
}
