/** How long what was said of a site stays right by itself. Pure. */
import { CLOCK_TOLERANCE_MS } from '../alert/ladder.ts';
import type { SiteFacts } from './view.ts';

/** Days begin at a full quarter of an hour in every time zone. */
const MS_PER_QUARTER = 900_000;
const MS_PER_DAY = 86_400_000;

/**
 * Until when a summary of these facts that is made at `now` says what one made later would say. Epoch ms, exclusive. May be too
 * early, never too late; `view.ts` says what a summary is.
 */
export function summaryHoldsUntil({ record, rules }: SiteFacts, now: number): number {
  const moments = [(Math.floor(now / MS_PER_QUARTER) + 1) * MS_PER_QUARTER];
  const { confirmed, acknowledgement } = record?.alertState ?? {};
  if (confirmed !== undefined && confirmed !== null) {
    const { at, reading } = confirmed;
    // A verdict of the very moment of the reading has remarks that a later one leaves out.
    moments.push(at, at + 1);
    const days = rules.policy.definitionStaleAfterDays;
    if (reading.definitionUpdatedAt !== null && days !== null) {
      moments.push(reading.definitionUpdatedAt + days * MS_PER_DAY + 1);
    }
  }
  // Before that the clock was set back, and the acknowledgement does not count.
  if (acknowledgement !== undefined) moments.push(acknowledgement.at - CLOCK_TOLERANCE_MS);
  return Math.min(...moments.filter((moment) => moment > now));
}
