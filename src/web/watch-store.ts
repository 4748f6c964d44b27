/** A store that says what was stored, so that whoever shows it need not ask again and again. */
import type { Logger } from '../platform/logger.ts';
import type { AlertStateCommit, CheckCommit, Store, VersionCommit } from '../store/store.ts';

export type StoreEvent =
  | { readonly kind: 'check'; readonly commit: CheckCommit }
  | { readonly kind: 'alert-state'; readonly commit: AlertStateCommit }
  | { readonly kind: 'version'; readonly commit: VersionCommit }
  /** Deliveries, dead letters and messages about the service itself. */
  | { readonly kind: 'other' };

export interface WatchedStore {
  /** The same store. Give it to everyone who writes. */
  readonly store: Store;
  /** Calls the listener after each commit that changed something. */
  listen(listener: (event: StoreEvent) => void): void;
  /** Whether the last write succeeded; true before the first. */
  isWritable(): boolean;
  /** Calls the listener for each write that failed. */
  onFailure(listener: () => void): void;
  /** Writes nothing, as a transaction. @throws StoreError when the store does not take even that */
  probe(at: number): Promise<void>;
}

export function watchStore(store: Store, logger: Logger): WatchedStore {
  const listeners: ((event: StoreEvent) => void)[] = [];
  const failureListeners: (() => void)[] = [];
  let isWritable = true;

  async function written<T>(write: Promise<T>, eventOf: (result: T) => StoreEvent | undefined): Promise<T> {
    let result: T;
    try {
      result = await write;
    } catch (error) {
      isWritable = false;
      for (const listener of failureListeners) listener();
      throw error;
    }
    isWritable = true;
    const event = eventOf(result);
    if (event !== undefined) tell(event);
    return result;
  }

  /** What was stored stays stored: a listener that fails must not look like a store that does. */
  function tell(event: StoreEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        logger.error({ err: error }, 'could not follow what was stored');
      }
    }
  }

  const other = { kind: 'other' } as const;
  return {
    listen: (listener) => void listeners.push(listener),
    isWritable: () => isWritable,
    onFailure: (listener) => void failureListeners.push(listener),
    probe: (at) => store.enqueue([], at),
    store: {
      ...store,
      commitCheck: (commit) =>
        written(store.commitCheck(commit), (result) =>
          result === 'stored' ? { kind: 'check', commit } : undefined,
        ),
      commitAlertState: (commit) =>
        written(store.commitAlertState(commit), (result) =>
          result === 'stored' ? { kind: 'alert-state', commit } : undefined,
        ),
      commitVersion: (commit) => written(store.commitVersion(commit), () => ({ kind: 'version', commit })),
      enqueue: (messages, at) => written(store.enqueue(messages, at), () => other),
      touch: () => written(store.touch(), () => undefined),
      settle: (commit) => written(store.settle(commit), () => other),
      retryDeadLetter: (destination, seq, at) =>
        written(store.retryDeadLetter(destination, seq, at), (isDone) => (isDone ? other : undefined)),
      dropDeadLetter: (destination, seq) =>
        written(store.dropDeadLetter(destination, seq), (isDone) => (isDone ? other : undefined)),
    },
  };
}
