/** A real VictoriaMetrics on loopback: takes line protocol on the paths of InfluxDB 1 and 2. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { startDaemon } from './daemon.ts';
import { freePort } from './free-port.ts';

export interface VictoriaMetrics {
  readonly url: string;
  /** Every sample of the series that match, as the server exports them. Numbers only: text fields are not kept. */
  exported(match: string): Promise<readonly ExportedSeries[]>;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts again after `stop`, on the same port and with the same data. */
  start(): Promise<void>;
  /** Stops and deletes the folder. */
  remove(): Promise<void>;
}

export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  /** Epoch ms. */
  readonly timestamps: readonly number[];
}

export async function startVictoriaMetrics(): Promise<VictoriaMetrics> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-victoria-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const textOf = async (path: string) => (await request(`${url}${path}`)).body.text();
  const start = () =>
    startDaemon(
      'victoria-metrics',
      [
        `-storageDataPath=${join(folder, 'data')}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        '-retentionPeriod=100y',
        '-memory.allowedBytes=64MiB',
      ],
      async () => (await textOf('/health')) === 'OK',
    );

  let daemon = await start();
  return {
    url,
    async exported(match) {
      // What was just written is not searchable before this.
      await textOf('/internal/force_flush');
      const query = new URLSearchParams({ 'match[]': match, start: '0', end: '4102444800' });
      const lines = await textOf(`/api/v1/export?${query.toString()}`);
      return lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ExportedSeries);
    },
    stop: (signal) => daemon.stop(signal),
    async start() {
      daemon = await start();
    },
    async remove() {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
