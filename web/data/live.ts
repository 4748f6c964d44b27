/** Hears from the service that something changed, and knows whether it is listening at all. */
import type { ChangedEvent } from '../../src/web/api.ts';

export type LiveState = 'connecting' | 'open' | 'lost';

export type LiveEvent =
  | { readonly kind: 'state'; readonly state: LiveState }
  /** `site` null: anything may have changed. */
  | { readonly kind: 'changed'; readonly site: string | null };

export interface Live {
  state(): LiveState;
  /** Returns how to stop listening. */
  listen(listener: (event: LiveEvent) => void): () => void;
}

/** A browser comes back by itself after a broken connection, but not after an answer that is no event stream. */
const COME_BACK_AFTER_MS = 5_000;

export function openLive(url: string): Live {
  const listeners = new Set<(event: LiveEvent) => void>();
  let state: LiveState = 'connecting';

  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event);
  };
  const become = (next: LiveState) => {
    if (next === state) return;
    const wasLost = state === 'lost';
    state = next;
    tell({ kind: 'state', state });
    // Whatever happened meanwhile went unheard.
    if (wasLost && next === 'open') tell({ kind: 'changed', site: null });
  };

  function connect(): void {
    const source = new EventSource(url);
    source.addEventListener('open', () => become('open'));
    source.addEventListener('changed', ({ data }: MessageEvent<string>) =>
      tell({ kind: 'changed', site: siteIn(data) }),
    );
    source.addEventListener('error', () => {
      become('lost');
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, COME_BACK_AFTER_MS);
    });
  }

  connect();
  return {
    state: () => state,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function siteIn(data: string): string | null {
  try {
    return (JSON.parse(data) as ChangedEvent).site;
  } catch {
    return null;
  }
}
