/** A real InfluxDB 1.x on loopback, with its own folder and configuration. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { startDaemon } from './daemon.ts';
import { freePort } from './free-port.ts';
import { makeTestCertificates } from './test-certificates.ts';

export interface InfluxSeries {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

export interface Influxd {
  readonly url: string;
  /** PEM of the authority behind the server's certificate, in a file; undefined without https. */
  readonly caPath: string | undefined;
  /** Runs InfluxQL as the administrator. Times come back as epoch ms. Throws with the server's words. */
  query(sql: string, database?: string): Promise<readonly InfluxSeries[]>;
  /** Writes raw line protocol as the administrator; gives the status. */
  write(lines: string, query: string): Promise<number>;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts again after `stop`, on the same port and with the same data. */
  start(): Promise<void>;
  /** Stops and deletes the folder. */
  remove(): Promise<void>;
}

export async function startInfluxd(
  options: {
    readonly auth?: { readonly user: string; readonly password: string };
    readonly https?: boolean;
  } = {},
): Promise<Influxd> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-influxd-'));
  const [port, backupPort] = [await freePort(), await freePort()];
  const { auth, https = false } = options;
  const certificates = https ? await makeTestCertificates() : undefined;
  if (certificates) {
    await writeFile(join(folder, 'ca.pem'), certificates.ca);
    await writeFile(join(folder, 'server.pem'), certificates.server.cert + certificates.server.key);
  }
  const configPath = join(folder, 'influxdb.conf');
  await writeFile(configPath, configOf({ folder, port, backupPort, auth: auth !== undefined, https }));

  const url = `${https ? 'https' : 'http'}://localhost:${port}`;
  const dispatcher = new Agent({ allowH2: false, connect: certificates ? { ca: certificates.ca } : {} });
  const authorization = auth && `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  const call = (path: string, body?: string) =>
    request(`${url}${path}`, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && { body }),
      headers: {
        ...(authorization && { authorization }),
        ...(path.startsWith('/query') && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    });

  const query: Influxd['query'] = async (sql, database) => {
    const form = new URLSearchParams({ q: sql, epoch: 'ms', ...(database && { db: database }) });
    const answer = (await (await call('/query', form.toString())).body.json()) as {
      error?: string;
      results?: { error?: string; series?: InfluxSeries[] }[];
    };
    const error = answer.error ?? answer.results?.find((result) => result.error)?.error;
    if (error !== undefined) throw new Error(error);
    return answer.results?.flatMap(({ series = [] }) => series) ?? [];
  };
  const isUp = async () => {
    const answer = await call('/ping');
    await answer.body.dump();
    return answer.statusCode === 204;
  };
  const start = () => startDaemon('influxd', ['-config', configPath], isUp);

  let daemon = await start();
  if (auth) {
    await query(`CREATE USER "${auth.user}" WITH PASSWORD '${auth.password}' WITH ALL PRIVILEGES`);
  }
  return {
    url,
    caPath: https ? join(folder, 'ca.pem') : undefined,
    query,
    async write(lines, parameters) {
      const answer = await call(`/write?${parameters}`, lines);
      await answer.body.dump();
      return answer.statusCode;
    },
    stop: (signal) => daemon.stop(signal),
    async start() {
      daemon = await start();
    },
    async remove() {
      await daemon.stop();
      await dispatcher.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface InfluxdSettings {
  readonly folder: string;
  readonly port: number;
  readonly backupPort: number;
  readonly auth: boolean;
  readonly https: boolean;
}

function configOf({ folder, port, backupPort, auth, https }: InfluxdSettings): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${auth}
  log-enabled = false
  https-enabled = ${https}
  https-certificate = "${folder}/server.pem"
`;
}
