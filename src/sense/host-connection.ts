/** One host of a site: one kept-alive connection, and the question for the license over it. GET is all it can do. */
import type { SecureContext } from 'node:tls';
import { Agent, type Dispatcher, request } from 'undici';
import type { Clock } from '../platform/clock.ts';
import {
  type Asked,
  type HostResult,
  LARGEST_BODY_BYTES,
  resultOfBody,
  resultOfStatus,
  tooLarge,
} from './answer.ts';
import { dayOf } from './certificate-checks.ts';
import { failureOf } from './failure.ts';
import { giveUpConnecting, type Handshakes, trustingConnector } from './server-trust.ts';
import { openSessionCookies } from './session-cookies.ts';
import type { SiteSection } from './site-section.ts';
import type { Attempt } from './tls-failure.ts';

/** What of a site's configuration a connection to it needs. */
export type SenseSiteConfig = Pick<
  SiteSection,
  'name' | 'hosts' | 'port' | 'certificates' | 'user' | 'tls' | 'proxy' | 'timeout'
>;

export interface HostConnection {
  /** Asks once, within the site's timeout. Rejects with an error that nobody expected, and with no other. */
  askLicense(signal: AbortSignal): Promise<HostResult>;
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
  const { config, host, secureContext } = parts;
  const { proxy, timeout } = config;
  const port = proxy?.port ?? config.port;
  const asked: Asked = { host, port, viaProxy: proxy !== undefined };
  const base = `https://${host.includes(':') ? `[${host}]` : host}:${port}${proxy?.prefix ? `/${proxy.prefix}` : ''}`;
  const handshakes: Handshakes = { begun: 0, count: 0, serverEnd: null, opening: null };
  const cookies = openSessionCookies();
  const agent = new Agent({
    connect: trustingConnector(secureContext, config.tls, timeout + BACKSTOP_MS, handshakes),
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
    async askLicense(stop) {
      const deadline = AbortSignal.timeout(timeout);
      const signal = AbortSignal.any([stop, deadline]);
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
        signal.removeEventListener('abort', giveUp);
      }

      async function tryOnce(): Promise<HostResult> {
        try {
          return await ask(signal);
        } catch (error) {
          const failure = failureOf(error, {
            ...asked,
            timeoutMs: timeout,
            isLate: deadline.aborted,
            isStopped: stop.aborted,
            isConnected: handshakes.count > shook || wasOpen,
            hasGreeted: handshakes.begun > begun,
            hasAnswered,
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

  async function ask(signal: AbortSignal): Promise<HostResult> {
    const cookie = cookies.header();
    let answer = await send(cookie, signal);
    if (cookie !== undefined && isSessionOver(answer.statusCode)) {
      discard(answer);
      cookies.forget();
      answer = await send(undefined, signal);
    }
    hasAnswered = true;
    if (answer.statusCode !== 200) {
      discard(answer);
      return resultOfStatus(answer.statusCode, asked);
    }
    if (proxy) cookies.keep(answer.headers['set-cookie']);
    const text = await readText(answer.body);
    if (text === undefined) return tooLarge(asked);
    return resultOfBody(text, String(answer.headers['content-type'] ?? ''), asked);
  }

  function send(cookie: string | undefined, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const key = parts.newKey();
    return request(`${base}/qrs/license?xrfkey=${key}`, {
      method: 'GET',
      dispatcher: agent,
      signal,
      headers: { accept: 'application/json', 'x-qlik-xrfkey': key, ...identity(cookie) },
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

/** Gives up the connection rather than read on: the body may never end. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => {});
  body.destroy();
}

/** The body as text; undefined when it is too large, and then the rest is not read. */
async function readText(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  body.on('error', () => {});
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
