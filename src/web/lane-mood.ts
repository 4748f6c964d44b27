/** How a destination does, in a word. Pure. */
import type { LaneRow } from './api.ts';

/** A far end that refuses what it is given is there, so its lane does not fail; but it does not work either. */
export type LaneMood = LaneRow['state'] | 'refusing';

export function moodOf({ state, lastFailure, lastAcceptedAt }: LaneRow): LaneMood {
  if (state === 'failing' || lastFailure === null) return state;
  const isNewer = lastAcceptedAt === null || Date.parse(lastFailure.at) > Date.parse(lastAcceptedAt);
  return isNewer ? 'refusing' : state;
}
