/** A section of the configuration file as options of the MQTT library. Opens no connection. */
import { createHash } from 'node:crypto';
import type { IClientOptions } from 'mqtt';
import { shortageBehind, shortageWords } from '../../../platform/shortage.ts';
import { LARGEST_PACKET_BYTES } from './excess.ts';
import type { Failure } from './reason-codes.ts';
import type { MqttSection } from './section.ts';

export type ClientOptions =
  | { readonly kind: 'options'; readonly options: IClientOptions }
  | { readonly kind: 'failed'; readonly failure: Failure };

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'mqtt:': 1883,
  'mqtts:': 8883,
  'ws:': 80,
  'wss:': 443,
};

/** The broker for people, without user or path: `mqtt://broker.example.com:1883`. */
export function addressOf(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${hostname}:${portOf(url)}`;
}

/**
 * The same after every restart, so that the broker ends a connection left over from before, and sends its last will
 * before the new one says `online` instead of long after. Different on every host, so that two instances do not
 * push each other out.
 */
export function defaultClientId(name: string, hostname: string): string {
  return `license-sentinel-${name}-${createHash('sha256').update(hostname).digest('hex').slice(0, 8)}`;
}

export interface ClientSurroundings {
  /** 4 is 3.1.1. */
  readonly version: 4 | 5;
  readonly hostname: string;
  /** Reads a whole file; may reject. */
  readonly read: (path: string) => Promise<Buffer>;
}

/** Reads the certificates anew each time, so that renewed ones count from the next connection on. */
export async function clientOptions(
  config: MqttSection,
  { version, hostname, read }: ClientSurroundings,
): Promise<ClientOptions> {
  const url = new URL(config.url);
  const isWebSocket = url.protocol.startsWith('ws');
  const { clientCertificate: pair, ca } = config;
  let path = '';
  const certificate = (file: string) => {
    path = file;
    return read(file);
  };
  try {
    return {
      kind: 'options',
      options: {
        protocol: url.protocol.slice(0, -1) as 'mqtt' | 'mqtts' | 'ws' | 'wss',
        hostname: isWebSocket ? url.hostname : url.hostname.replaceAll(/[[\]]/g, ''),
        port: portOf(config.url),
        ...(isWebSocket && {
          path: `${url.pathname}${url.search}`,
          wsOptions: {
            handshakeTimeout: config.timeout,
            // The library would take 100 MiB at a time.
            maxPayload: LARGEST_PACKET_BYTES,
            ...(config.serverName !== undefined && { servername: config.serverName }),
          },
        }),
        protocolVersion: version,
        clientId: config.clientId ?? defaultClientId(config.name, hostname),
        clean: true,
        keepalive: Math.ceil(config.keepAlive / 1000),
        connectTimeout: config.timeout,
        // The library is to connect once and to keep nothing: `connection.ts` reconnects and the outbox remembers.
        reconnectPeriod: 0,
        resubscribe: false,
        queueQoSZero: false,
        // Else the library makes 65,536 buffers in advance, one for each number it might write: 12 MiB.
        writeCache: false,
        log: () => {},
        ...(config.user !== undefined && { username: config.user }),
        ...(config.password !== undefined && { password: config.password.reveal() }),
        ...(config.will && {
          will: { topic: config.topics.availability, payload: Buffer.from('offline'), qos: 1, retain: true },
        }),
        rejectUnauthorized: config.verify,
        ...(config.serverName !== undefined && { servername: config.serverName }),
        ...(ca !== undefined && { ca: await certificate(ca) }),
        ...(pair !== undefined && { cert: await certificate(pair.cert), key: await certificate(pair.key) }),
        ...(pair?.passphrase !== undefined && { passphrase: pair.passphrase.reveal() }),
      },
    };
  } catch (error) {
    const shortage = shortageBehind(error);
    const failure: Failure =
      shortage === undefined
        ? { reason: 'tls', detail: `Cannot read ${path} (${(error as NodeJS.ErrnoException).code}).` }
        : { reason: 'out-of-resources', detail: `Cannot read ${path}: ${shortageWords[shortage]}.` };
    return { kind: 'failed', failure };
  }
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port !== '' ? Number(port) : DEFAULT_PORTS[protocol]!;
}
