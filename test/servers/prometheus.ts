/** A real Prometheus on loopback, with what a test wants in its configuration. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon } from './daemon.ts';
import { freePort } from './free-port.ts';

export interface PrometheusSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** Epoch seconds and the number as text. */
  readonly values: readonly (readonly [number, string])[];
}

export interface Prometheus {
  readonly url: string;
  /** @param at epoch seconds; default: now */
  instant(expr: string, at?: number): Promise<readonly PrometheusSeries[]>;
  /** @param step a duration as `6h` */
  range(expr: string, from: number, to: number, step: string): Promise<readonly PrometheusSeries[]>;
  labelValues(label: string, metric: string): Promise<readonly string[]>;
  /** Stops and deletes the folder. */
  remove(): Promise<void>;
}

export async function startPrometheus(config: string, flags: readonly string[] = []): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-prometheus-'));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  await writeFile(join(folder, 'prometheus.yml'), config);
  const daemon = await startDaemon(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      ...flags,
    ],
    async () => (await fetch(`${url}/-/ready`)).ok,
  );

  async function asked(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const body = (await answer.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  }

  return {
    url,
    async instant(expr, at) {
      const found = (await asked('query', {
        query: expr,
        ...(at !== undefined && { time: String(at) }),
      })) as { result: { metric: Record<string, string>; value: [number, string] }[] };
      return found.result.map(({ metric, value }) => ({ metric, values: [value] }));
    },
    async range(expr, from, to, step) {
      const found = await asked('query_range', { query: expr, start: String(from), end: String(to), step });
      return (found as { result: PrometheusSeries[] }).result;
    },
    labelValues: async (label, metric) =>
      (await asked(`label/${label}/values`, { 'match[]': metric, start: '0' })) as string[],
    async remove() {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
