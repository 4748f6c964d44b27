/** Questions to a running service over HTTP. Every failure of the far end is a value. */
import { Agent, request } from '../../platform/undici.ts';
import type { ServiceAddress } from './address.ts';

export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** As parsed; undefined when it is not JSON. */
      readonly body: unknown;
    }
  | { readonly kind: 'silence'; readonly code: string };

/** An answer that is none. */
export type Trouble = Answer;

export interface Line {
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>;
  close(): Promise<void>;
}

const CONNECT_MS = 3_000;
const ANSWER_MS = 30_000;

/** Opens no connection yet. @param token sent with every question */
export function openLine(
  { url, ca, checksName }: ServiceAddress,
  token: string | undefined,
  stop: AbortSignal,
): Line {
  const agent = new Agent({
    connections: 1,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    allowH2: false,
    connect: {
      timeout: CONNECT_MS,
      ...(ca !== undefined && { ca, allowPartialTrustChain: true }),
      ...(!checksName && { checkServerIdentity: () => undefined }),
    },
  });
  return {
    async ask(method, path, body) {
      try {
        const answer = await request(new URL(path.replace(/^\//, ''), url), {
          dispatcher: agent,
          method,
          signal: stop,
          headers: {
            accept: 'application/json',
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return { kind: 'answer', status: answer.statusCode, body: parsed(await answer.body.text()) };
      } catch (error) {
        return { kind: 'silence', code: codeOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The first code that says something: one for several addresses of a name says nothing itself. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const inner = error instanceof AggregateError ? (error.errors as unknown[])[0] : error.cause;
  if (code !== undefined) return code;
  return inner === undefined ? error.name : codeOf(inner);
}
