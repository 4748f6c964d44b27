/** A stand-in for the service: the built page, and an API that answers what a test wants. Typed by the real contract. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type {
  Acknowledged,
  AcknowledgementBody,
  AlertRow,
  ApiError,
  ChangedEvent,
  CheckRow,
  Deliveries,
  Done,
  Me,
  Overview,
  Page,
  SiteDetail,
} from '../../src/web/api.ts';
import { sampleDeliveries } from './sample-deliveries.ts';
import { checksOf, pageOf, sampleDetails } from './sample-detail.ts';
import { NOW, overviewOf, sampleSites } from './sample-sites.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export class FakeApi {
  overview: Overview = overviewOf(sampleSites);
  readonly sites = new Map<string, SiteDetail>(sampleDetails);
  deliveries: Deliveries = sampleDeliveries;
  /** Those that the newest ones of the deliveries go on with. */
  olderAlerts: Page<AlertRow> = pageOf([], null);
  me: Me = { name: null, role: 'act' };
  /** Set to have every change refused. */
  refusal: { readonly status: number; readonly error: ApiError['error'] } | null = null;
  /** Bodies of what was sent, in order. */
  readonly sent: unknown[] = [];
  /** Set to have every question of the API fail. */
  failure: { readonly status: number; readonly error: ApiError['error'] } | null = null;
  /** Method and address of everything asked of the API, in order, with the status of the answer. */
  readonly asked: string[] = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #folder: string;
  readonly #base: string;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /**
   * @param folder where the page was built
   * @param base the path under which a reverse proxy would show it, `/` or `/licenses/`
   */
  constructor(folder: string, base = '/') {
    this.#folder = folder;
    this.#base = base;
  }

  /** Returns the address of the page. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#base}`;
  }

  async stop(): Promise<void> {
    this.cutStreams();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Tells every open page that something changed. */
  tell(event: ChangedEvent): void {
    for (const stream of this.#streams) stream.write(`event: changed\ndata: ${JSON.stringify(event)}\n\n`);
  }

  cutStreams(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  get isHeard(): boolean {
    return this.#streams.size > 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://page.test');
    response.setHeader('content-security-policy', "default-src 'self'");
    response.setHeader('date', new Date(NOW).toUTCString());
    if (!url.pathname.startsWith(this.#base)) {
      response.writeHead(404).end();
      return;
    }
    const path = decodeURI(url.pathname.slice(this.#base.length));
    if (!path.startsWith('api/v1/')) {
      await this.#answerFile(path, response);
    } else {
      if (request.headers['content-type'] === 'application/json') this.sent.push(await bodyOf(request));
      this.#answerApi(request, response, path.slice('api/v1/'.length), url.searchParams);
      this.asked.push(`${request.method} ${path}${url.search} ${response.statusCode}`);
    }
  }

  async #answerFile(path: string, response: ServerResponse): Promise<void> {
    const file = path === '' ? 'index.html' : normalize(path);
    try {
      const content = await readFile(join(this.#folder, file));
      response
        .writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
        .end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  #answerApi(request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams): void {
    if (this.failure !== null) {
      send(request, response, { error: this.failure.error } satisfies ApiError, this.failure.status);
    } else if (this.refusal !== null && request.method !== 'GET') {
      send(request, response, { error: this.refusal.error } satisfies ApiError, this.refusal.status);
    } else if (path === 'events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.write('retry: 300\n\n');
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
    } else {
      const answer = this.#find(request.method!, path, query);
      // As the service answers.
      const code = path.startsWith('sites/') ? 'unknown-site' : 'not-found';
      const missing: ApiError = { error: { code, message: `Nothing at ${path}.` } };
      send(request, response, answer ?? missing, answer === undefined ? 404 : 200);
    }
  }

  #find(
    method: string,
    path: string,
    query: URLSearchParams,
  ):
    | Overview
    | SiteDetail
    | Deliveries
    | Page<CheckRow>
    | Page<AlertRow>
    | Done
    | Me
    | Acknowledged
    | undefined {
    if (path.endsWith('/acknowledgement')) return this.#acknowledge(method, path);
    if (path === 'me') return this.me;
    if (path.startsWith('dead-letters/')) return this.#settle(method, path);
    if (path === 'overview') return this.overview;
    if (path === 'deliveries') return this.deliveries;
    if (path === 'alerts') return query.has('site') ? pageOf([], null) : this.olderAlerts;
    const [, name, rest] = /^sites\/([^/]+)(\/checks)?$/.exec(path) ?? [];
    const detail = this.sites.get(name ?? '');
    if (detail === undefined || rest === undefined) return detail;
    const from = Number(query.get('before'));
    return pageOf(checksOf(detail, from, 10), from >= 20 ? null : String(from + 10));
  }

  #acknowledge(method: string, path: string): Acknowledged | Done | undefined {
    const [, name = ''] = /^sites\/([^/]+)\//.exec(path) ?? [];
    const site = this.sites.get(name);
    if (site === undefined) return undefined;
    if (method === 'DELETE') {
      this.sites.set(name, { ...site, acknowledgement: null });
      return { done: true };
    }
    const { by = '', why, until, coverExpiredAndBlocked = false } = this.sent.at(-1) as AcknowledgementBody;
    const acknowledgement = {
      by,
      why,
      at: new Date(NOW).toISOString(),
      until,
      coversExpiredAndBlocked: coverExpiredAndBlocked,
      speaksAgainOn: until === 'next-rung' ? null : until,
    };
    this.sites.set(name, { ...site, acknowledgement });
    return { acknowledgement };
  }

  #settle(method: string, path: string): Done | undefined {
    const [, destination, seq, retry] = /^dead-letters\/([^/]+)\/(\d+)(\/retry)?$/.exec(path) ?? [];
    const letter = this.deliveries.deadLetters.find(
      (one) => one.destination === destination && one.seq === Number(seq),
    );
    if (letter === undefined || method !== (retry === undefined ? 'DELETE' : 'POST')) return undefined;
    const deadLetters = this.deliveries.deadLetters.filter((one) => one !== letter);
    this.deliveries = { ...this.deliveries, deadLetters };
    return { done: true };
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function send(request: IncomingMessage, response: ServerResponse, body: object, status: number): void {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
  const isKnown = status === 200 && request.headers['if-none-match'] === etag;
  response.writeHead(isKnown ? 304 : status, { 'content-type': 'application/json', etag });
  response.end(isKnown ? undefined : text);
}
