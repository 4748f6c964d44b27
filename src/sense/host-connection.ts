/** One port of one host of a site: one kept-alive connection, and questions over it. GET is all it can do. */
import type { SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { Clock } from '../platform/clock.ts';
import { linkedAbort } from '../platform/linked-abort.ts';
import { shortageBehind } from '../platform/shortage.ts';
import { Agent, request } from '../platform/undici.ts';
import { type Asked, type HostResult, resultOfBody, resultOfStatus, tooLarge } from './answer.ts';
import { discard, readText } from './body.ts';
import { dayOf } from './certificate-checks.ts';
import { failureOf } from './failure.ts';
import type { Question } from './question.ts';
import { giveUpConnecting, type Handshakes, trustingConnector } from './server-trust.ts';
import { openSessionCookies } from './session-cookies.ts';
import type { SiteSection } from './site-section.ts';
import type { Attempt } from './tls-failure.ts';

/** What of a site's configuration a connection to it needs. */
export type SenseSiteConfig = Pick<
  SiteSection,
  | 'name'
  | 'hosts'
  | 'port'
  | 'versionPort'
  | 'version'
  | 'certificates'
  | 'user'
  | 'tls'
  | 'proxy'
  | 'timeout'
>;

export interface HostConnection {
  /** Asks once, within the site's timeout. Rejects with an error that nobody expected, and with no other. */
  ask<Value>(question: Question<Value>, signal: AbortSignal): Promise<HostResult<Value>>;
  /** End of the certificate that the server showed last, epoch ms. */
  serverEnd(): number | null;
  /** Lets what is under way finish. */
  close(): Promise<void>;
  /** Breaks off what is under way. */
  destroy(): Promise<void>;
}

export interface HostConnectionParts {
  readonly config: SenseSiteConfig;
  readonly host: string;
  /** Of the service; with a proxy, that one's port counts. */
  readonly port: number;
  readonly tls: SiteSection['tls'];
  readonly secureContext: SecureContext;
  /** End of the site's root certificate, epoch ms. */
  readonly rootEnd: number | null;
  readonly clock: Clock;
  readonly newKey: () => string;
}

/** The agent's own timers are coarse; the deadline is a signal, and these only catch what it should have caught. */
const BACKSTOP_MS = 2_000;

/** Longer than repeated looks by hand are apart; between scheduled checks a server closes the connection anyway. */
const KEEP_ALIVE_MS = 60_000;

export function openHostConnection(parts: HostConnectionParts): HostConnection {
  const { config, host, tls, secureContext } = parts;
  const { proxy, timeout } = config;
  const port = proxy?.port ?? parts.port;
  const asked: Asked = { host, port, viaProxy: proxy !== undefined };
  const base = `https://${host.includes(':') ? `[${host}]` : host}:${port}${proxy?.prefix ? `/${proxy.prefix}` : ''}`;
  const handshakes: Handshakes = { begun: 0, count: 0, serverEnd: null, opening: null };
  const cookies = openSessionCookies();
  const agent = new Agent({
    connect: trustingConnector(secureContext, tls, timeout + BACKSTOP_MS, handshakes),
    connections: 1,
    allowH2: false,
    headersTimeout: timeout + BACKSTOP_MS,
    bodyTimeout: timeout + BACKSTOP_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  let isOpen = false;
  let hasAnswered = false;
  agent.on('connect', () => {
    isOpen = true;
  });
  agent.on('disconnect', () => {
    isOpen = false;
  });

  return {
    async ask<Value>(question: Question<Value>, stop: AbortSignal) {
      const linked = linkedAbort(stop);
      const { signal } = linked;
      let isLate = false;
      const deadline = setTimeout(() => {
        isLate = true;
        linked.abort(new DOMException('The site took too long.', 'TimeoutError'));
      }, timeout);
      const shook = handshakes.count;
      const begun = handshakes.begun;
      const wasOpen = isOpen;
      const giveUp = () => giveUpConnecting(handshakes);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        const result = await tryOnce();
        // A kept-alive connection that the server has given up meanwhile says nothing about the server.
        const isStale = wasOpen && handshakes.count === shook;
        return isStale && result.kind === 'failed' && result.reason === 'reset' ? await tryOnce() : result;
      } finally {
        clearTimeout(deadline);
        linked.release();
        signal.removeEventListener('abort', giveUp);
      }

      async function tryOnce(): Promise<HostResult<Value>> {
        try {
          return await askOver(question, signal);
        } catch (error) {
          const failure = failureOf(error, {
            ...asked,
            service: question.words.service,
            timeoutMs: timeout,
            isLate,
            isStopped: stop.aborted,
            isConnected: handshakes.count > shook || wasOpen,
            hasGreeted: handshakes.begun > begun,
            hasAnswered,
            shortage: shortageBehind(error),
            ...ends(),
          });
          if (failure.reason === 'internal') throw error;
          return { kind: 'failed', ...failure };
        }
      }
    },
    serverEnd: () => handshakes.serverEnd,
    close: () => agent.close(),
    destroy() {
      giveUpConnecting(handshakes);
      return agent.destroy();
    },
  };

  async function askOver<Value>(question: Question<Value>, signal: AbortSignal): Promise<HostResult<Value>> {
    const cookie = cookies.header();
    let answer = await send(question, cookie, signal);
    if (cookie !== undefined && isSessionOver(answer.statusCode)) {
      discard(answer.body);
      cookies.forget();
      answer = await send(question, undefined, signal);
    }
    hasAnswered = true;
    if (answer.statusCode !== 200) {
      discard(answer.body);
      return resultOfStatus(answer.statusCode, asked, question);
    }
    if (proxy) cookies.keep(answer.headers['set-cookie']);
    const text = await readText(answer.body);
    if (text === undefined) return tooLarge(asked, question);
    return resultOfBody(text, String(answer.headers['content-type'] ?? ''), asked, question);
  }

  function send(
    { path, byCertificateAlone }: Question<unknown>,
    cookie: string | undefined,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const plain = { method: 'GET', dispatcher: agent, signal } as const;
    const headers = { accept: 'application/json' };
    if (byCertificateAlone) return request(`${base}${path}`, { ...plain, headers });
    const key = parts.newKey();
    return request(`${base}${path}?xrfkey=${key}`, {
      ...plain,
      headers: { ...headers, 'x-qlik-xrfkey': key, ...identity(cookie) },
    });
  }

  function identity(cookie: string | undefined): Record<string, string> {
    if (!proxy) return { 'x-qlik-user': config.user };
    return cookie === undefined ? { authorization: `Bearer ${proxy.jwt.reveal()}` } : { cookie };
  }

  function ends(): Pick<Attempt, 'rootEndedOn' | 'serverEndsOn'> {
    const { rootEnd } = parts;
    return {
      rootEndedOn: rootEnd !== null && rootEnd < parts.clock.now().getTime() ? dayOf(rootEnd) : null,
      serverEndsOn: handshakes.serverEnd === null ? null : dayOf(handshakes.serverEnd),
    };
  }
}

function isSessionOver(status: number): boolean {
  return status === 401 || (status >= 300 && status < 400);
}
