/** For protocols that take one message at a time. */
import type { Message } from '../store/message.ts';
import type { Outcome } from './destination.ts';

/**
 * Delivers a batch in order. After a deferred message the rest is not tried and shares its outcome, so that order
 * is kept.
 */
export async function oneByOne(
  batch: readonly Message[],
  deliverOne: (message: Message) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const message of batch) {
    const last = outcomes.at(-1);
    outcomes.push(last?.kind === 'deferred' ? last : await deliverOne(message));
  }
  return outcomes;
}
