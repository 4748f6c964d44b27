/** Waits for messages to come back from the broker: the only proof of acceptance that MQTT 3.1.1 has to offer. */
import type { MqttClient } from 'mqtt';
import type { Outcome } from '../../destination.ts';
import type { Publication } from './publication.ts';
import { deferred, type Failure } from './reason-codes.ts';

export interface ExpectedEcho {
  readonly outcome: Promise<Outcome>;
  forget(): void;
}

export function echoesOf(client: MqttClient) {
  /** Those who wait, the longest first: two messages may say the same. As many at most as may be under way. */
  const expected = new Set<{ readonly key: string; readonly settle: (outcome: Outcome) => void }>();
  const keyOf = (topic: string, payload: Buffer) => `${topic}\n${payload.toString()}`;

  client.on('message', (topic, payload, { retain }) => {
    // A retained message is an old one, sent because we subscribed.
    if (retain) return;
    const key = keyOf(topic, payload);
    const longest = [...expected].find((one) => one.key === key);
    longest?.settle({ kind: 'accepted' });
  });

  return {
    expect({ topic, payload }: Publication): ExpectedEcho {
      const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
      const forget = () => void expected.delete(one);
      const settle = (what: Outcome) => {
        forget();
        resolve(what);
      };
      const one = { key: keyOf(topic, payload), settle };
      expected.add(one);
      return { outcome, forget };
    },
    giveUp({ reason }: Failure): void {
      const detail =
        'The broker confirmed the message but did not hand it back: it may not allow publishing to this topic.';
      for (const { settle } of expected) settle(deferred({ reason, detail }));
    },
  };
}
