/** All routes as one application. It is loaded when the first request comes: a service that nobody asks does without. */
import { type FastifyInstance, fastify } from 'fastify';
import { addAcknowledgementRoutes } from './acknowledgement-routes.ts';
import { addApiRoutes } from './api-routes.ts';
import { failUnreadable, keepGate } from './gatekeeper.ts';
import { addOtherRoutes, answerWithPage } from './other-routes.ts';
import type { Parts } from './parts.ts';
import { readPage } from './static-files.ts';

/** Nothing that is sent here is long. */
const LONGEST_BODY_BYTES = 16_384;

/** Listens to nothing: give it requests with `routing`, or with `inject`. */
export async function buildApplication(parts: Parts): Promise<FastifyInstance> {
  const { trustedProxies, basePath } = parts.section;
  const app = fastify({
    bodyLimit: LONGEST_BODY_BYTES,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    frameworkErrors: failUnreadable,
    forceCloseConnections: true,
    logger: false,
  });
  keepGate(app, parts);
  const files = await readPage(parts.pageFolders);
  app.setNotFoundHandler((request, reply) => answerWithPage(request, reply, files, basePath));
  const api = { prefix: `${basePath}/api/v1` };
  await app.register(async (inside) => addApiRoutes(inside, parts), api);
  await app.register(async (inside) => addAcknowledgementRoutes(inside, parts), api);
  await app.register(async (inside) => addOtherRoutes(inside, parts), { prefix: basePath });
  await app.ready();
  return app;
}
