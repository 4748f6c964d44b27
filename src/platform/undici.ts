/**
 * What is used of undici, taken from its parts. Its index loads all there is, with fetch, WebSocket, caches and mocks that nothing
 * here uses; it stays in memory and takes time at the start.
 */
import type { Dispatcher } from 'undici';
import api from 'undici/lib/api/index.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import DispatcherOfUndici from 'undici/lib/dispatcher/dispatcher.js';

// As the index does it: the methods of a dispatcher are kept apart from it.
Object.assign(DispatcherOfUndici.prototype, api);

export { Agent, buildConnector };

export type RequestOptions = Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'method'> & {
  readonly dispatcher: Dispatcher;
  /** Default: GET. */
  readonly method?: Dispatcher.HttpMethod;
};

/**
 * Sends a request through the dispatcher.
 *
 * @throws TypeError when `url` is none, and whatever undici says of a request that fails
 */
export async function request(
  url: string | URL,
  { dispatcher, method = 'GET', ...options }: RequestOptions,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  return dispatcher.request({ ...options, origin, path: `${pathname}${search}`, method });
}
