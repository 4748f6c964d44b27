/** A service with a page, in a folder of its own, that may run or not. */
import { expect } from 'vitest';
import { freePort } from '../servers/free-port.ts';
import { type Cleanup, newFolder, type Program, runProgram, startService, writeConfig } from './program.ts';
import { type Site, startSite } from './site.ts';

export interface Prepared {
  readonly folder: string;
  readonly port: number;
  readonly site: Site;
  /** Writes `config.yaml` anew, or a file of another name. */
  configure(changes?: ConfigurationChanges, name?: string): Promise<void>;
  /** Starts the service and waits until it has checked its site. */
  start(): Promise<Program>;
  ask(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Asked>;
}

export interface ConfigurationChanges {
  readonly web?: unknown;
  readonly store?: string;
  readonly destinations?: readonly object[];
}

export interface Asked {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function prepareService(cleanup: Cleanup, days = 200): Promise<Prepared> {
  const folder = await newFolder(cleanup);
  const site = await startSite(cleanup, folder, days);
  const port = await freePort();
  const configure = async (
    {
      web = { listen: `127.0.0.1:${port}` },
      store = './store.db',
      destinations = [],
    }: ConfigurationChanges = {},
    name = 'config.yaml',
  ) => {
    const sections = [
      `web: ${JSON.stringify(web)}`,
      `store: ${store}`,
      `destinations: ${JSON.stringify(destinations)}`,
    ];
    await writeConfig(folder, `${site.config.replace('web: false\n', '')}${sections.join('\n')}\n`, name);
  };
  await configure();
  return {
    folder,
    port,
    site,
    configure,
    async start() {
      const program = startService(cleanup, folder);
      await program.whenLogged(({ msg }) => msg === 'site checked');
      return program;
    },
    ask: (args, env = {}) => runProgram(cleanup, folder, args, { env }),
  };
}

/** The answer of `status --json`. */
export async function statusOf({ ask }: Prepared, ...args: readonly string[]) {
  const { code, stdout, stderr } = await ask(['status', '-c', 'config.yaml', '--json', ...args]);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as {
    readonly source: Readonly<Record<string, unknown>>;
    readonly sites: readonly Readonly<Record<string, unknown>>[];
    readonly lanes: readonly Readonly<Record<string, unknown>>[] | null;
  };
  return { code, ...report };
}

/** Asks again and again, which takes its time because each question is a program, until the answer passes. */
export async function askedUntil<T>(ask: () => Promise<T>, passes: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (let times = 1; times < 60 && !passes(answer); times += 1) answer = await ask();
  expect(passes(answer), JSON.stringify(answer)).toBe(true);
  return answer;
}
