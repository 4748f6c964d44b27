/**
 * A real mosquitto on loopback, on a free port, with its files in a folder of its own.
 *
 *     await using broker = await startMosquitto({ users: { sentinel: 'secret' } });
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathOf } from './describe-with.ts';
import { freePort } from './free-port.ts';
import { type Certificates, issueCertificates } from './openssl.ts';

export interface MosquittoOptions {
  /** Encrypted, with a certificate for `localhost` and 127.0.0.1. Needs openssl, as does the next. */
  readonly tls?: boolean;
  /** Encrypted, and only for clients with a certificate of the same authority. */
  readonly clientCertificates?: boolean;
  /** Name to password. Without it everybody may come in. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an ACL file, such as `topic readwrite #`. Without it everybody may do everything. */
  readonly acl?: readonly string[];
  readonly websockets?: boolean;
  /** Keep retained messages over a restart. */
  readonly persistence?: boolean;
  /** Further lines of mosquitto.conf. */
  readonly settings?: readonly string[];
}

export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  /** Undefined without encryption. */
  readonly certificates: Certificates | undefined;
  /** What it has logged so far. */
  log(): string;
  /** Ends it with SIGTERM and waits until it is gone. Its files stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same files, after `stop`. */
  start(): Promise<void>;
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  const port = await freePort();
  const isEncrypted = options.tls === true || options.clientCertificates === true;
  const certificates = isEncrypted ? await issueCertificates(folder) : undefined;
  const conf = join(folder, 'mosquitto.conf');
  await writeFile(conf, (await configLines(options, { folder, port, certificates })).join('\n'));
  let daemon: ChildProcess | undefined;
  let log = '';

  async function start(): Promise<void> {
    const child = spawn(pathOf('mosquitto')!, ['-c', conf], { stdio: ['ignore', 'pipe', 'pipe'] });
    daemon = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += String(text)));
    while (!(await accepts(port))) {
      if (child.exitCode !== null) throw new Error(`mosquitto did not start:\n${log}`);
    }
  }
  async function stop(): Promise<void> {
    if (daemon === undefined) return;
    const child = daemon;
    daemon = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  try {
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const scheme = `${options.websockets === true ? 'ws' : 'mqtt'}${isEncrypted ? 's' : ''}`;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    certificates,
    log: () => log,
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function configLines(
  options: MosquittoOptions,
  { folder, port, certificates }: { folder: string; port: number; certificates: Certificates | undefined },
): Promise<string[]> {
  const lines = [
    // As root it would become a user who cannot read the folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'log_dest stderr',
    'log_type all',
    `persistence ${options.persistence === true}`,
    `persistence_location ${folder}/`,
    ...(options.settings ?? []),
    // mosquitto 2.0 takes WebSockets alone for "no listener at all", and would open them to the whole network.
    ...(options.websockets === true ? [`listener 0 ${join(folder, 'socket')}`] : []),
    `listener ${port} 127.0.0.1`,
    'socket_domain ipv4',
    `allow_anonymous ${options.users === undefined}`,
  ];
  if (options.websockets === true) lines.push('protocol websockets');
  if (certificates !== undefined) {
    lines.push(`cafile ${certificates.ca}`);
    lines.push(`certfile ${certificates.server.cert}`, `keyfile ${certificates.server.key}`);
    lines.push(`require_certificate ${options.clientCertificates === true}`);
  }
  if (options.users !== undefined) {
    const file = join(folder, 'passwords');
    await writeFile(file, '', { mode: 0o600 });
    for (const [name, password] of Object.entries(options.users)) {
      await promisify(execFile)('mosquitto_passwd', ['-b', file, name, password]);
    }
    lines.push(`password_file ${file}`);
  }
  if (options.acl !== undefined) {
    const file = join(folder, 'acl');
    await writeFile(file, `${options.acl.join('\n')}\n`, { mode: 0o600 });
    lines.push(`acl_file ${file}`);
  }
  return lines;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (isOpen: boolean) => {
      socket.destroy();
      setTimeout(resolve, isOpen ? 0 : 20, isOpen);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
