/** The routes under `/api/v1`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deliveries, Overview, ServiceIdentity, SiteDetail } from './api.ts';
import { deadLetterRow, laneRows } from './deliveries.ts';
import { fail, isMatch } from './gatekeeper.ts';
import { isoOf } from './instants.ts';
import { schemas } from './json-schemas.ts';
import { openApiDocument } from './openapi.ts';
import { addOutboxRoutes } from './outbox-routes.ts';
import type { Parts } from './parts.ts';
import { alertsBefore, checksBefore, receiptsSince } from './past.ts';
import { sendPieces } from './pieces.ts';
import { secureHeaders } from './request-rules.ts';
import { ladderRungs } from './rungs.ts';
import { createSitesText } from './sites-text.ts';
import { siteDetail, siteSummary } from './view.ts';

const FIRST_PAGE_ROWS = 50;
const MOST_DEAD_LETTERS = 200;
const RECENT_ALERTS = 50;

const limit = { type: 'integer', minimum: 1, maximum: 500, default: FIRST_PAGE_ROWS };
const site = { type: 'string', maxLength: 64 };
const checkPage = {
  type: 'object',
  properties: { limit, before: { type: 'string', pattern: '^\\d{1,16}$' } },
};
const alertPage = {
  type: 'object',
  properties: { limit, site, before: { type: 'string', pattern: '^\\d{1,16}-\\d{1,16}$' } },
};
interface Paging {
  readonly limit: number;
  readonly before?: string;
}

export function addApiRoutes(app: FastifyInstance, parts: Parts): void {
  const { watched, clock, now, stepsOf, events, section } = parts;
  const { store } = watched;
  const nowMs = () => clock.now().getTime();
  const answers = (name: keyof typeof schemas) => ({ response: { 200: schemas[name] } });

  app.get('/me', { schema: answers('Me') }, async ({ admitted }, reply) => {
    void reply.header('cache-control', 'no-store');
    return admitted;
  });

  const pid = process.pid;
  app.get('/service', { schema: answers('Service') }, async (): Promise<ServiceIdentity> => {
    return { version: parts.version, startedAt: isoOf(parts.startedAt), pid };
  });

  const service: Overview['service'] = { version: parts.version, startedAt: isoOf(parts.startedAt) };
  const serviceText = `"service":${JSON.stringify(service)},`;
  const end = Buffer.from(']}');
  let textOf: ReturnType<typeof createSitesText> | undefined;
  /** An `Overview` or a `SiteList`, put together from the texts of its rows. */
  const sendSites = (request: FastifyRequest, reply: FastifyReply, before: string) => {
    const write = reply.compileSerializationSchema(schemas.SiteSummary);
    textOf ??= createSitesText((summary) => write({ ...summary }));
    const { pieces, edition } = textOf(now.summaries());
    // Of this process: telling the text itself by a digest would cost more than sending it again after a restart.
    const etag = `W/"${parts.startedAt.toString(36)}-${edition}"`;
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (isMatch(request.headers['if-none-match'], etag)) return reply.code(304).send();
    const start = Buffer.from(`{"generatedAt":"${isoOf(nowMs())}",${before}"sites":[`);
    return sendPieces(reply.type('application/json; charset=utf-8'), [start, ...pieces, end]);
  };
  app.get('/overview', (request, reply) => sendSites(request, reply, serviceText));
  app.get('/sites', (request, reply) => sendSites(request, reply, ''));

  app.get<{ Params: { name: string } }>(
    '/sites/:name',
    { schema: answers('SiteDetail') },
    async ({ params }, reply): Promise<SiteDetail> => {
      const facts = now.facts(params.name);
      if (facts === undefined) return fail(reply, 404, 'unknown-site', 'There is no such site.') as never;
      const page = { limit: FIRST_PAGE_ROWS };
      const { endDate } = siteSummary(facts, nowMs());
      const announced = endDate === null ? [] : ladderRungs(facts.record, endDate).map(({ at }) => at);
      const [steps, receipts, checks, alerts] = await Promise.all([
        stepsOf(params.name),
        announced.length === 0 ? [] : receiptsSince(store, params.name, Math.min(...announced)),
        checksBefore(store, params.name, { ...page, before: Number.MAX_SAFE_INTEGER }, nowMs()),
        alertsBefore(store, { site: params.name }, { ...page, before: undefined }),
      ]);
      const endDateHistory = steps.map(({ at, endDate }) => ({ at: isoOf(at), endDate }));
      return siteDetail(facts, { endDateHistory, checks, alerts, receipts }, nowMs());
    },
  );

  app.get<{ Params: { name: string }; Querystring: Paging }>(
    '/sites/:name/checks',
    { schema: { ...answers('Checks'), querystring: checkPage } },
    async ({ params, query }, reply) => {
      if (now.facts(params.name) === undefined)
        return fail(reply, 404, 'unknown-site', 'There is no such site.');
      const before = query.before === undefined ? Number.MAX_SAFE_INTEGER : Number(query.before);
      return checksBefore(store, params.name, { before, limit: query.limit }, nowMs());
    },
  );

  app.get<{ Querystring: Paging & { site?: string } }>(
    '/alerts',
    { schema: { ...answers('Alerts'), querystring: alertPage } },
    async ({ query }) => alertsBefore(store, query, { before: query.before, limit: query.limit }),
  );

  app.get('/deliveries', { schema: answers('Deliveries') }, async (): Promise<Deliveries> => {
    const [summaries, deadLetters, recent] = await Promise.all([
      store.laneSummaries(),
      store.deadLetters({ newestFirst: true, limit: MOST_DEAD_LETTERS }),
      alertsBefore(store, {}, { limit: RECENT_ALERTS, before: undefined }),
    ]);
    return {
      generatedAt: isoOf(nowMs()),
      lanes: laneRows(parts.destinations, summaries),
      deadLetters: deadLetters.map(deadLetterRow),
      recent: recent.items,
      recentNext: recent.next,
    };
  });

  app.get('/events', { exposeHeadRoute: false }, (_request, reply) => {
    if (events.isFull()) {
      void fail(reply, 503, 'too-many-readers', 'Too many pages are open.');
      return;
    }
    reply.hijack();
    reply.raw.writeHead(200, {
      ...secureHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    events.add(reply.raw);
  });

  addOutboxRoutes(app, parts);

  const description = JSON.stringify(openApiDocument(parts.version, section.basePath));
  app.get('/openapi.json', (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(description),
  );
}
