/** Asks the service. Keeps the last answer to each question, so that going back is instant and unchanged data costs nothing. */
import type { ApiError } from '../../src/web/api.ts';

const DEADLINE_MS = 20_000;
/** The `Date` of an answer counts whole seconds, so a smaller difference says nothing. */
const NOTICEABLE_SKEW_MS = 5_000;

/** Why there is no answer, in words for the reader. */
export interface Failure {
  /** `offline` when nothing answered at all. */
  readonly code: string;
  readonly message: string;
}

export type Answer<Data> =
  | { readonly kind: 'data'; readonly data: Data }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Known {
  readonly data: unknown;
  /** When the service last said that it is still so; its own `generatedAt` stays old while nothing changes. */
  readonly confirmedAt: string;
}

export interface Api {
  /** What was answered last; undefined when it was not asked yet. */
  known(path: string): Known | undefined;
  get(path: string): Promise<Answer<unknown>>;
  /** @param body sent as JSON */
  send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<Answer<unknown>>;
  /** Epoch ms by the clock of the service, so that "2 hours ago" is right on a computer whose own clock is not. */
  now(): number;
}

export function createApi(): Api {
  const answers = new Map<string, Known & { readonly etag: string | null }>();
  let skewMs = 0;

  async function ask(path: string, init: RequestInit): Promise<Response | Failure> {
    try {
      const response = await fetch(path, {
        ...init,
        cache: 'no-store',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const skew = Date.parse(response.headers.get('date') ?? '') - Date.now();
      skewMs = Math.abs(skew) > NOTICEABLE_SKEW_MS ? skew : 0;
      return response;
    } catch {
      return {
        code: 'offline',
        message: 'The service does not answer. Is it running, and can this computer reach it?',
      };
    }
  }

  const nowAsText = () => new Date(Date.now() + skewMs).toISOString();

  return {
    known: (path) => answers.get(path),
    now: () => Date.now() + skewMs,
    async get(path) {
      const known = answers.get(path);
      const etag = known?.etag ?? null;
      const response = await ask(path, etag === null ? {} : { headers: { 'if-none-match': etag } });
      if (!(response instanceof Response)) return { kind: 'failed', failure: response };
      if (response.status === 304 && known !== undefined) {
        answers.set(path, { ...known, confirmedAt: nowAsText() });
        return { kind: 'data', data: known.data };
      }
      const answer = await answerOf(response);
      if (answer.kind === 'data')
        answers.set(path, {
          etag: response.headers.get('etag'),
          data: answer.data,
          confirmedAt: nowAsText(),
        });
      return answer;
    },
    async send(method, path, body) {
      const response = await ask(path, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      return response instanceof Response ? answerOf(response) : { kind: 'failed', failure: response };
    },
  };
}

async function answerOf(response: Response): Promise<Answer<unknown>> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = undefined;
  }
  if (response.ok && body !== undefined) return { kind: 'data', data: body };
  return { kind: 'failed', failure: failureIn(body) ?? unexplained(response) };
}

function failureIn(body: unknown): Failure | undefined {
  const error = (body as Partial<ApiError> | null | undefined)?.error;
  return typeof error?.message === 'string' ? error : undefined;
}

function unexplained({ status, statusText }: Response): Failure {
  const what = `${status} ${statusText}`.trim();
  return {
    code: `http-${status}`,
    message: `The answer is not one of the service (${what}). Perhaps a proxy in between gave it; look at its log.`,
  };
}
