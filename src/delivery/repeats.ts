/** Keeps a destination from saying the same thing too often, for receivers that want less than every check. */
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Message } from '../store/message.ts';
import type { Destination, Outcome } from './destination.ts';

/** One for each kind of message and site; beyond it the oldest is forgotten, so that a repeat may get through. */
const MAX_REMEMBERED = 100_000;
/**
 * A check comes up to 5 % early (at most 5 min), and what it found may arrive sooner than that of the check before. So
 * much less than the limit still counts as the limit, or one that is as long as the interval would drop now and then.
 */
const TOLERATED_SHARE = 0.1;
const MOST_TOLERATED_MS = 600_000;

export interface RepeatOptions {
  /** Of the destination, for the log. */
  readonly name: string;
  readonly atMostEveryMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Only for tests. */
  readonly maxRemembered?: number;
}

export interface DroppingDestination extends Destination {
  /** How many messages were dropped since it was opened. */
  dropped(): number;
}

/**
 * Drops a status or a reminder when a message of the same kind for the same site was accepted less than
 * `atMostEveryMs` ago, a tenth (at most 10 min) tolerated, counted from the start of that attempt. A dropped message
 * counts as accepted, but starts no time of its own; nor does one that was deferred or rejected. Never dropped are an
 * alert that is no reminder, and a status that says something else than the last one: receivers would go on showing
 * what is no longer so.
 */
export function droppingRepeats(destination: Destination, options: RepeatOptions): DroppingDestination {
  const { name, atMostEveryMs, clock, logger, maxRemembered = MAX_REMEMBERED } = options;
  /** The last accepted message under each key, with its monotonic ms; the oldest first. */
  const lastAccepted = new Map<string, { readonly atMs: number; readonly what: string }>();
  const shortestGapMs = atMostEveryMs - Math.min(atMostEveryMs * TOLERATED_SHARE, MOST_TOLERATED_MS);
  let dropped = 0;

  const isRepeat = (message: Message, nowMs: number): boolean => {
    if (!isDroppable(message)) return false;
    const last = lastAccepted.get(keyOf(message));
    return last !== undefined && nowMs - last.atMs < shortestGapMs && last.what === whatOf(message);
  };

  const remember = (message: Message, atMs: number): void => {
    const key = keyOf(message);
    lastAccepted.delete(key);
    lastAccepted.set(key, { atMs, what: whatOf(message) });
    for (const [oldest, last] of lastAccepted) {
      if (lastAccepted.size <= maxRemembered && atMs - last.atMs < shortestGapMs) break;
      lastAccepted.delete(oldest);
    }
  };

  const dropRepeats = (messages: readonly Message[], nowMs: number): number => {
    const first = messages.findIndex((message) => !isRepeat(message, nowMs));
    const repeats = first === -1 ? messages : messages.slice(0, first);
    if (repeats.length === 0) return 0;
    dropped += repeats.length;
    logger.debug(
      { destination: name, ids: repeats.map(({ id }) => id), dropped },
      'dropped what was said a short while ago',
    );
    return repeats.length;
  };

  return {
    maxBatch: destination.maxBatch,
    dropped: () => dropped,
    async deliver(batch, signal) {
      const outcomes: Outcome[] = [];
      while (outcomes.length < batch.length) {
        const nowMs = clock.monotonicMs();
        const rest = batch.slice(outcomes.length);
        const repeats = dropRepeats(rest, nowMs);
        outcomes.push(...rest.slice(0, repeats).map(() => accepted));
        const part = leadingPart(rest.slice(repeats), (message) => isRepeat(message, nowMs));
        if (part.length === 0) continue;
        const results = await destination.deliver(part, signal);
        if (results.length !== part.length) {
          throw new Error(`the destination gave ${results.length} outcomes for ${part.length} messages`);
        }
        for (const [index, { kind }] of results.entries()) {
          if (kind === 'accepted') remember(part[index]!, nowMs);
        }
        outcomes.push(...results);
        const deferred = results.findLast(({ kind }) => kind === 'deferred');
        if (deferred !== undefined) outcomes.push(...batch.slice(outcomes.length).map(() => deferred));
      }
      return outcomes;
    },
    close: () => destination.close(),
  };
}

const accepted: Outcome = { kind: 'accepted' };

/**
 * The messages up to the first whose fate is known only later: one that is dropped, or that would repeat one of this
 * part, should that be accepted.
 */
function leadingPart(
  messages: readonly Message[],
  isRepeat: (message: Message) => boolean,
): readonly Message[] {
  const keys = new Set<string>();
  const end = messages.findIndex((message) => {
    const mayRepeat = isDroppable(message) && (keys.has(keyOf(message)) || isRepeat(message));
    keys.add(keyOf(message));
    return mayRepeat;
  });
  return end === -1 ? messages : messages.slice(0, end);
}

const isDroppable = ({ topic, reminder }: Message) => topic === 'status' || reminder;

const keyOf = ({ kind, site }: Message) => JSON.stringify([kind, site]);

/** What a status says, days left apart. Reminders repeat an alert, and what changes is an alert of its own. */
function whatOf({ topic, kind, reachable, license, product }: Message): string {
  if (topic !== 'status') return '';
  if (kind === 'version') return JSON.stringify(product);
  return JSON.stringify([
    reachable,
    license?.state,
    license?.expired,
    license?.endDate,
    license?.licenseNumber,
  ]);
}
