/** Listens to a broker and remembers what it said. */
import { connectAsync, type IClientOptions } from 'mqtt';

export interface Received {
  readonly topic: string;
  readonly text: string;
  /** True when the broker had kept the message from before the subscription. */
  readonly retained: boolean;
  /** Of MQTT 5; empty with an older version. */
  readonly properties: object;
}

export interface Subscriber {
  readonly received: readonly Received[];
  /** Resolves with everything received as soon as it passes; rejects with it after 5 s. */
  until(passes: (received: readonly Received[]) => boolean): Promise<readonly Received[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function subscribe(
  url: string,
  filter = '#',
  options: IClientOptions = {},
): Promise<Subscriber> {
  const client = await connectAsync(url, { reconnectPeriod: 50, ...options });
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  client.on('message', (topic, payload, { retain, properties }) => {
    received.push({ topic, text: payload.toString(), retained: retain, properties: properties ?? {} });
    for (const look of waiting) look();
  });
  await client.subscribeAsync(filter, { qos: 1 });
  return {
    received,
    until(passes) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`not received within 5 s; so far: ${JSON.stringify(received, null, 1)}`));
        }, 5_000);
        const look = () => {
          if (!passes(received)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(received);
        };
        waiting.add(look);
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
    },
  };
}

/** What a new subscriber gets from what the broker has retained, topic to text. */
export async function retainedOn(url: string, options: IClientOptions = {}): Promise<Record<string, string>> {
  await using subscriber = await subscribe(url, '#', options);
  const probe = await connectAsync(url, options);
  // Retained messages come before anything published after the subscription.
  await probe.publishAsync('test/probe', 'x', { qos: 1 });
  await probe.endAsync();
  const received = await subscriber.until((all) => all.some(({ topic }) => topic === 'test/probe'));
  return Object.fromEntries(received.filter((one) => one.retained).map(({ topic, text }) => [topic, text]));
}
