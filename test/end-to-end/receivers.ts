/** What the program delivers to: a webhook receiver and an MQTT subscriber that remember, and an InfluxDB to ask. */
import type { ServerOptions } from 'node:https';
import { connectAsync, type IClientOptions } from 'mqtt';
import type { payloadOf } from '../../src/delivery/payload.ts';
import { type Answer, type ReceivedRequest, startHttpReceiver } from '../fakes/http-receiver.ts';
import type { Influxd } from '../servers/influxd.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Cleanup } from './program.ts';

export type Payload = ReturnType<typeof payloadOf>;

export interface Call {
  readonly path: string;
  readonly request: ReceivedRequest;
  readonly body: Payload;
  /** By the monotonic clock. */
  readonly atMs: number;
  /** By the wall clock. */
  readonly at: number;
  readonly isAccepted: boolean;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly calls: Inbox<Call>;
  /** Answers to the next requests to a path; after them, 200. */
  answer(path: string, ...answers: readonly Answer[]): void;
  /** What every path answers from now on, unless it was told otherwise. */
  answerAll(answer: Answer): void;
}

export async function startWebhookReceiver(cleanup: Cleanup, tls?: ServerOptions): Promise<WebhookReceiver> {
  const receiver = await startHttpReceiver(tls === undefined ? {} : { tls });
  cleanup(() => receiver.stop());
  const calls = createInbox<Call>('the webhook receiver');
  const scripts = new Map<string, readonly Answer[]>();
  let otherwise: Answer = { status: 200 };
  receiver.answer((request) => {
    const [next, ...later] = scripts.get(request.path) ?? [];
    scripts.set(request.path, later);
    const answer = next ?? otherwise;
    calls.add({
      path: request.path,
      request,
      body: JSON.parse(request.body) as Payload,
      atMs: performance.now(),
      at: Date.now(),
      isAccepted: typeof answer === 'object' && answer.status < 300,
    });
    return answer;
  });
  return {
    url: receiver.url,
    calls,
    answer: (path, ...answers) => void scripts.set(path, answers),
    answerAll(answer) {
      otherwise = answer;
    },
  };
}

export interface Published {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
  /** Null for what is not JSON, such as `online`. */
  readonly body: Payload | null;
}

/** A subscriber whose session the broker keeps, so that nothing passes it by while one of the two is away. */
export async function listen(
  cleanup: Cleanup,
  url: string,
  options: IClientOptions = {},
): Promise<Inbox<Published>> {
  const published = createInbox<Published>('the MQTT subscriber');
  const client = await connectAsync(url, {
    clientId: `listener-${Math.random().toString(36).slice(2)}`,
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: 50,
    ...options,
  });
  cleanup(async () => {
    await client.endAsync(true);
  });
  client.on('error', () => undefined);
  client.on('message', (topic, payload, { retain }) => {
    const text = payload.toString();
    const body = text.startsWith('{') ? (JSON.parse(text) as Payload) : null;
    published.add({ topic, text, retained: retain, body });
  });
  await client.subscribeAsync('#', { qos: 1 });
  return published;
}

export const alertsIn = (messages: readonly { readonly body: Payload | null }[]): readonly Payload[] =>
  messages.flatMap(({ body }) => (body?.topic === 'alert' ? [body] : []));

export const statusesIn = (messages: readonly { readonly body: Payload | null }[]): readonly Payload[] =>
  messages.flatMap(({ body }) => (body?.topic === 'status' ? [body] : []));

/** As people would name it: `expiring 30`, `renewed`. */
export const nameOf = ({ kind, rung }: { kind: string; rung: number | null }): string =>
  rung === null ? kind : `${kind} ${rung}`;

/** Without repeats, in the order of first arrival. */
export function firstArrivals<T extends { readonly id: string }>(messages: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return messages.filter(({ id }) => !seen.has(id) && seen.add(id));
}

export const hasAlert =
  (name: string) =>
  (messages: readonly { readonly body: Payload | null }[]): boolean =>
    alertsIn(messages).some((each) => nameOf(each) === name);

/** Every row of a measurement, oldest first, as objects; `time` is epoch ms. Empty while there is no such database. */
export async function rowsOf(
  influx: Influxd,
  database: string,
  measurement: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const series = await influx.query(`SELECT * FROM "${measurement}"`, database).catch(() => []);
  return series.flatMap(({ columns, values }) =>
    values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
  );
}

export const CHECKS = 'qlik_sense_server_license';
export const ALERTS = 'qlik_sense_server_license_alert';
