/** What the simulated services answer: repository, About service, and a proxy before them. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' };

const ABOUT = {
  buildVersion: '38.35.0.0',
  buildDate: '9/20/2013 10:09:00 PM',
  databaseProvider: 'Devart.Data.PostgreSql',
  nodeType: 1,
  sharedPersistence: true,
  requiresBootstrap: false,
  singleNodeOnly: false,
  schemaPath: 'About',
};

/** What `/v1/systeminfo` shows at first. */
export const firstSystemInfo = {
  contentHash: 'aeec25c539492bd8invented',
  senseId: 'qliksenseserver:14.254.6',
  originalClassName: 'Composition',
  version: '14.254.6',
  deploymentType: 'QlikSenseServer',
  releaseLabel: 'May 2026 Patch 2',
  deprecatedProductVersion: '4.0.X',
  productName: 'Qlik Sense',
  copyrightYearRange: '1993-2026',
};

export function jsonReply(value: unknown): Reply {
  return { status: 200, headers: JSON_TYPE, body: typeof value === 'string' ? value : JSON.stringify(value) };
}

export function htmlReply(status: number, sentence: string): Reply {
  return {
    status,
    headers: HTML_TYPE,
    body: `<!DOCTYPE html><html><body><h1>${sentence}</h1></body></html>`,
  };
}

export function redirectReply(): Reply {
  return { status: 302, headers: { location: 'https://login.example.com/form/' }, body: '' };
}

/** What the simulated site shows; a text is sent as it is. */
export interface Shown {
  readonly license: unknown;
  readonly systemInfo: unknown;
  /** Changes to `/qrs/about`. */
  readonly about: object;
}

export function repositoryReply(request: IncomingMessage, shown: Shown): Reply {
  const url = new URL(request.url ?? '/', 'https://sense');
  if (!isXrfkeyRight(request, url)) {
    return htmlReply(400, 'XSRF prevention check failed. Possible XSRF discovered.');
  }
  if (!/^UserDirectory=[^;]+; *UserId=.+$/i.test(headerOf(request, 'x-qlik-user'))) {
    return htmlReply(403, 'Forbidden');
  }
  return entityReply(url.pathname, shown);
}

export function aboutReply(request: IncomingMessage, { systemInfo }: Shown): Reply {
  const { pathname } = new URL(request.url ?? '/', 'https://sense');
  return pathname === '/v1/systeminfo' ? jsonReply(systemInfo) : htmlReply(404, 'Not Found');
}

export interface SimulatedProxy {
  reply(request: IncomingMessage, shown: Shown): Reply;
  /** How many sessions were opened so far. */
  sessions(): number;
  /** Ends all sessions, as a restart of the proxy does. */
  endSessions(): void;
}

/** A virtual proxy with JWT authentication. The names of its sessions are countable, because nothing depends on them. */
export function createProxy(prefix: string, jwt: string): SimulatedProxy {
  const base = prefix === '' ? '' : `/${prefix}`;
  const cookieName = prefix === '' ? 'X-Qlik-Session' : `X-Qlik-Session-${prefix}`;
  const live = new Set<string>();
  let opened = 0;

  return {
    sessions: () => opened,
    endSessions: () => live.clear(),
    reply(request, shown) {
      const url = new URL(request.url ?? '/', 'https://sense');
      if (!url.pathname.startsWith(`${base}/`)) return redirectReply();
      const session = sessionOf(request);
      if (session === undefined && headerOf(request, 'authorization') !== `Bearer ${jwt}`) {
        return htmlReply(401, 'Unauthorized');
      }
      const reply = answer(request, url, shown);
      return session === undefined ? { ...reply, headers: { ...reply.headers, ...newSession() } } : reply;
    },
  };

  function answer(request: IncomingMessage, url: URL, shown: Shown): Reply {
    if (!isXrfkeyRight(request, url)) return htmlReply(400, 'XSRF prevention check failed.');
    const path = url.pathname.slice(base.length);
    return path === '/api/about/v1/systeminfo' ? jsonReply(shown.systemInfo) : entityReply(path, shown);
  }

  function sessionOf(request: IncomingMessage): string | undefined {
    const found = headerOf(request, 'cookie')
      .split(/;\s*/)
      .find((pair) => pair.startsWith(`${cookieName}=`));
    const session = found?.slice(cookieName.length + 1);
    return session !== undefined && live.has(session) ? session : undefined;
  }

  function newSession(): Record<string, string> {
    opened += 1;
    const session = `simulated-session-${opened}`;
    live.add(session);
    return { 'set-cookie': `${cookieName}=${session}; Path=/; HttpOnly; Secure; SameSite=None` };
  }
}

export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function entityReply(path: string, { license, about }: Shown): Reply {
  if (path === '/qrs/license') return jsonReply(license);
  if (path === '/qrs/about') return jsonReply({ ...ABOUT, ...about });
  return htmlReply(404, 'Not Found');
}

/** Header and query have to hold the same 16 characters. */
function isXrfkeyRight(request: IncomingMessage, url: URL): boolean {
  const key = headerOf(request, 'x-qlik-xrfkey');
  return /^[0-9a-zA-Z]{16}$/.test(key) && url.searchParams.get('xrfkey') === key;
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
