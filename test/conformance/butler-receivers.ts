/** What Butler's three destinations talk to, and what they got, in the shape in which the runs of Butler were recorded. */
import { connectAsync } from 'mqtt';
import { onTestFinished } from 'vitest';
import { type HttpReceiver, type ReceivedRequest, startHttpReceiver } from '../fakes/http-receiver.ts';
import { startInfluxdbRecorder } from '../fakes/influxdb-recorder.ts';
import { startAedes } from '../servers/aedes.ts';
import { subscribe } from '../servers/mqtt-subscriber.ts';
import { asButler, expiryTopic, statusTopic } from './butler-rig.ts';

/** The keys that Butler sends; the webhook has the event beside them. */
export interface ButlerStatus {
  readonly licenseExpired: boolean | null;
  readonly expiryDateStr: string | null;
  readonly daysUntilExpiry: number | null;
}

/** What receivers know of one check. */
export interface Received {
  /** The fields that Butler writes, as text of line protocol; undefined when no point came. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  readonly status: ButlerStatus | undefined;
  /** Events of the webhook, status left out. */
  readonly events: readonly string[];
  /** The lines of plain text on MQTT. */
  readonly lines: readonly string[];
}

export async function startReceivers() {
  const influx = await startInfluxdbRecorder({ version: 2, token: 't0ken', org: 'ops', bucket: 'butler' });
  const hook = await startHttpReceiver();
  const broker = await startAedes();
  const subscriber = await subscribe(broker.url, '#');
  const probe = await connectAsync(broker.url);
  let probes = 0;
  onTestFinished(async () => {
    await probe.endAsync(true);
    await subscriber[Symbol.asyncDispose]();
    await Promise.all([influx.stop(), hook.stop(), broker.stop()]);
  });
  const account = { version: 2, token: 't0ken', org: 'ops', bucket: 'butler' };
  return {
    influx,
    hook,
    broker,
    subscriber,
    /** What MQTT brought, once all that the broker has taken so far has come. */
    async published(): Promise<readonly { readonly topic: string; readonly text: string }[]> {
      probes += 1;
      const mark = `probe ${probes}`;
      await probe.publishAsync('probe', mark, { qos: 1 });
      await subscriber.until((all) => all.some(({ text }) => text === mark));
      return subscriber.received.filter(({ topic }) => topic.startsWith('qliksense/'));
    },
    influxdb: { ...asButler.influxdb, ...account, url: influx.url },
    mqtt: { ...asButler.mqtt, url: broker.url },
    webhook: { ...asButler.webhook, url: hook.url },
  };
}
export type Receivers = Awaited<ReturnType<typeof startReceivers>>;

/** What came so far: the last point and status, and every alert. */
export async function received({ influx, hook, published }: Receivers): Promise<Received> {
  const all = await published();
  const point = influx.lines.findLast((line) => line.startsWith('qlik_sense_server_license,'));
  const texts = (topic: string) => all.filter((one) => one.topic === topic).map(({ text }) => text);
  const [status] = texts(statusTopic).slice(-1);
  return {
    fields: point === undefined ? undefined : butlersFields(point),
    status: status === undefined ? undefined : butlersKeys(status),
    events: eventsOf(hook).filter((event) => event !== 'server license status'),
    lines: texts(expiryTopic),
  };
}

export function eventsOf(hook: HttpReceiver): readonly string[] {
  return hook.received.map(eventOf);
}

export function eventOf({ method, body, path }: ReceivedRequest): string {
  if (method === 'GET') return new URL(path, 'http://hook').searchParams.get('event')!;
  return (JSON.parse(body) as { event: string }).event;
}

export function butlersKeys(json: string): ButlerStatus {
  const { licenseExpired, expiryDateStr, daysUntilExpiry } = JSON.parse(json) as ButlerStatus;
  return { licenseExpired, expiryDateStr, daysUntilExpiry };
}

function butlersFields(line: string): Readonly<Record<string, string>> {
  const names = ['days_until_expiry', 'expiry_date', 'license_expired'];
  const pairs = line
    .split(' ')[1]!
    .split(',')
    .map((pair) => pair.split('=') as [string, string]);
  return Object.fromEntries(pairs.filter(([name]) => names.includes(name)));
}
