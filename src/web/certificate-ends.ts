/** When the certificates of a site end, as it is shown. Pure. */
import type { SiteRecord } from '../store/store.ts';
import type { SiteSummary } from './api.ts';

/** Certificates stay the same for years and through thousands of checks, and many sites have the same. */
const told = new Map<number, string>();
const MOST_TOLD = 20_000;

/** Null before the first check. */
export function certificateEnds(record: SiteRecord | undefined): SiteSummary['certificates'] {
  if (record === undefined) return null;
  const { client, root, server } = record.lastCheck.certificates;
  return { client: endOf(client), root: endOf(root), server: endOf(server) };
}

function endOf(at: number | null): string | null {
  if (at === null) return null;
  const text = told.get(at) ?? new Date(at).toISOString();
  if (told.size >= MOST_TOLD) told.clear();
  told.set(at, text);
  return text;
}
