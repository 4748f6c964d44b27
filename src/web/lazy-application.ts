/** Loads the application when the first request comes. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ApiError } from './api.ts';
import type { Parts } from './parts.ts';

export interface LazyApplication {
  /** The first one waits until it is loaded. */
  readonly answer: RequestListener;
  /** Also while it is being loaded. The connections have to be closed before. */
  close(): Promise<void>;
}

interface Loaded {
  routing(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

type Build = (parts: Parts) => Promise<Loaded>;

async function loadAndBuild(parts: Parts): Promise<Loaded> {
  const { buildApplication } = await import('./application.ts');
  return buildApplication(parts);
}

/** @param build loads it, too */
export function openLazily(parts: Parts, build: Build = loadAndBuild): LazyApplication {
  let loaded: Loaded | undefined;
  let loading: Promise<Loaded> | undefined;
  let isClosed = false;

  async function load(): Promise<Loaded> {
    loaded = await build(parts);
    return loaded;
  }

  async function answerLater(request: IncomingMessage, response: ServerResponse): Promise<void> {
    loading ??= load();
    try {
      const app = await loading;
      if (!isClosed) app.routing(request, response);
    } catch (error) {
      loading = undefined;
      parts.logger.error({ err: error }, UNLOADABLE);
      refuse(response);
    }
  }

  return {
    answer(request, response) {
      if (loaded === undefined) void answerLater(request, response);
      else loaded.routing(request, response);
    },
    async close() {
      isClosed = true;
      await loading?.then(
        (app) => app.close(),
        () => undefined,
      );
    },
  };
}

const UNLOADABLE =
  'the page could not be loaded, as happens when the files of the program are replaced while it runs; restart the service. ' +
  'Sites are checked and alerts are sent all the same';

function refuse(response: ServerResponse): void {
  const message = 'The service could not load its page; its log says why. Restart it.';
  const body: ApiError = { error: { code: 'unloadable', message } };
  response.writeHead(503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
