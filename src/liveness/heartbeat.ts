/**
 * Calls an address as long as the work gets on, for a watchdog elsewhere that tells when the calls stop. What becomes of
 * a call is told in the log, and disturbs nothing.
 */
import type { HttpClient } from '../delivery/http.ts';
import { authorizationInUrl, secretsInUrl } from '../delivery/http-secrets.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { HeartbeatSection } from './heartbeat-section.ts';
import type { Pulse } from './pulse.ts';

export interface HeartbeatOptions {
  readonly section: HeartbeatSection;
  pulse(): Pulse;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Heartbeat {
  /** Calls no more, and ends a call under way. */
  stop(): Promise<void>;
}

/** With nothing to tell yet it is looked at again this soon. */
const LOOK_AGAIN_MS = 10_000;

export function startHeartbeat({ section, pulse, clock, logger }: HeartbeatOptions): Heartbeat {
  const { every, timeout, method, onTrouble } = section;
  const url = new URL(section.url);
  const authorization = authorizationInUrl(url);
  const stopping = new AbortController();
  let client: HttpClient | undefined;
  /** What the log last said, so that it says each thing once. */
  let toldTrouble = '';
  let toldFailure = '';

  async function call(kind: 'well' | 'trouble', line: string): Promise<void> {
    const { openHttpClient } = await import('../delivery/http.ts');
    client ??= openHttpClient(section, secretsInUrl(url), clock);
    const deadline = new AbortController();
    const over = new AbortController();
    const cut = () => deadline.abort(new Error('the service stops'));
    stopping.signal.addEventListener('abort', cut, { once: true });
    void clock.sleep(timeout, over.signal).then(
      () => deadline.abort(new Error('the deadline has passed')),
      () => undefined,
    );
    try {
      const { outcome } = await client.send(
        {
          method,
          url: kind === 'well' ? url : failUrl(url),
          headers: {
            'user-agent': 'license-sentinel',
            ...(authorization !== undefined && { authorization }),
            ...(method === 'POST' && { 'content-type': 'text/plain; charset=utf-8' }),
          },
          ...(method === 'POST' && { body: line }),
        },
        deadline.signal,
      );
      if (stopping.signal.aborted) return;
      tellFailure(outcome.kind === 'accepted' ? '' : outcome.detail);
    } finally {
      over.abort();
      stopping.signal.removeEventListener('abort', cut);
    }
  }

  function tellFailure(detail: string): void {
    if (detail === toldFailure) return;
    toldFailure = detail;
    if (detail === '') logger.info({}, 'the heartbeat arrives again');
    else
      logger.warn(
        { detail },
        'the heartbeat did not arrive; sites are checked and alerts are sent all the same',
      );
  }

  function tellTrouble(line: string): void {
    if (line === toldTrouble) return;
    toldTrouble = line;
    const word = onTrouble === 'fail' ? 'says so' : 'stays out';
    if (line === '') logger.info({}, 'all is well again; the heartbeat goes on');
    else logger.error({ trouble: line }, `something does not get on, and the heartbeat ${word}`);
  }

  /** @returns milliseconds to the next look */
  async function beat(): Promise<number> {
    const lookedMs = clock.monotonicMs();
    const found = pulse();
    if (found.kind === 'waiting') return Math.min(every, LOOK_AGAIN_MS);
    tellTrouble(found.kind === 'trouble' ? found.line : '');
    if (found.kind === 'well' || onTrouble === 'fail') await call(found.kind, found.line);
    return Math.max(0, lookedMs + every - clock.monotonicMs());
  }

  async function run(): Promise<void> {
    let napMs = Math.min(every, LOOK_AGAIN_MS);
    while (!stopping.signal.aborted) {
      await clock.sleep(napMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        napMs = await beat();
      } catch (error) {
        napMs = every;
        logger.error({ err: error }, 'the heartbeat stumbled and goes on');
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort(new Error('the service stops'));
      await running;
      await client?.close();
    },
  };
}

/** As Healthchecks has it: the same address with `/fail` at the end of its path. */
export function failUrl(url: URL): URL {
  const failed = new URL(url);
  failed.pathname = `${url.pathname.replace(/\/+$/, '')}/fail`;
  return failed;
}
