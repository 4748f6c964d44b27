/** InfluxDB 1, 2 and 3: the points of many messages in one request of line protocol. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { defineDestination, type Outcome } from '../../destination.ts';
import { type CreateRequest, serverWords, writeApiOf } from './api.ts';
import { type WriteResult, writeHalving } from './halving.ts';
import { messageEncoder } from './message-encoder.ts';
import { InfluxdbSection } from './section.ts';

const compress = promisify(gzip);

/** Below this, compressing costs more than it saves. */
const SMALLEST_GZIP_BYTES = 1024;

/** The size of a request that InfluxData recommends, in lines. */
const MAX_BATCH = 2000;

/** Statuses for a body that was refused: line errors and partial writes of versions 1 to 3, and one too large. */
const BODY_REFUSED = new Set([400, 413, 422]);

export const influxdb = defineDestination({
  section: InfluxdbSection,
  keepsEveryStatus: true,
  async open(config, { clock }) {
    const { detailOf, openHttpClient } = await import('../../http.ts');
    const api = writeApiOf(config);
    const encode = messageEncoder(config);
    const client = openHttpClient(config, api.secrets, clock);
    const headers = {
      'user-agent': 'license-sentinel',
      ...(api.authorization !== undefined && { authorization: api.authorization }),
    };

    const post = async (lines: string, signal: AbortSignal) => {
      const zipped = config.gzip && lines.length > SMALLEST_GZIP_BYTES;
      return client.send(
        {
          method: 'POST',
          url: api.url,
          headers: {
            ...headers,
            'content-type': 'text/plain; charset=utf-8',
            ...(zipped && { 'content-encoding': 'gzip' }),
          },
          body: zipped ? await compress(lines, { level: 1 }) : lines,
        },
        signal,
      );
    };

    /** Undefined when it is there now; else why it is not. */
    const create = async (
      { what: missing, url, body }: CreateRequest,
      signal: AbortSignal,
    ): Promise<Outcome | undefined> => {
      const contentType = { 'content-type': 'application/x-www-form-urlencoded' };
      const sent = { method: 'POST', url, headers: { ...headers, ...contentType }, body } as const;
      const { outcome, status, reply } = await client.send(sent, signal);
      // Version 1 reports a statement that failed inside an answer of status 200.
      if (outcome.kind === 'accepted' && !reply.includes('"error"')) return undefined;
      if (status === null) return outcome;
      const what = `the ${missing} is missing and cannot be created (HTTP ${status}); create it, or let the user do so`;
      return {
        kind: 'deferred',
        reason: 'refused',
        detail: detailOf(what, client.scrub(serverWords(reply))),
      };
    };

    const write = async (lines: string, signal: AbortSignal): Promise<WriteResult> => {
      let { outcome, status, reply } = await post(lines, signal);
      const missing = outcome.kind === 'accepted' ? undefined : missingIn(reply);
      const request = missing && api.create[missing];
      if (request !== undefined) {
        const failure = await create(request, signal);
        if (failure !== undefined) return { outcome: failure, worthHalving: false };
        ({ outcome, status, reply } = await post(lines, signal));
      }
      if (status === null || outcome.kind === 'accepted' || outcome.reason === 'redirected') {
        return { outcome, worthHalving: false };
      }
      const said = client.scrub(serverWords(reply));
      const detail = detailOf(`HTTP ${status}${adviceFor(status, said)}`, said);
      // An operator can create what is missing, or correct the address, while messages wait.
      const judged: Outcome =
        status === 404 ? { kind: 'deferred', reason: 'refused', detail } : { ...outcome, detail };
      return { outcome: judged, worthHalving: BODY_REFUSED.has(status) };
    };

    return {
      maxBatch: MAX_BATCH,
      async deliver(batch, signal) {
        const encoded = batch.map(encode);
        const written = encoded.filter((lines) => lines !== '');
        if (written.length === 0) return batch.map(() => ({ kind: 'accepted' }));
        const outcomes = await writeHalving(written, (part) => write(part.join('\n'), signal));
        return inPlace(encoded, outcomes);
      },
      close: () => client.close(),
    };
  },
});

/** What version 1 says that it does not have: the database with status 404, the retention policy with 500. */
function missingIn(reply: string): 'database' | 'retentionPolicy' | undefined {
  if (reply.includes('database not found')) return 'database';
  return reply.includes('retention policy not found') ? 'retentionPolicy' : undefined;
}

/** One outcome for each message: a message with nothing to write is accepted, unless an earlier one is deferred. */
function inPlace(encoded: readonly string[], outcomes: readonly Outcome[]): readonly Outcome[] {
  let next = 0;
  let held: Outcome | undefined;
  return encoded.map((lines) => {
    const outcome: Outcome = lines === '' ? (held ?? { kind: 'accepted' }) : outcomes[next++]!;
    if (outcome.kind === 'deferred') held = outcome;
    return outcome;
  });
}

/** What to do about it, where there is something to say; begins with a comma. */
function adviceFor(status: number, said: string): string {
  if (status === 404)
    return ', nothing there to write to; create it, or check `url`, `version` and the names';
  if (/field type conflict|invalid column type|column type mismatch/i.test(said)) {
    return ', a field of that name already has another type here; write to another database, or drop the old series';
  }
  if (/retention policy not found/i.test(said)) {
    return ', create the retention policy, or set `retentionDuration` to have it created';
  }
  if (/beyond retention policy/i.test(said)) return ', the point is older than the retention policy keeps';
  return '';
}
