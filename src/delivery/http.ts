/**
 * The one place that sends HTTP requests and judges the answers.
 * When to try again is decided elsewhere; here it is only said whether trying again makes sense.
 */
import type { Agent, Dispatcher } from 'undici';
import type { Clock } from '../platform/clock.ts';
import type { Secret } from '../platform/secret.ts';
import { shortageBehind } from '../platform/shortage.ts';
import { request } from '../platform/undici.ts';
import type { Outcome } from './destination.ts';
import { openHttpAgent, UnreadableFile } from './http-agent.ts';
import { outcomeOfFailure } from './http-failure.ts';
import { scrubberOf } from './http-secrets.ts';
import type { TlsFiles } from './http-settings.ts';
import { redirectTarget } from './redirect.ts';
import { retryAfterMs } from './retry-after.ts';

const MAX_DETAIL_CHARS = 200;
const MAX_REPLY_BYTES = 65_536;
const MAX_REDIRECTS = 3;

type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads an HTTP answer as an outcome. Pure.
 *
 * 2xx is accepted. 408, 425, 429 and 5xx may pass later, so they are deferred. So are 401, 403 and 3xx: an operator
 * can repair a credential or an address while messages wait. Any other answer would be the same tomorrow, so the
 * message is rejected.
 *
 * @param reply text of the answer, already free of secrets
 */
export function outcomeOf(status: number, headers: HttpHeaders, reply: string, now: Date): Outcome {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const detail = detailOf(`HTTP ${status}`, reply);
  const reason = deferredReasonOf(status);
  if (reason === undefined) return { kind: 'rejected', reason: 'refused', detail };
  const header = headers['retry-after'];
  const wait = retryAfterMs(Array.isArray(header) ? header[0] : header, now);
  return { kind: 'deferred', reason, detail, ...(wait !== undefined && { retryAfterMs: wait }) };
}

function deferredReasonOf(status: number) {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 408) return 'timeout';
  if (status === 425 || status === 429) return 'rate-limited';
  if (status >= 300 && status < 400) return 'redirected';
  return status < 400 || status >= 500 ? 'server-error' : undefined;
}

/**
 * What happened, then at most 200 characters of what the far end said about it, on one line and without characters that
 * a terminal obeys. They become blanks: joining what they stood between could put a secret together.
 */
export function detailOf(what: string, reply: string): string {
  const words = reply
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, MAX_DETAIL_CHARS)
    .toWellFormed();
  return words === '' ? what : `${what}: ${words}`;
}

interface HttpRequest {
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface HttpExchange {
  readonly outcome: Outcome;
  /** Null when no complete answer came. */
  readonly status: number | null;
  /** At most 64 KiB, free of secrets. Empty when no complete answer came. */
  readonly reply: string;
}

export interface HttpClient {
  /**
   * Sends one request, follows up to three redirects within the same server, and says what became of it. An answer
   * counts once it is complete or 64 KiB of it are here; a 2xx that breaks off is tried again, because a message
   * that arrives twice does less harm than one that never does.
   *
   * Settles soon after `signal` aborts. Never rejects for what the far end or the network does.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpExchange>;
  /** For a text that was decoded out of a reply, where a secret may have hidden behind the encoding. */
  scrub(text: string): string;
  close(): Promise<void>;
}

/**
 * Opens a client that keeps its connection alive between requests. Certificate files are read with the first request,
 * and again after a TLS failure, so that a renewed file works without a restart.
 *
 * @param secrets all that the requests carry and no `detail` may show
 */
export function openHttpClient(tls: TlsFiles, secrets: readonly Secret[], clock: Clock): HttpClient {
  const scrub = scrubberOf(secrets);
  let agent: Agent | undefined;

  const connect = async (): Promise<Agent | Outcome> => {
    try {
      agent ??= await openHttpAgent(tls);
      return agent;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      const shortage = shortageBehind(error);
      const reason = shortage === undefined ? 'tls' : 'out-of-resources';
      return { kind: 'deferred', reason, detail: error.message };
    }
  };

  const exchange = async (
    sent: HttpRequest,
    signal: AbortSignal,
    redirects: number,
  ): Promise<HttpExchange> => {
    const dispatcher = await connect();
    if ('kind' in dispatcher) return { outcome: dispatcher, status: null, reply: '' };
    const { url, ...options } = sent;
    try {
      const answer = await request(url, { ...options, signal, dispatcher });
      const reply = scrub(await readReply(answer.body));
      const target = redirectTarget(answer.statusCode, headerOf(answer, 'location'), url, scrub);
      if (typeof target === 'object' && redirects < MAX_REDIRECTS) {
        return await exchange({ ...sent, url: target }, signal, redirects + 1);
      }
      const outcome = outcomeOf(answer.statusCode, answer.headers, reply, clock.now());
      const redirected = outcome.kind === 'deferred' && outcome.reason === 'redirected';
      return {
        status: answer.statusCode,
        reply,
        outcome: redirected
          ? { ...outcome, detail: redirectDetail(url, answer.statusCode, target) }
          : outcome,
      };
    } catch (error) {
      return {
        outcome: outcomeOfFailure(error, url.origin, { signal, shortage: shortageBehind(error) }),
        status: null,
        reply: '',
      };
    }
  };

  return {
    async send(sent, signal) {
      const result = await exchange(sent, signal, 0);
      if (result.outcome.kind === 'deferred' && result.outcome.reason === 'tls') {
        await agent?.destroy();
        agent = undefined;
      }
      return result;
    },
    scrub,
    async close() {
      await agent?.destroy();
      agent = undefined;
    },
  };
}

function redirectDetail(from: URL, status: number, target: URL | string): string {
  return typeof target === 'string'
    ? `${from.origin} answered ${status} ${target}`
    : `${from.origin} answered ${status} after ${MAX_REDIRECTS} redirects; set the final address in \`url\``;
}

function headerOf(answer: Dispatcher.ResponseData, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function readReply(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_REPLY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_REPLY_BYTES).toString();
}
