/** A message in the shape that the protocol carries, and how large it is on the wire. Pure. */
import type { Message } from '../../../store/message.ts';
import { payloadOf } from '../../payload.ts';
import { expiryLineOf } from './expiry-line.ts';
import { fillIn, type TopicTemplates, topicOf } from './topics.ts';

export interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  /** MQTT 5 only. Absent for what is no message, such as `online`. */
  readonly properties?: {
    readonly contentType: string;
    readonly payloadFormatIndicator: true;
    /** `occurredAt`, ISO 8601 in UTC, only where the payload itself does not carry it. */
    readonly userProperties: { readonly id: string; readonly occurredAt?: string };
  };
}

export function publicationOf(
  message: Message,
  { topics, retainStatus }: { readonly topics: TopicTemplates; readonly retainStatus: boolean },
): Publication {
  const line = expiryLineOf(message);
  if (topics.expiry !== undefined && line !== undefined) {
    return {
      topic: fillIn(topics.expiry, message.site),
      payload: Buffer.from(line),
      retain: false,
      properties: {
        contentType: 'text/plain',
        payloadFormatIndicator: true,
        userProperties: { id: message.id, occurredAt: new Date(message.occurredAt).toISOString() },
      },
    };
  }
  return {
    topic: topicOf(message, topics),
    payload: Buffer.from(JSON.stringify(payloadOf(message))),
    retain: retainStatus && message.topic === 'status',
    properties: {
      contentType: 'application/json',
      payloadFormatIndicator: true,
      userProperties: { id: message.id },
    },
  };
}

/** Bytes of the whole PUBLISH packet in MQTT 5, at quality of service 1 or 2 (OASIS MQTT 5.0, 2.1.4 and 3.3.2). */
export function packetBytes({ topic, payload, properties }: Publication): number {
  let propertyBytes = 0;
  if (properties !== undefined) {
    const { contentType, userProperties } = properties;
    propertyBytes += 2; // payload format indicator
    propertyBytes += 3 + Buffer.byteLength(contentType);
    for (const [key, value] of Object.entries(userProperties)) {
      propertyBytes += 5 + Buffer.byteLength(key) + Buffer.byteLength(value);
    }
  }
  const remaining =
    2 + Buffer.byteLength(topic) + 2 + lengthBytes(propertyBytes) + propertyBytes + payload.length;
  return 1 + lengthBytes(remaining) + remaining;
}

/** Bytes of a Variable Byte Integer (OASIS MQTT 5.0, 1.5.5). */
function lengthBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;
}
