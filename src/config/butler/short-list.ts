/** What of a Butler file has no effect here, in a few lines: in full what somebody may miss, the rest counted. Pure. */
import type { NotTakenOver } from './not-taken-over.ts';

export interface ShortList {
  /** `Butler.heartbeat: this version sends no heartbeats` */
  readonly missed: readonly string[];
  /** `2 parts switched off, 14 parts of Butler's other work`; undefined when there is none. */
  readonly rest: string | undefined;
}

/** A file could hold any number of keys that nobody knows. */
const MOST_LINES = 10;

export function shortListOf(left: readonly NotTakenOver[]): ShortList {
  const all = left.filter(({ sort }) => sort === 'lost').map(({ path, why }) => `${path}: ${why}`);
  const missed = all.slice(0, MOST_LINES);
  const count = (sort: NotTakenOver['sort']) => left.filter((one) => one.sort === sort).length;
  const counts = [
    [all.length - missed.length, 'without effect'],
    [count('switched-off'), 'switched off'],
    [count('other-work'), "of Butler's other work"],
  ] as const;
  const said = counts
    .filter(([parts]) => parts > 0)
    .map(([parts, which]) => `${parts} ${parts === 1 ? 'part' : 'parts'} ${which}`);
  return { missed, rest: said.length === 0 ? undefined : said.join(', ') };
}
