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
  const expected = new Map<string, (outcome: Outcome) => void>();
  const keyOf = (topic: string, payload: Buffer) => `${topic}\n${payload.toString()}`;

  client.on('message', (topic, payload, { retain }) => {
    // A retained message is an old one, sent because we subscribed.
    if (!retain) expected.get(keyOf(topic, payload))?.({ kind: 'accepted' });
  });

  return {
    expect({ topic, payload }: Publication): ExpectedEcho {
      const key = keyOf(topic, payload);
      const forget = () => expected.delete(key);
      const outcome = new Promise<Outcome>((resolve) => {
        expected.set(key, (what) => {
          forget();
          resolve(what);
        });
      });
      return { outcome, forget };
    },
    giveUp({ reason }: Failure): void {
      const detail =
        'The broker confirmed the message but did not hand it back: it may not allow publishing to this topic.';
      for (const settle of expected.values()) settle(deferred({ reason, detail }));
    },
  };
}
