/**
 * A strict stand-in for InfluxDB 2 and 3, which cannot be installed everywhere: it checks what the vendor documents of
 * a write, answers the documented codes, and keeps the lines it accepted.
 *
 * Version 2: https://docs.influxdata.com/influxdb/v2/api/#operation/PostWrite
 * Version 3: https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/
 */
import { gunzipSync } from 'node:zlib';
import { type Answer, type ReceivedRequest, startHttpReceiver } from './http-receiver.ts';

export interface InfluxdbRecorder {
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** Lines of the writes that were accepted, whole or in part, without repeats of the same series and time. */
  readonly lines: readonly string[];
  /** From now on these answers come first, one for each request. */
  answerNext(...answers: readonly Answer[]): void;
  /** Calls the listener with every request from now on and what it is answered. */
  onRequest(listener: (request: ReceivedRequest, answer: Answer) => void): void;
  /** Resolves once no connection is open. */
  whenDisconnected(): Promise<void>;
  stop(): Promise<void>;
}

export interface InfluxdbRecorderSettings {
  readonly version: 2 | 3;
  readonly token: string;
  /** Version 2 only. */
  readonly org?: string;
  /** The bucket, or the database. */
  readonly bucket: string;
  /** Bodies with more bytes than this, after decompression, are answered 413. */
  readonly maxBytes?: number;
  /** Lines that this matches are refused although their syntax is right, as a conflict of types is. */
  readonly refuses?: RegExp;
}

export async function startInfluxdbRecorder(settings: InfluxdbRecorderSettings): Promise<InfluxdbRecorder> {
  const kept = new Map<string, string>();
  let first: readonly Answer[] = [];
  let tell: (request: ReceivedRequest, answer: Answer) => void = () => {};
  const receiver = await startHttpReceiver();
  receiver.answer((request) => {
    const [next, ...later] = first;
    first = later;
    const answer = next ?? answerTo(request, settings, kept);
    tell(request, answer);
    return answer;
  });
  return {
    url: receiver.url,
    received: receiver.received,
    get lines() {
      return [...kept.values()];
    },
    answerNext(...answers) {
      first = answers;
    },
    onRequest(listener) {
      tell = listener;
    },
    whenDisconnected: () => receiver.whenDisconnected(),
    stop: () => receiver.stop(),
  };
}

function answerTo(
  request: ReceivedRequest,
  settings: InfluxdbRecorderSettings,
  kept: Map<string, string>,
): Answer {
  const { version, token, org, bucket, maxBytes = 10_000_000, refuses } = settings;
  const fail = (status: number, code: string, message: string, data?: readonly object[]): Answer => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(version === 2 ? { code, message } : { error: message, ...(data && { data }) }),
  });
  const url = new URL(request.path, 'http://recorder');
  const query = Object.fromEntries(url.searchParams);
  if (url.pathname !== (version === 2 ? '/api/v2/write' : '/api/v3/write_lp')) {
    return fail(404, 'not found', 'path not found');
  }
  if (request.method !== 'POST') return fail(405, 'method not allowed', `no ${request.method} here`);
  if (request.headers['authorization'] !== `${version === 2 ? 'Token' : 'Bearer'} ${token}`) {
    return fail(401, 'unauthorized', 'unauthorized access');
  }
  const known =
    version === 2 ? ['org', 'bucket', 'precision'] : ['db', 'precision', 'accept_partial', 'no_sync'];
  const foreign = Object.keys(query).filter((name) => !known.includes(name));
  if (foreign.length > 0) return fail(400, 'invalid', `parameters ${foreign.join()} are not documented`);
  if (query['precision'] !== (version === 2 ? 'ms' : 'millisecond')) {
    return fail(400, 'invalid', `precision ${query['precision']} is not the one of these time stamps`);
  }
  if (version === 2 && query['org'] !== org)
    return fail(404, 'not found', `organization name "${query['org']}" not found`);
  if (query[version === 2 ? 'bucket' : 'db'] !== bucket) return fail(404, 'not found', 'bucket not found');
  if (!/^text\/plain(?:; charset=utf-8)?$/.test(request.headers['content-type'] ?? '')) {
    return fail(415, 'invalid', 'content type is not text/plain');
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') return fail(400, 'invalid', `encoding ${encoding}`);
  const body = encoding === 'gzip' ? gunzipSync(request.bytes) : request.bytes;
  if (body.length > maxBytes) return fail(413, 'request too large', 'the body is too large');
  return keepLines(body.toString(), { version, refuses, fail }, kept);
}

interface LineRules {
  readonly version: 2 | 3;
  readonly refuses: RegExp | undefined;
  readonly fail: (status: number, code: string, message: string, data?: readonly object[]) => Answer;
}

function keepLines(body: string, { version, refuses, fail }: LineRules, kept: Map<string, string>): Answer {
  const lines = body.split('\n');
  const bad = lines.flatMap((line, index) => (isLine(line) && !refuses?.test(line) ? [] : [{ line, index }]));
  for (const line of lines) {
    // The syntax is all or nothing in version 2; a conflict of types drops the lines that have it.
    const parseable = version === 3 ? isLine(line) : lines.every(isLine);
    if (parseable && !refuses?.test(line)) kept.set(line.replace(/ [^ ]+ (-?\d+)$/, ' $1'), line);
  }
  if (bad.length === 0) return { status: 204 };
  if (version === 3) {
    const data = bad.map(({ line, index }) => ({
      original_line: line,
      line_number: index + 1,
      error_message: 'invalid column type for column',
    }));
    return fail(400, 'invalid', 'partial write of line protocol occurred', data);
  }
  const unparseable = bad.find(({ line }) => !isLine(line));
  return unparseable
    ? fail(400, 'invalid', `unable to parse '${unparseable.line}'`)
    : fail(
        422,
        'unprocessable entity',
        `failure writing points: partial write: field type conflict dropped=${bad.length}`,
      );
}

/** One point: measurement, tags that are not empty, at least one field, and a time stamp in milliseconds. */
function isLine(line: string): boolean {
  const name = '(?:[^,= \\n\\t\\\\]|\\\\[,= ]|\\\\(?![,= ])[^\\n])+';
  const measurement = '(?!#)(?:[^, \\n\\t\\\\]|\\\\[, ]|\\\\(?![, ])[^\\n])+';
  const number = '-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?';
  const value = `(?:${number}|true|false|"(?:[^"\\\\\\n]|\\\\.)*")`;
  const field = `${name}=${value}`;
  return new RegExp(`^${measurement}(?:,${name}=${name})* ${field}(?:,${field})* -?\\d{1,14}$`).test(line);
}
