/** Which sites the reader wants to see. Pure. */

import type { LicenseState } from '../../src/license/reading.ts';
import type { SiteSummary } from '../../src/web/api.ts';

/** The severity as the page names it; a site that was never looked at is none of the three. */
export const levels = ['critical', 'warning', 'fine', 'unchecked'] as const;
export type Level = (typeof levels)[number];

/** A state of the license, or what is known about reading it. */
export type Condition = LicenseState | 'unreachable' | 'never-read' | 'acknowledged';

export interface Filter {
  readonly text: string;
  readonly level: Level | null;
  readonly condition: string | null;
  /** `environment=production` */
  readonly tag: string | null;
}

export const everything: Filter = { text: '', level: null, condition: null, tag: null };

export function levelOf(site: Pick<SiteSummary, 'severity' | 'reachable' | 'state'>): Level {
  if (site.reachable === null && site.state === null) return 'unchecked';
  return site.severity === 'info' ? 'fine' : site.severity;
}

/** A site that cannot be read and counts down all the same has two; one that somebody knows of, one more. */
export function conditionsOf(
  site: Pick<SiteSummary, 'state' | 'reachable' | 'acknowledgement'>,
): readonly Condition[] {
  const conditions: Condition[] = [site.state ?? 'never-read'];
  if (site.reachable === false) conditions.push('unreachable');
  if (site.acknowledgement !== null) conditions.push('acknowledged');
  return conditions;
}

export const tagsOf = (site: Pick<SiteSummary, 'tags'>): readonly string[] =>
  Object.entries(site.tags).map(([key, value]) => `${key}=${value}`);

export function filtered(sites: readonly SiteSummary[], filter: Filter): readonly SiteSummary[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return sites.filter(
    (site) =>
      (filter.level === null || levelOf(site) === filter.level) &&
      (filter.condition === null || conditionsOf(site).some((one) => one === filter.condition)) &&
      (filter.tag === null || tagsOf(site).includes(filter.tag)) &&
      hasAll(site, words),
  );
}

/** How many sites have each value, the most frequent first. */
export function countsOf<Value extends string>(
  sites: readonly SiteSummary[],
  valuesOf: (site: SiteSummary) => readonly Value[],
): readonly (readonly [Value, number])[] {
  const counts = new Map<Value, number>();
  for (const value of sites.flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

export function filterFrom(query: URLSearchParams): Filter {
  return {
    text: query.get('q') ?? '',
    level: levels.find((level) => level === query.get('level')) ?? null,
    condition: query.get('state'),
    tag: query.get('tag'),
  };
}

/** `''` for everything. */
export function queryOf({ text, level, condition, tag }: Filter): string {
  const entries = Object.entries({ q: text, level, state: condition, tag });
  return new URLSearchParams(
    entries.filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();
}

function hasAll(site: SiteSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { name, version, licenseNumber, endDate, title } = site;
  const parts = [
    name,
    title,
    ...tagsOf(site),
    version?.version,
    version?.releaseLabel,
    licenseNumber,
    endDate,
  ];
  const text = parts.join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
