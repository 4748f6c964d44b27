/**
 * The contract every destination keeps.
 *
 * A destination only speaks its protocol. The dispatcher owns queueing, order, deadlines, retries, rate limits and
 * logging, so none of those appear in a destination.
 */
import type * as z from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Message } from '../store/message.ts';

/** Why a delivery did not work. Closed list: a metric label, and a heading in docs/errors.md. */
export const deliveryFailureReasons = [
  'unreachable',
  'timeout',
  'tls',
  'unauthorized',
  'rate-limited',
  'refused',
  'redirected',
  'server-error',
  'out-of-resources',
  'gave-up',
  'internal',
] as const;
export type DeliveryFailureReason = (typeof deliveryFailureReasons)[number];

export type Outcome =
  | { readonly kind: 'accepted' }
  /** Not now: keep the message and try again, no sooner than `retryAfterMs` where the far end said so. */
  | {
      readonly kind: 'deferred';
      readonly reason: DeliveryFailureReason;
      /** For people: what happened and what to do. Never holds a secret, not even one that the far end echoes. */
      readonly detail: string;
      readonly retryAfterMs?: number | undefined;
    }
  /** Not ever: the same message would be refused again. It goes to the dead letters. */
  | { readonly kind: 'rejected'; readonly reason: DeliveryFailureReason; readonly detail: string };

export interface Destination {
  /** How many messages one `deliver` may take, at least 1. */
  readonly maxBatch: number;
  /**
   * Hands over messages, in order, and says what became of each: as many outcomes as messages, in the same order.
   * After a deferred one, later messages of the batch count as not delivered and come again, so that order is kept.
   * What the far end does is an `Outcome`, never an exception; an exception means a bug in the destination.
   * Settles soon after `signal` aborts. Never called again before the last call has settled, nor after `close`.
   */
  deliver(batch: readonly Message[], signal: AbortSignal): Promise<readonly Outcome[]>;
  /** Says goodbye and frees sockets and timers, within 2 s. Called once, after the last `deliver` has settled. */
  close(): Promise<void>;
}

/** What a destination may use of the outside world. */
export interface DestinationTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The last status of every site, for protocols that repeat it; empty when the destination gets no status. */
  latestStatuses(): Promise<readonly Message[]>;
}

/**
 * What a destination's folder exports: the schema of its section of the configuration file, and how to open it.
 * `open` loads the protocol's library on first use, so that an unused destination costs nothing.
 */
export interface DestinationKind<
  Section extends z.ZodType<{ readonly kind: string }> = z.ZodType<{ readonly kind: string }>,
> {
  readonly section: Section;
  /** True for time series: every status counts, with its own time. False where only the newest status matters. */
  readonly keepsEveryStatus: boolean;
  open(config: z.output<Section>, tools: DestinationTools): Promise<Destination>;
}

export function defineDestination<Section extends z.ZodType<{ readonly kind: string }>>(
  kind: DestinationKind<Section>,
): DestinationKind<Section> {
  return kind;
}
