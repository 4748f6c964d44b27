/** The checks of the past: one small row each, and what they found once for as long as it stays the same. */
import type { DatabaseSync } from 'node:sqlite';
import type { CheckRecord } from '../store.ts';
import type { Names } from './names.ts';

/** What a check found, apart from when and how fast. */
export type Finding = Pick<CheckRecord, 'host' | 'outcome' | 'certificates'>;

/** A check with the text of its finding, made before the transaction. */
export interface PreparedCheck {
  readonly site: string;
  readonly at: number;
  readonly durationMs: number;
  readonly finding: string;
}

export interface PastCheckKey {
  readonly site: number;
  readonly at: number;
  /** Tells apart checks of the same site and instant. */
  readonly n: number;
  readonly finding: number;
}

export interface History {
  add(check: PreparedCheck): void;
  range(site: string, range: { from: number; to: number; limit: number }): CheckRecord[];
  remove(checks: readonly PastCheckKey[]): void;
}

export function prepareCheck({
  site,
  at,
  durationMs,
  host,
  outcome,
  certificates,
}: CheckRecord): PreparedCheck {
  const finding: Finding = { host, outcome, certificates };
  return { site, at, durationMs, finding: JSON.stringify(finding) };
}

export function historyIn(db: DatabaseSync, sites: Names): History {
  const lastFinding = db.prepare(
    'SELECT finding.id, finding.body FROM site JOIN finding ON finding.id = site.last_finding WHERE site.id = ?',
  );
  const insertFinding = db.prepare('INSERT INTO finding (body) VALUES (?)');
  const insert = db.prepare(`
    INSERT INTO past_check (site, at, n, duration_ms, finding)
    VALUES (?1, ?2, 1 + ifnull((SELECT max(n) FROM past_check WHERE site = ?1 AND at = ?2), 0), ?3, ?4)
  `);
  // A check from before the mark, after the clock was set back, has to be looked at again. Most checks change neither,
  // and writing the row would write all its texts.
  const remember = db.prepare(`
    UPDATE site SET last_finding = ?1, thinned_to = min(thinned_to, ?2)
    WHERE id = ?3 AND (last_finding IS NOT ?1 OR thinned_to > ?2)
  `);
  const select = db.prepare(`
    SELECT past_check.at, past_check.duration_ms, past_check.finding, finding.body
    FROM past_check CROSS JOIN finding ON finding.id = past_check.finding
    WHERE past_check.site = ? AND past_check.at >= ? AND past_check.at < ? ORDER BY past_check.at, past_check.n LIMIT ?
  `);
  const remove = db.prepare('DELETE FROM past_check WHERE site = ? AND at = ? AND n = ?');
  const removeFinding = db.prepare(
    'DELETE FROM finding WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM past_check WHERE finding = ?1)',
  );

  const findingOf = (site: number, body: string): number => {
    const last = lastFinding.get(site);
    return Number(last?.['body'] === body ? last['id'] : insertFinding.run(body).lastInsertRowid);
  };

  return {
    add({ site, at, durationMs, finding }) {
      const id = sites.idOf(site);
      const findingId = findingOf(id, finding);
      insert.run(id, at, durationMs, findingId);
      remember.run(findingId, at, id);
    },
    range(site, { from, to, limit }) {
      const id = sites.find(site);
      if (id === undefined) return [];
      const parsed = new Map<unknown, Finding>();
      return select.all(id, from, to, limit).map((row) => {
        const finding = parsed.get(row['finding']) ?? (JSON.parse(String(row['body'])) as Finding);
        parsed.set(row['finding'], finding);
        return { site, at: Number(row['at']), durationMs: Number(row['duration_ms']), ...finding };
      });
    },
    remove(checks) {
      for (const { site, at, n } of checks) remove.run(site, at, n);
      for (const finding of new Set(checks.map((check) => check.finding))) removeFinding.run(finding);
    },
  };
}
