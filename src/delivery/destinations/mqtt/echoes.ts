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
  /** Under each key those who wait, the longest first: two messages may say the same. */
  const expected = new Map<string, Set<(outcome: Outcome) => void>>();
  const keyOf = (topic: string, payload: Buffer) => `${topic}\n${payload.toString()}`;

  client.on('message', (topic, payload, { retain }) => {
    // A retained message is an old one, sent because we subscribed.
    if (retain) return;
    const [longest] = expected.get(keyOf(topic, payload)) ?? [];
    longest?.({ kind: 'accepted' });
  });

  return {
    expect({ topic, payload }: Publication): ExpectedEcho {
      const key = keyOf(topic, payload);
      const waiting = expected.get(key) ?? new Set();
      expected.set(key, waiting);
      const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
      const settle = (what: Outcome) => {
        forget();
        resolve(what);
      };
      const forget = () => {
        waiting.delete(settle);
        if (waiting.size === 0 && expected.get(key) === waiting) expected.delete(key);
      };
      waiting.add(settle);
      return { outcome, forget };
    },
    giveUp({ reason }: Failure): void {
      const detail =
        'The broker confirmed the message but did not hand it back: it may not allow publishing to this topic.';
      for (const settle of [...expected.values()].flatMap((waiting) => [...waiting])) {
        settle(deferred({ reason, detail }));
      }
    },
  };
}
