/** The hooks that every request passes, and the form of every error. */
import { createHash } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { StoreError } from '../store/store.ts';
import type { ApiError, Me } from './api.ts';
import { operations } from './openapi.ts';
import type { Parts } from './parts.ts';
import { isKnownHost, isSameOrigin, secureHeaders } from './request-rules.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null before the gate, and where nobody is asked to log in. */
    admitted: Me | null;
  }
}

export function fail(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  const body: ApiError = { error: { code, message } };
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

export function keepGate(app: FastifyInstance, { section, gate, logger, clock }: Parts): void {
  const checksHost = gate.isOpen || section.hosts.length > 0;
  const publicPaths = ['/healthz', '/health', '/readyz'].map((path) => `${section.basePath}${path}`);

  app.decorateRequest('admitted', null);
  app.addHook('onRequest', async (request, reply) => {
    // The page reckons by the service's clock, which is not always that of the machine.
    void reply.headers(secureHeaders).header('date', clock.now().toUTCString());
    if (checksHost && !hostsOf(request).every((host) => isKnownHost(host, section))) {
      return fail(
        reply,
        421,
        'unknown-host',
        'This name is not known here. Add it to web.hosts in the configuration.',
      );
    }
    if (publicPaths.includes(pathOf(request))) return undefined;
    const admission = await gate.admit(request.headers.authorization, request.ip);
    if (admission.kind === 'too-many-guesses') {
      void reply.header('retry-after', '300');
      return fail(
        reply,
        429,
        'too-many-guesses',
        'Too many wrong logins from this address. Wait five minutes.',
      );
    }
    if (admission.kind === 'unknown') {
      void reply.header('www-authenticate', 'Basic realm="License Sentinel", charset="UTF-8"');
      return fail(reply, 401, 'unauthorized', 'Log in, or send a bearer token.');
    }
    request.admitted = { name: admission.name, role: admission.role };
    if (request.method === 'GET' || request.method === 'HEAD') return undefined;
    if (!isSameOrigin(request.headers, ownAddress(request, section))) {
      return fail(reply, 403, 'other-origin', 'Changes are taken from our own page only.');
    }
    if (admission.role !== 'act')
      return fail(
        reply,
        403,
        'forbidden',
        'This login may look, but not act. Use one with the role act; web.auth names them.',
      );
    return undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => withEtag(request, reply, payload));

  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return fail(reply, status, 'bad-request', error.message);
    logger.error({ err: error }, 'a request failed');
    if (error instanceof StoreError) {
      return fail(
        reply,
        503,
        'store-refused',
        'The store does not take it; nothing was changed. The log says why.',
      );
    }
    return fail(reply, 500, 'internal', 'That went wrong; the log says why.');
  });
}

/** For addresses that no hook gets to see, because they cannot be read. They are not repeated. */
export function failUnreadable(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(secureHeaders);
  void fail(reply, error.statusCode ?? 400, 'bad-address', 'This address cannot be read, or is too long.');
}

/** What the request calls us: its Host, and what a trusted proxy says that it was called. */
function hostsOf({ headers, host, url }: FastifyRequest): readonly (string | undefined)[] {
  // Asked in the way that is meant for proxies, the address names the host once more.
  const inAddress = url.startsWith('/') ? undefined : URL.parse(url)?.host;
  const others = [host, inAddress].filter((name) => name !== undefined && name !== headers.host);
  return [headers.host, ...others];
}

/** The scheme that a browser used is certain only where a trusted proxy tells it: others may hide theirs. */
function ownAddress({ headers, host, protocol }: FastifyRequest, { trustedProxies }: Parts['section']) {
  const isTold = trustedProxies.length > 0 && headers['x-forwarded-proto'] !== undefined;
  return { host, scheme: isTold ? protocol : undefined };
}

/** Says 405 where the path is right and the method is not. */
export function failUnknown(request: FastifyRequest, reply: FastifyReply, basePath: string): FastifyReply {
  const path = pathOf(request).slice(basePath.length);
  const allowed = operations
    .filter((operation) => patternOf(operation.path).test(path))
    .map(({ method }) => method.toUpperCase());
  if (allowed.length === 0 || allowed.includes(request.method)) {
    return fail(reply, 404, 'not-found', 'There is nothing here.');
  }
  void reply.header('allow', [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', '));
  return fail(reply, 405, 'method-not-allowed', `Here only ${allowed.join(' and ')} is possible.`);
}

export function pathOf(request: FastifyRequest): string {
  return request.url.replace(/[?#].*$/s, '');
}

const patternOf = (path: string) =>
  new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);

/** An answer that the reader has already is not sent again. When it was made is no difference. */
function withEtag(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const isLook = request.method === 'GET' || request.method === 'HEAD';
  if (reply.statusCode !== 200 || typeof payload !== 'string' || !isLook) return payload;
  if (reply.getHeader('cache-control') === 'no-store' || reply.hasHeader('etag')) return payload;
  const said = payload.replace(/"generatedAt":"[^"]*"/, '');
  const etag = `W/"${createHash('sha256').update(said).digest('base64url').slice(0, 22)}"`;
  void reply.header('etag', etag).header('cache-control', 'no-cache');
  return isMatch(request.headers['if-none-match'], etag) ? notModified(reply) : payload;
}

export function isMatch(ifNoneMatch: string | undefined, etag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '');
  return (ifNoneMatch ?? '').split(',').some((one) => one.trim() === '*' || bare(one) === bare(etag));
}

function notModified(reply: FastifyReply): string {
  void reply.code(304).removeHeader('content-length').removeHeader('content-type');
  return '';
}
