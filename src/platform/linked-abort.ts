/** One signal for several reasons to stop, without the weak references and finalizers of `AbortSignal.any`, which cost more than a request. */

export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Lets go of the parents. Without it they keep this one alive as long as they live. */
  release(): void;
}

/** Aborts when one of the parents does, with its reason, or when told to. */
export function linkedAbort(...parents: readonly AbortSignal[]): LinkedAbort {
  const own = new AbortController();
  const follow = (event: Event) => own.abort((event.target as AbortSignal).reason);
  for (const parent of parents) {
    if (parent.aborted) own.abort(parent.reason);
    else parent.addEventListener('abort', follow, { once: true });
  }
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    release() {
      for (const parent of parents) parent.removeEventListener('abort', follow);
    },
  };
}
