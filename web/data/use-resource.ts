/** One answer of the service, kept up to date as long as it is on the screen. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from './api.ts';
import { useConnection } from './connection.ts';

/** A burst of changes, such as all sites being checked at once, is one question. */
const GATHER_MS = 300;
const SHORTEST_PAUSE_MS = 2_000;
const POLL_WITHOUT_EVENTS_MS = 60_000;
/** With events only midnight goes unheard: days left change without anything being stored. */
const POLL_WITH_EVENTS_MS = 300_000;

export interface Resource<Data> {
  /** The last good answer, also while the service does not answer. */
  readonly data: Data | undefined;
  /** When the data was last known to be right. */
  readonly confirmedAt: string | undefined;
  /** Why the newest question has no answer. */
  readonly failure: Failure | undefined;
  readonly refresh: () => Promise<void>;
}

/** @param site asks again only when this site changed; null for every change */
export function useResource<Data>(path: string, site: string | null = null): Resource<Data> {
  const { api, live } = useConnection();
  const [seen, setSeen] = useState<{ path: string; failure: Failure | undefined }>({
    path,
    failure: undefined,
  });
  const current = useRef(path);
  current.current = path;

  const refresh = useCallback(async () => {
    const answer = await api.get(path);
    if (current.current !== path) return;
    setSeen({ path, failure: answer.kind === 'failed' ? answer.failure : undefined });
  }, [api, path]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    let lastAsked = 0;
    let isAsking = false;
    let isStale = false;
    /** Epoch ms of the next question. */
    let dueAt = Number.POSITIVE_INFINITY;

    const pollMs = () => (live.state() === 'open' ? POLL_WITH_EVENTS_MS : POLL_WITHOUT_EVENTS_MS);
    const askIn = (ms: number) => {
      if (isOver || isAsking || Date.now() + ms >= dueAt) return;
      dueAt = Date.now() + ms;
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), ms);
    };
    async function ask(): Promise<void> {
      lastAsked = Date.now();
      dueAt = Number.POSITIVE_INFINITY;
      isAsking = true;
      isStale = false;
      await refresh();
      isAsking = false;
      askIn(isStale ? SHORTEST_PAUSE_MS : pollMs());
    }
    const askSoon = () => {
      isStale = true;
      askIn(Math.max(GATHER_MS, lastAsked + SHORTEST_PAUSE_MS - Date.now()));
    };
    const lookAgain = () => document.visibilityState === 'visible' && askSoon();

    void ask();
    const stop = live.listen((event) => {
      if (event.kind === 'state') askIn(pollMs());
      else if (site === null || event.site === null || event.site === site) askSoon();
    });
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop();
      document.removeEventListener('visibilitychange', lookAgain);
    };
  }, [live, refresh, site]);

  const known = api.known(path);
  return {
    // The path says which type it has; that is the contract of src/web/api.ts.
    data: known?.data as Data | undefined,
    confirmedAt: known?.confirmedAt,
    failure: seen.path === path ? seen.failure : undefined,
    refresh,
  };
}
