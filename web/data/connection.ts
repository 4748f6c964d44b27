/** What every view needs from the outside, handed down by the app. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Api } from './api.ts';
import type { Live, LiveState } from './live.ts';

export interface Connection {
  readonly api: Api;
  readonly live: Live;
}

export const ConnectionContext = createContext<Connection | null>(null);
/** Changes twice a minute, so that "2 minutes ago" becomes "3 minutes ago". */
export const TickContext = createContext(0);

export function useConnection(): Connection {
  return useContext(ConnectionContext)!;
}

/** Epoch ms by the clock of the service. */
export function useNow(): number {
  useContext(TickContext);
  return useConnection().api.now();
}

export function useLiveState(live: Live): LiveState {
  const [state, setState] = useState(live.state());
  useEffect(() => {
    setState(live.state());
    return live.listen((event) => event.kind === 'state' && setState(event.state));
  }, [live]);
  return state;
}
