/** A destination that answers as a test tells it, accepts by default, and remembers what it was given. */
import type { Destination, Outcome } from '../../src/delivery/destination.ts';
import type { Message } from '../../src/store/message.ts';

export type Answer =
  /** For every message of the batch. */
  | Outcome
  /** Taken literally, even when it is too short. */
  | readonly Outcome[]
  | Error
  /** Does not answer before its signal aborts. */
  | 'slow'
  /** Throws the reason of its signal when that aborts. */
  | 'throwing'
  /** Does not even answer then, until the test calls `release`. */
  | 'deaf';

export const accepted: Outcome = { kind: 'accepted' };
export const deferred: Outcome = { kind: 'deferred', reason: 'unreachable', detail: 'Nobody listens.' };
export const rejected: Outcome = { kind: 'rejected', reason: 'refused', detail: 'HTTP 400 bad request' };

export interface ScriptedDestination extends Destination {
  /** Answers to the next calls, in order. */
  answer(...next: readonly Answer[]): void;
  /** What is answered when nothing else was told: a fixed answer, or one that depends on the batch. */
  otherwise(answer: Answer | ((batch: readonly Message[]) => Answer)): void;
  release(): void;
  /** The ids of each call. */
  readonly calls: string[][];
  /** The ids that were accepted and that count as such, in order. */
  readonly taken: string[];
  readonly messages: Message[];
  /** What the caller did that the contract forbids. */
  readonly offenses: string[];
  isClosed(): boolean;
}

export function scriptedDestination({ maxBatch = 1 } = {}): ScriptedDestination {
  const [calls, taken, messages, offenses]: [string[][], string[], Message[], string[]] = [[], [], [], []];
  const answers: Answer[] = [];
  let fallback: (batch: readonly Message[]) => Answer = () => accepted;
  let [underWay, closed] = [false, false];
  let release = (): void => {};

  async function outcomesOf(batch: readonly Message[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const answer = answers.shift() ?? fallback(batch);
    if (answer instanceof Error) throw answer;
    if (answer === 'deaf') await new Promise<void>((resolve) => (release = resolve));
    if (answer === 'throwing') {
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    }
    if (answer === 'slow') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    if (typeof answer === 'string') {
      return batch.map(() => ({ kind: 'deferred', reason: 'timeout', detail: 'No answer.' }));
    }
    return 'kind' in answer ? batch.map(() => answer) : answer;
  }

  return {
    maxBatch,
    calls,
    taken,
    messages,
    offenses,
    answer: (...next) => void answers.push(...next),
    otherwise(answer) {
      fallback = typeof answer === 'function' ? answer : () => answer;
    },
    release: () => release(),
    isClosed: () => closed,
    async deliver(batch, signal) {
      if (underWay) offenses.push('called before the last call had settled');
      if (closed) offenses.push('called after close');
      if (batch.length < 1 || batch.length > maxBatch) offenses.push(`called with ${batch.length} messages`);
      underWay = true;
      calls.push(batch.map(({ id }) => id));
      try {
        const outcomes = await outcomesOf(batch, signal);
        for (const [index, message] of batch.entries()) {
          const outcome = outcomes[index];
          if (outcome === undefined || outcomes.length !== batch.length || outcome.kind === 'deferred') break;
          if (outcome.kind === 'accepted') {
            taken.push(message.id);
            messages.push(message);
          }
        }
        return outcomes;
      } finally {
        underWay = false;
      }
    },
    async close() {
      if (closed) offenses.push('closed twice');
      closed = true;
    },
  };
}
