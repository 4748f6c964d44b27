/** The routes by which somebody acknowledges, and takes that back. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Refusal } from '../alert/acknowledgement.ts';
import { AcknowledgementBody, problemsOf } from './acknowledgement-body.ts';
import { fail } from './gatekeeper.ts';
import { schemas } from './json-schemas.ts';
import type { Parts } from './parts.ts';
import { shownAcknowledgement } from './view.ts';

/** Whether the request could be right another day, or is wrong in itself. */
const statusOf: Readonly<Record<Refusal, 400 | 409>> = {
  'nothing-to-acknowledge': 409,
  'not-covered': 409,
  'no-next-rung': 409,
  'until-in-the-past': 400,
  'until-too-far': 400,
  'no-text': 400,
};

export function addAcknowledgementRoutes(app: FastifyInstance, { acknowledging, now }: Parts): void {
  const path = '/sites/:name/acknowledgement';
  const unknownSite = [404, 'unknown-site', 'There is no such site.'] as const;

  app.post<{ Params: { name: string } }>(
    path,
    { schema: { response: { 200: schemas.Acknowledged } } },
    async (request, reply) => {
      const facts = now.facts(request.params.name);
      if (facts === undefined) return fail(reply, ...unknownSite);
      const body = AcknowledgementBody.safeParse(request.body ?? {});
      if (!body.success) return fail(reply, 400, 'bad-request', problemsOf(body.error));
      const { why, until, coverExpiredAndBlocked } = body.data;
      const by = signature(request, body.data.by);
      if (by === null) return fail(reply, 400, 'bad-request', 'by: say who acknowledges');
      const result = await acknowledging.acknowledge(facts.rules.site, {
        by,
        why,
        until: until === 'next-rung' ? { kind: until } : { kind: 'date', date: until },
        coversExpiredAndBlocked: coverExpiredAndBlocked,
      });
      switch (result.kind) {
        case 'acknowledged':
          return { acknowledgement: shownAcknowledgement(result.acknowledgement, facts.rules) };
        case 'refused':
          return fail(reply, statusOf[result.reason], result.reason, result.detail);
        case 'unknown-site':
          return fail(reply, ...unknownSite);
      }
    },
  );

  app.delete<{ Params: { name: string }; Querystring: { by?: string } }>(
    path,
    {
      schema: {
        response: { 200: schemas.Done },
        querystring: { type: 'object', properties: { by: { type: 'string', maxLength: 100 } } },
      },
    },
    async (request, reply) => {
      const result = await acknowledging.withdraw(
        request.params.name,
        signature(request, request.query.by?.trim() || undefined),
      );
      switch (result) {
        case 'withdrawn':
          return { done: true };
        case 'not-acknowledged':
          return fail(reply, 404, 'not-acknowledged', 'Nobody has acknowledged this site, or it has ended.');
        case 'unknown-site':
          return fail(reply, ...unknownSite);
      }
    },
  );
}

/** Who they say they are, and where that is another name, the login that they used. */
function signature({ admitted }: FastifyRequest, by: string | undefined): string | null {
  const login = admitted?.name ?? null;
  if (by === undefined || by.trim() === login) return login;
  return login === null ? by : `${by.trim()} (${login})`;
}
