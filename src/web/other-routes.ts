/** The routes for other programs than the page: metrics, health, calendar, badges; and the page itself. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderBadge } from './badge.ts';
import { renderCalendar } from './calendar.ts';
import { createCheckLines } from './check-lines.ts';
import { laneRows } from './deliveries.ts';
import { contentTypes, encodeFamilies, formatFor } from './exposition.ts';
import { fail, failUnknown, isMatch, pathOf } from './gatekeeper.ts';
import type { Health } from './health.ts';
import { schemas } from './json-schemas.ts';
import { metricFamilies } from './metrics.ts';
import type { Parts } from './parts.ts';
import { sendPieces } from './pieces.ts';
import { createSiteLines } from './site-lines.ts';
import type { StaticFile } from './static-files.ts';

export function addOtherRoutes(app: FastifyInstance, parts: Parts): void {
  const { watched, clock, now, checks, health, stepsOf } = parts;

  const answersHealth = { schema: { response: { 200: schemas.Health, 503: schemas.Health } } };
  const answerHealth = (reply: FastifyReply, found: Health) => {
    void reply.header('cache-control', 'no-store').code(found.ok ? 200 : 503);
    return found;
  };
  for (const path of ['/healthz', '/health']) {
    app.get(path, answersHealth, async (request, reply) =>
      answerHealth(reply, health.alive(await isKnown(request))),
    );
  }
  app.get('/readyz', answersHealth, async (_request, reply) => answerHealth(reply, await health.ready()));

  /** Probes never log in. Who does, or may look without, is told names as well. */
  async function isKnown(request: FastifyRequest): Promise<boolean> {
    if (!parts.gate.isOpen && request.headers.authorization === undefined) return false;
    return (await parts.gate.admit(request.headers.authorization, request.ip)).kind === 'admitted';
  }

  const [siteLines, checkLines] = [createSiteLines(), createCheckLines()];
  app.get('/metrics', async (request, reply) => {
    const format = formatFor(request.headers.accept);
    const { bySite, durations } = checks.counts();
    const families = metricFamilies({
      now: clock.now().getTime(),
      version: parts.version,
      sites: siteLines(now.summaries()),
      checks: checkLines(bySite),
      durations,
      lanes: laneRows(parts.destinations, await watched.store.laneSummaries()),
      attempts: parts.dispatcher.counts(),
      process: parts.process.figures(),
    });
    void reply.header('cache-control', 'no-store').type(contentTypes[format]);
    return sendPieces(reply, encodeFamilies(families, format));
  });

  app.get('/calendar.ics', async (_request, reply) => {
    const dated = [];
    for (const site of now.summaries()) {
      const steps = site.endDate === null ? [] : await stepsOf(site.name);
      const thresholdDays = now.facts(site.name)?.rules.policy.thresholdDays ?? [];
      dated.push({ site, thresholdDays, changedAt: steps.at(-1)?.at ?? null });
    }
    void reply.type('text/calendar; charset=utf-8');
    return renderCalendar(dated);
  });

  app.get<{ Params: { file: string } }>('/badge/:file', async ({ params }, reply) => {
    const [, name] = /^(.+)\.svg$/.exec(params.file) ?? [];
    const site = name === undefined ? undefined : now.summaries().find((each) => each.name === name);
    if (site === undefined) return fail(reply, 404, 'unknown-site', 'There is no such site.');
    void reply.type('image/svg+xml; charset=utf-8').header('cross-origin-resource-policy', 'cross-origin');
    return renderBadge(site);
  });
}

/** A file of the page; the way to the page for who looks for one elsewhere, since its own navigation is in the hash; else an error. */
export function answerWithPage(
  request: FastifyRequest,
  reply: FastifyReply,
  files: ReadonlyMap<string, StaticFile>,
  basePath: string,
): FastifyReply {
  const path = pathOf(request);
  const inside =
    path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
  const isLook = request.method === 'GET' || request.method === 'HEAD';
  if (inside === undefined || !isLook || /^\/(?:api|metrics|healthz?|readyz|badge)(?:\/|$)/.test(inside)) {
    return failUnknown(request, reply, basePath);
  }
  const file = files.get(inside === '/' ? '/index.html' : inside);
  if (file === undefined) {
    // The page finds its files beside itself: only at this address, and with the slash.
    const wantsPage =
      (inside === '' && basePath !== '') || (request.headers.accept ?? '').includes('text/html');
    if (wantsPage && files.has('/index.html')) return reply.redirect(`${basePath}/`);
    return failUnknown(request, reply, basePath);
  }
  void reply
    .header('etag', file.etag)
    .header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (isMatch(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  return reply.code(200).type(file.contentType).send(file.body);
}
