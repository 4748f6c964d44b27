/** The packets of MQTT 3.1.1 and 5 (OASIS) that a broker reads and writes, as far as tests need them. */

export type SentPacket =
  | { readonly type: 'connect'; readonly version: number }
  | {
      readonly type: 'publish';
      /** 0 at quality of service 0. */
      readonly id: number;
      readonly topic: string;
      readonly text: string;
      readonly qos: number;
      readonly retain: boolean;
      /** Of MQTT 5, the user properties among them. */
      readonly properties: Readonly<Record<string, string>>;
    }
  | { readonly type: 'pubrel'; readonly id: number }
  | {
      readonly type: 'subscribe';
      readonly id: number;
      /** Topic filters with the byte of their options. */
      readonly filters: Readonly<Record<string, number>>;
    }
  | { readonly type: 'pingreq' | 'disconnect' };

/** Reads bytes as they come; gives each packet once it is complete. The version is that of the CONNECT among them. */
export function packetReader(): (bytes: Buffer) => readonly SentPacket[] {
  let rest = Buffer.alloc(0);
  let version = 4;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const packets: SentPacket[] = [];
    for (let size = sizeOf(rest); size !== undefined; size = sizeOf(rest)) {
      const packet = read(rest[0]!, new Cursor(rest.subarray(size.header, size.whole)), version);
      if (packet.type === 'connect') ({ version } = packet);
      packets.push(packet);
      rest = rest.subarray(size.whole);
    }
    return packets;
  };
}

/** What a broker allows at most, from MQTT 5 on. */
export interface Limits {
  readonly receiveMaximum?: number;
  readonly maximumPacketSize?: number;
  readonly maximumQoS?: 0 | 1;
  readonly retainAvailable?: 0 | 1;
}

/** The number of each as a property, and its width in bytes (OASIS MQTT 5.0, 2.2.2.2). */
const LIMITS = {
  receiveMaximum: [0x21, 2],
  maximumPacketSize: [0x27, 4],
  maximumQoS: [0x24, 1],
  retainAvailable: [0x25, 1],
} as const satisfies Record<keyof Limits, readonly [number, number]>;

export function connack(version: number, code = 0, limits: Limits = {}): Buffer {
  const properties = Object.entries(limits).flatMap(([name, value]) => {
    const [property, width] = LIMITS[name as keyof Limits];
    const bytes = Buffer.alloc(width);
    bytes.writeUIntBE(value, 0, width);
    return [property, ...bytes];
  });
  return packetOf(0x20, [0, code], version === 5 ? [properties.length, ...properties] : []);
}

const answerTo = (first: number) => (id: number, code?: number) =>
  packetOf(first, [id >> 8, id & 0xff], code === undefined ? [] : [code, 0]);
/** `code`: MQTT 5 only. */
export const puback = answerTo(0x40);
export const pubrec = answerTo(0x50);
export const pubcomp = answerTo(0x70);

/** `codes`: one for each filter; 0x80 and above refuse it. */
export function suback(version: number, id: number, codes: readonly number[]): Buffer {
  return packetOf(0x90, [id >> 8, id & 0xff], version === 5 ? [0, ...codes] : codes);
}

/** A message from the broker, at quality of service 0. */
export function publish(version: number, topic: string, text: string, { retain = false } = {}): Buffer {
  const name = Buffer.from(topic);
  return packetOf(
    retain ? 0x31 : 0x30,
    [name.length >> 8, name.length & 0xff, ...name],
    [...(version === 5 ? [0] : []), ...Buffer.from(text)],
  );
}

/** The broker ends the connection, from MQTT 5 on. */
export const disconnect = (code?: number) => packetOf(0xe0, code === undefined ? [] : [code, 0]);

function packetOf(first: number, ...parts: readonly (readonly number[])[]): Buffer {
  const body = parts.flat();
  const length = body.length < 0x80 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.from([first, ...length, ...body]);
}

/** Undefined as long as the first packet is not complete. */
function sizeOf(bytes: Buffer): { readonly header: number; readonly whole: number } | undefined {
  const cursor = new Cursor(bytes.subarray(1));
  try {
    const length = cursor.length();
    const header = 1 + cursor.at;
    return header + length <= bytes.length ? { header, whole: header + length } : undefined;
  } catch {
    return undefined;
  }
}

function read(first: number, cursor: Cursor, version: number): SentPacket {
  switch (first >> 4) {
    case 1:
      cursor.text();
      return { type: 'connect', version: cursor.byte() };
    case 3: {
      const qos = (first >> 1) & 3;
      const topic = cursor.text();
      const id = qos === 0 ? 0 : cursor.number();
      const properties = version === 5 ? cursor.properties() : {};
      return { type: 'publish', id, topic, text: cursor.rest(), qos, retain: (first & 1) === 1, properties };
    }
    case 6:
      return { type: 'pubrel', id: cursor.number() };
    case 8: {
      const id = cursor.number();
      if (version === 5) cursor.properties();
      const filters: Record<string, number> = {};
      while (!cursor.isAtEnd) filters[cursor.text()] = cursor.byte();
      return { type: 'subscribe', id, filters };
    }
    case 12:
      return { type: 'pingreq' };
    case 14:
      return { type: 'disconnect' };
    default:
      throw new Error(`a packet that no test expects: ${first.toString(16)}`);
  }
}

class Cursor {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.at++);
  }

  number(): number {
    return this.byte() * 256 + this.byte();
  }

  /** A Variable Byte Integer. */
  length(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    this.at += length;
    return this.#bytes.toString('utf8', this.at - length, this.at);
  }

  rest(): string {
    return this.#bytes.toString('utf8', this.at);
  }

  properties(): Record<string, string> {
    const length = this.length();
    const end = this.at + length;
    const found: Record<string, string> = {};
    while (this.at < end) {
      const kind = this.byte();
      if (kind === 0x01) found['payloadFormatIndicator'] = String(this.byte());
      else if (kind === 0x03) found['contentType'] = this.text();
      else if (kind === 0x26) found[this.text()] = this.text();
      else throw new Error(`a property that no test expects: ${kind}`);
    }
    return found;
  }
}
