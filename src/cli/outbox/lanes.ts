/** The lanes of a service, read page by page. */
import type { DeadLetterRow, Deliveries, LanePage, LaneRow, WaitingRow } from '../../web/api.ts';
import { AskError } from '../service/ask-error.ts';
import type { Source } from '../service/source.ts';

/** What the API gives at most in one page. */
const PAGE_ROWS = 500;

/**
 * Every lane, or the one of a destination.
 *
 * @throws AskError when there is no such destination
 */
export async function lanesFrom(source: Source, destination?: string): Promise<readonly LaneRow[]> {
  const { lanes } = await source.get<Deliveries>('/api/v1/deliveries');
  if (destination === undefined) return lanes;
  const found = lanes.filter(({ name }) => name === destination);
  if (found.length > 0) return found;
  const known = lanes.map(({ name }) => name).join(', ');
  const rest = known === '' ? 'No destination is configured.' : `There are: ${known}`;
  throw new AskError(`There is no destination "${destination}". ${rest}`, 2);
}

/** What waits, the next one first. */
export function waitingFrom(
  source: Source,
  destination: string,
  limit: number,
): Promise<readonly WaitingRow[]> {
  return rowsFrom(source, `/api/v1/waiting/${encodeURIComponent(destination)}`, limit);
}

/** What is dead, the oldest first. */
export function deadLettersFrom(
  source: Source,
  destination: string,
  limit: number,
): Promise<readonly DeadLetterRow[]> {
  return rowsFrom(source, `/api/v1/dead-letters/${encodeURIComponent(destination)}`, limit);
}

async function rowsFrom<Row>(source: Source, path: string, limit: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | null = '0';
  while (after !== null && rows.length < limit) {
    const size = Math.min(PAGE_ROWS, limit - rows.length);
    const page: LanePage<Row> = await source.get(`${path}?limit=${size}&after=${after}`);
    rows.push(...page.items);
    after = page.next;
  }
  return rows;
}
