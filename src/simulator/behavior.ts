/** How the simulated services behave: well, or badly in one of many ways. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../platform/clock.ts';
import { htmlReply, type Reply, redirectReply, send } from './sense-answers.ts';

export type Behavior =
  | { readonly kind: 'ok' }
  | { readonly kind: 'status'; readonly status: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Cuts the connection instead of answering. */
  | { readonly kind: 'reset' }
  /** A web page with status 200. */
  | { readonly kind: 'html' }
  /** Half of the answer, as if it were all. */
  | { readonly kind: 'truncated' }
  /** The beginning of an answer, then the connection is cut. */
  | { readonly kind: 'broken-off' }
  /** Two megabytes of JSON. */
  | { readonly kind: 'huge' }
  | { readonly kind: 'redirect' }
  /** The beginning of an answer, then a blank now and then, without an end. */
  | { readonly kind: 'drip' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Whatever the caller likes. */
  | { readonly kind: 'raw'; readonly status: number; readonly contentType: string; readonly body: string };

const DRIP_MS = 20;
const HUGE_CHARS = 2_097_152;

/** @param signal aborts when the simulator closes */
export async function behave(
  behavior: Behavior,
  reply: () => Reply,
  response: ServerResponse,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  switch (behavior.kind) {
    case 'ok':
      return send(response, reply());
    case 'status':
      return send(response, htmlReply(behavior.status, `Status ${behavior.status}`));
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'html':
      return send(response, htmlReply(200, 'Log in'));
    case 'truncated': {
      const whole = reply();
      return send(response, { ...whole, body: whole.body.slice(0, whole.body.length / 2) });
    }
    case 'broken-off':
      begin(response);
      response.write('{"serial":', () => response.destroy());
      return;
    case 'huge':
      return send(response, { ...reply(), status: 200, body: JSON.stringify('x'.repeat(HUGE_CHARS)) });
    case 'redirect':
      return send(response, redirectReply());
    case 'drip':
      begin(response);
      while (!response.closed && !signal.aborted) {
        response.write(' ');
        await clock.sleep(DRIP_MS, signal);
      }
      return;
    case 'slow':
      await clock.sleep(behavior.ms, signal);
      return send(response, reply());
    case 'raw':
      response.writeHead(behavior.status, { 'content-type': behavior.contentType });
      response.end(behavior.body);
  }
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
}
