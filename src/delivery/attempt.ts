/** One attempt at a time, under a deadline that holds even for a destination that does not keep it. */
import type { Clock } from '../platform/clock.ts';
import { within } from '../platform/within.ts';
import type { Message } from '../store/message.ts';
import type { Destination, Outcome } from './destination.ts';

/** How long a destination may take to settle after its signal has aborted. */
export const GRACE_MS = 1_000;

export type AttemptResult =
  | { readonly kind: 'outcomes'; readonly outcomes: readonly Outcome[] }
  /** The destination broke its contract: it threw, or gave too few or too many outcomes. */
  | { readonly kind: 'broken'; readonly error: unknown }
  /** The deadline passed and the destination threw instead of saying so. */
  | { readonly kind: 'cut-short'; readonly error: unknown }
  /** The deadline passed and the call has still not settled. */
  | { readonly kind: 'overdue' }
  /** The destination was not called, because an earlier call has still not settled. */
  | { readonly kind: 'hanging' };

export interface Attempts {
  /** @param cut ends the attempt before its deadline, when the service has to stop */
  deliver(messages: readonly Message[], cut: AbortSignal): Promise<AttemptResult>;
  /** True while a call has not settled. */
  isUnderWay(): boolean;
  /** True while a call has not settled although its deadline and the grace after it have passed. */
  isHanging(): boolean;
}

export function createAttempts(destination: Destination, timeoutMs: number, clock: Clock): Attempts {
  let underWay = false;
  let hanging = false;

  async function call(messages: readonly Message[], signal: AbortSignal): Promise<AttemptResult> {
    underWay = true;
    try {
      const outcomes = await destination.deliver(messages, signal);
      if (outcomes.length === messages.length) return { kind: 'outcomes', outcomes };
      const counts = `${outcomes.length} outcomes for ${messages.length} messages`;
      return { kind: 'broken', error: new Error(`the destination gave ${counts}`) };
    } catch (error) {
      return { kind: signal.aborted ? 'cut-short' : 'broken', error };
    } finally {
      underWay = false;
      hanging = false;
    }
  }

  return {
    isUnderWay: () => underWay,
    isHanging: () => hanging,
    async deliver(messages, cut) {
      if (underWay) return { kind: 'hanging' };
      const deadline = new AbortController();
      const result = call(messages, deadline.signal);
      const inTime = await within(result, timeoutMs, { clock, cut });
      if (inTime !== undefined) return inTime;
      deadline.abort(new Error(cut.aborted ? 'the service stops' : 'the deadline has passed'));
      const late = await within(result, GRACE_MS, { clock });
      hanging = late === undefined;
      return late ?? { kind: 'overdue' };
    },
  };
}
