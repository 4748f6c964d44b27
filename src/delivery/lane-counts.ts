/** What became of a lane's attempts since the service started, for metrics. */
import type { DeliveryFailureReason } from './destination.ts';
import type { Judgement } from './judgement.ts';

export type CountsByReason = Readonly<Partial<Record<DeliveryFailureReason, number>>>;

export interface LaneCounts {
  /** Messages. */
  readonly accepted: number;
  /** Attempts that have to be repeated. */
  readonly deferred: CountsByReason;
  /** Messages that became dead letters. */
  readonly rejected: CountsByReason;
}

export const nothingCounted: LaneCounts = { accepted: 0, deferred: {}, rejected: {} };

export function countsAfter(before: LaneCounts, { accepted, dead, failure }: Judgement): LaneCounts {
  return {
    accepted: before.accepted + accepted,
    deferred: failure === undefined ? before.deferred : oneMore(before.deferred, failure.reason),
    rejected: dead.reduce((counts, { reason }) => oneMore(counts, reason), before.rejected),
  };
}

function oneMore(counts: CountsByReason, reason: DeliveryFailureReason): CountsByReason {
  return { ...counts, [reason]: (counts[reason] ?? 0) + 1 };
}
