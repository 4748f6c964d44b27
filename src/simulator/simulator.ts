/**
 * A fake Qlik Sense site over real mutual TLS: repository, About service and a proxy with JWT, each on its own port.
 * For the demo, for the tests, and for users who want to try things without a site.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Behavior, behave } from './behavior.ts';
import {
  type CertificateAuthority,
  createAuthority,
  type Identity,
  type ValidDates,
  writeCertificateFolder,
} from './certificate-authority.ts';
import { closed, listening } from './listening.ts';
import {
  aboutReply,
  createProxy,
  firstSystemInfo,
  type Reply,
  repositoryReply,
  type Shown,
} from './sense-answers.ts';
import type { SimulatorOptions } from './simulator-options.ts';

export type { SimulatorOptions };

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Simulator {
  readonly port: number;
  readonly versionPort: number;
  readonly proxyPort: number;
  readonly authority: CertificateAuthority;
  /** The certificates that the servers show, and that clients are given. */
  readonly server: Identity;
  readonly client: Identity;
  /** What `/qrs/license` shows from now on; a text is sent as it is. */
  setLicense(license: unknown): void;
  /** What the About service shows from now on: these fields changed, the others as at first; undefined leaves one out. */
  setVersion(changes: Readonly<Record<string, unknown>>): void;
  /** What `/qrs/about` shows from now on as the build of the repository. */
  setRepositoryBuild(buildVersion: string): void;
  setBehavior(behavior: Behavior): void;
  /** The same for the port of the About service alone; undefined: as the others. */
  setVersionBehavior(behavior: Behavior | undefined): void;
  /** From now on nobody listens on the port of the About service. */
  closeVersionPort(): Promise<void>;
  /** Ends the sessions of the proxy. */
  endSessions(): void;
  /** Cuts all connections, as a restart does, and goes on listening. */
  dropConnections(): void;
  /** Writes client.pem, client_key.pem and root.pem. */
  writeCertificates(folder: string): Promise<void>;
  counts(): { readonly handshakes: number; readonly requests: number; readonly sessions: number };
  /** The latest requests, at most 100, oldest first. */
  seen(): readonly SeenRequest[];
  close(): Promise<void>;
}

const TEN_YEARS_MS = 3_652 * 86_400_000;
const MOST_SEEN = 100;

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock, listen = '127.0.0.1', machine = 'sense.example.com', maxVersion } = options;
  const authority = options.authority ?? (await createAuthority(machine, tenYearsAround(clock.now())));
  const server = await authority.issueServer({
    names: options.names ?? [machine, 'localhost', '127.0.0.1'],
    dates: options.serverDates,
    purpose: options.serverPurpose,
  });
  const client = await authority.issueClient();
  const proxy = createProxy(options.prefix ?? '', options.jwt ?? 'simulated-jwt');
  const closing = new AbortController();
  const sockets = new Set<Socket>();
  const seen: SeenRequest[] = [];
  let shown: Shown = { license: options.license ?? null, systemInfo: firstSystemInfo, about: {} };
  let behavior: Behavior = { kind: 'ok' };
  let versionBehavior: Behavior | undefined;
  let handshakes = 0;
  let requests = 0;

  const plain: ServerOptions = { ...server, keepAliveTimeout: 65_000, ...(maxVersion && { maxVersion }) };
  if (maxVersion === 'TLSv1' || maxVersion === 'TLSv1.1') {
    Object.assign(plain, { minVersion: maxVersion, ciphers: 'DEFAULT:@SECLEVEL=0' });
  }
  const mutual: ServerOptions = { ...plain, ca: authority.pem, requestCert: true, rejectUnauthorized: true };
  const servers = [
    open(mutual, (request) => repositoryReply(request, shown)),
    open(
      mutual,
      (request) => aboutReply(request, shown),
      () => versionBehavior,
    ),
    open(plain, (request) => proxy.reply(request, shown)),
  ];
  const wanted = [options.port ?? 0, options.versionPort ?? 0, options.proxyPort ?? 0];
  try {
    await Promise.all(servers.map((each, index) => listening(each, wanted[index]!, listen)));
  } catch (error) {
    await close();
    throw error;
  }
  const [port, versionPort, proxyPort] = servers.map((each) => (each.address() as AddressInfo).port);

  return {
    port: port!,
    versionPort: versionPort!,
    proxyPort: proxyPort!,
    authority,
    server,
    client,
    setLicense(next) {
      shown = { ...shown, license: next };
    },
    setVersion(changes) {
      shown = { ...shown, systemInfo: { ...firstSystemInfo, ...changes } };
    },
    setRepositoryBuild(buildVersion) {
      shown = { ...shown, about: { buildVersion } };
    },
    setBehavior(next) {
      behavior = next;
    },
    setVersionBehavior(next) {
      versionBehavior = next;
    },
    closeVersionPort: () => closed(servers[1]!),
    endSessions: () => proxy.endSessions(),
    dropConnections,
    writeCertificates: (folder) => writeCertificateFolder(folder, client, authority.pem),
    counts: () => ({ handshakes, requests, sessions: proxy.sessions() }),
    seen: () => seen,
    close,
  };

  function open(
    tls: ServerOptions,
    replyTo: (request: IncomingMessage) => Reply,
    own: () => Behavior | undefined = () => undefined,
  ): Server {
    const listener: RequestListener = (request, response) => {
      requests += 1;
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      if (seen.length > MOST_SEEN) seen.shift();
      response.on('error', () => {});
      // A client that goes away, or a simulator that closes, ends the answer early; nobody has to know.
      behave(own() ?? behavior, () => replyTo(request), response, { clock, signal: closing.signal }).catch(
        () => response.destroy(),
      );
    };
    const opened = createServer(tls, listener);
    opened.on('secureConnection', () => {
      handshakes += 1;
    });
    // Refused clients are part of the game.
    opened.on('tlsClientError', () => {});
    opened.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    return opened;
  }

  function dropConnections(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function close(): Promise<void> {
    closing.abort();
    const done = servers.map(closed);
    dropConnections();
    await Promise.all(done);
  }
}

function tenYearsAround(now: Date): ValidDates {
  return { from: new Date(now.getTime() - 86_400_000), to: new Date(now.getTime() + TEN_YEARS_MS) };
}
