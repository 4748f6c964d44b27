/** The routes under `/api/v1` that show what is in the lanes, and act on dead letters. */
import type { FastifyInstance } from 'fastify';
import type { DeadLetterRow, LanePage, MessageDetail, WaitingRow } from './api.ts';
import { deadLetterRow, laneRows, messageDetail, waitingRow } from './deliveries.ts';
import { fail } from './gatekeeper.ts';
import { schemas } from './json-schemas.ts';
import type { Parts } from './parts.ts';

const FIRST_PAGE_ROWS = 50;

const seq = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const destination = { type: 'string', maxLength: 64 };
const laneParams = { type: 'object', properties: { destination } };
const messageParams = { type: 'object', properties: { destination, seq } };
const lanePage = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 500, default: FIRST_PAGE_ROWS },
    after: { ...seq, default: 0 },
  },
};

interface LaneRequest {
  readonly Params: { readonly destination: string };
  readonly Querystring: { readonly limit: number; readonly after: number };
}
interface MessageRequest {
  readonly Params: { readonly destination: string; readonly seq: number };
}

export function addOutboxRoutes(app: FastifyInstance, parts: Parts): void {
  const { watched, clock } = parts;
  const { store } = watched;
  const answers = (name: keyof typeof schemas) => ({ response: { 200: schemas[name] } });
  const laneOf = async (name: string) =>
    laneRows(parts.destinations, await store.laneSummaries()).find((lane) => lane.name === name);

  app.get<LaneRequest>(
    '/waiting/:destination',
    { schema: { ...answers('Waiting'), params: laneParams, querystring: lanePage } },
    async ({ params, query: { limit, after } }, reply): Promise<LanePage<WaitingRow>> => {
      const { destination: name } = params;
      const rows = await store.nextRows(name, limit + 1, after);
      if (rows.length === 0 && (await laneOf(name)) === undefined) {
        return fail(reply, 404, 'unknown-destination', 'There is no such destination.') as never;
      }
      return pageOf(rows, limit, (row) => waitingRow(name, row));
    },
  );

  app.get<LaneRequest>(
    '/dead-letters/:destination',
    { schema: { ...answers('DeadLetters'), params: laneParams, querystring: lanePage } },
    async ({ params, query: { limit, after } }, reply): Promise<LanePage<DeadLetterRow>> => {
      const { destination: name } = params;
      const letters = await store.deadLetters({ destination: name, limit: limit + 1, afterSeq: after });
      if (letters.length === 0 && (await laneOf(name)) === undefined) {
        return fail(reply, 404, 'unknown-destination', 'There is no such destination.') as never;
      }
      return pageOf(letters, limit, deadLetterRow);
    },
  );

  app.get<MessageRequest>(
    '/messages/:destination/:seq',
    { schema: { ...answers('Message'), params: messageParams } },
    async ({ params }, reply): Promise<MessageDetail> => {
      const { destination: name, seq: wanted } = params;
      const [[row], [letter], lane] = await Promise.all([
        store.nextRows(name, 1, wanted - 1),
        store.deadLetters({ destination: name, limit: 1, afterSeq: wanted - 1 }),
        laneOf(name),
      ]);
      const found = [row, letter].find((each) => each?.seq === wanted);
      return found === undefined || lane === undefined
        ? (fail(reply, 404, 'unknown-message', 'No such message waits or is dead there.') as never)
        : messageDetail(found, lane);
    },
  );

  const letter = { schema: { ...answers('Done'), params: messageParams } };
  app.post<MessageRequest>('/dead-letters/:destination/:seq/retry', letter, async ({ params }, reply) => {
    const isDone = await store.retryDeadLetter(params.destination, params.seq, clock.now().getTime());
    if (!isDone) return fail(reply, 404, 'unknown-dead-letter', 'There is no such dead letter.');
    parts.dispatcher.wake(params.destination);
    return { done: true };
  });
  app.delete<MessageRequest>('/dead-letters/:destination/:seq', letter, async ({ params }, reply) => {
    const isDone = await store.dropDeadLetter(params.destination, params.seq);
    return isDone ? { done: true } : fail(reply, 404, 'unknown-dead-letter', 'There is no such dead letter.');
  });
}

/** @param rows one more than the page takes, if there are so many */
function pageOf<Row extends { readonly seq: number }, Shown>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Shown,
): LanePage<Shown> {
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(show),
    next: rows.length > limit ? String(shown.at(-1)?.seq) : null,
  };
}
