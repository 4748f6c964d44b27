/** When a site is looked at next. A check whose time has come waits for its turn. */
import { useNow } from '../data/connection.ts';
import { inReadersZone, inUtc } from '../words/instants.ts';
import { When } from './when.tsx';

/** @param at null where no check is planned, because the last one hangs */
export function NextCheck({ at }: { readonly at: string | null }) {
  const now = useNow();
  if (at === null) return <span title="The last check hangs.">none planned</span>;
  if (Date.parse(at) > now) return <When at={at} />;
  return <span title={`Since ${inReadersZone(at)} (${inUtc(at)})`}>due</span>;
}
