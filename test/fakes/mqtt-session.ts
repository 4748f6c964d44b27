/** Sessions of the MQTT destination with a broker in memory. */
import type { DialOptions } from '../../src/delivery/destinations/mqtt/dial.ts';
import { dial } from '../../src/delivery/destinations/mqtt/dial.ts';
import type { Publication } from '../../src/delivery/destinations/mqtt/publication.ts';
import type { Dialled, Session } from '../../src/delivery/destinations/mqtt/session.ts';
import { type FarEnd, mqttFarEnd, obligingBut, soFar } from './mqtt-far-end.ts';

export const address = 'mqtt://broker:1883';
export const never = new AbortController().signal;
export const late = { reason: 'timeout', detail: 'Too late.' } as const;

export interface Wanted extends Partial<DialOptions> {
  readonly version?: 4 | 5;
}

export function dialTo(
  { connect }: Pick<FarEnd, 'connect'>,
  { version = 5, ...wanted }: Wanted = {},
  signal = never,
): Promise<Dialled> {
  const client = {
    protocolVersion: version,
    clientId: 'sentinel',
    clean: true,
    reconnectPeriod: 0,
    log: () => {},
  };
  return dial({ connect, client, qos: 1, address, secrets: [], confirmBy: [], ...wanted }, signal);
}

/** The session that comes of dialling, and the connection it is on. */
export async function sessionWith(broker: FarEnd, wanted: Wanted = {}) {
  const session = sessionOf(await soFar(dialTo(broker, wanted)));
  return { session, link: broker.links[0]! };
}

export function sessionOf(dialled: Dialled | 'pending'): Session {
  if (dialled === 'pending' || dialled.kind !== 'session')
    throw new Error(`no session: ${JSON.stringify(dialled)}`);
  return dialled.session;
}

export const publicationOfText = (text = 'hello', topic = 'a/b'): Publication => ({
  topic,
  payload: Buffer.from(text),
  retain: false,
  properties: {
    contentType: 'text/plain',
    payloadFormatIndicator: true,
    userProperties: { id: `id of ${text}` },
  },
});

/** A broker that never answers to packets of one type. */
export const silentOn = (type: 'publish' | 'connect' | 'subscribe' | 'disconnect') =>
  mqttFarEnd(obligingBut(type, () => {}));

export const withCode = (code: string, text = code) => Object.assign(new Error(text), { code });
