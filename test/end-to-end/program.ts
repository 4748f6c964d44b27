/** The real program as a child process: `node bin/license-sentinel.mjs …`, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { silentLogger } from '../../src/platform/logger.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createInbox, type Inbox } from './inbox.ts';

const bin = fileURLToPath(new URL('../../bin/license-sentinel.mjs', import.meta.url));

/** Of the test's own context, because tests here run side by side. */
export type Cleanup = TestContext['onTestFinished'];

/** Every draw is the luckiest, so that each back-off is the shortest there is, 1 s. The program does not know. */
const LUCK = '--import="data:text/javascript,Math.random=()=>0"';

/** A test run that ends early must not leave programs behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Program {
  readonly pid: number;
  /** The lines of standard output that are JSON. */
  readonly log: Inbox<LogLine>;
  /** Everything it wrote. */
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<Ended>;
  /** Resolves with the first line that passes, also if it came before. */
  whenLogged(passes: (line: LogLine) => boolean): Promise<LogLine>;
  send(signal: NodeJS.Signals): void;
  /** Asks it to end, and says how and after how many milliseconds it did. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<Ended & { readonly ms: number }>;
  kill9(): Promise<void>;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default: true. */
  readonly lucky?: boolean;
  /** The launcher to start. Default: that of the checkout, which runs the source. */
  readonly launcher?: string;
  /** Options of Node.js, such as `--max-old-space-size=64`. */
  readonly nodeOptions?: string;
  /** A command with arguments that the program runs under, such as strace. It must hand on signals and the exit. */
  readonly under?: readonly string[];
}

/** A folder that goes when the test ends. */
export async function newFolder(cleanup: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-e2e-'));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes the configuration into the folder and gives its path. */
export async function writeConfig(folder: string, yaml: string, name = 'config.yaml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, yaml);
  return path;
}

/** Starts any command in the folder. */
export function startProgram(
  cleanup: Cleanup,
  folder: string,
  args: readonly string[],
  { env = {}, lucky = true, launcher = bin, nodeOptions = '', under = [] }: ProgramOptions = {},
): Program {
  const [command, ...rest] = [...under, process.execPath, launcher, ...args] as [string, ...string[]];
  const child = spawn(command, rest, {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_OPTIONS: `${lucky ? LUCK : ''} ${nodeOptions}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = endOf(child).finally(() => running.delete(child));
  const log = createInbox<LogLine>('the log');
  let [stdout, stderr] = ['', ''];
  createInterface({ input: child.stdout }).on('line', (text) => {
    stdout += `${text}\n`;
    const line = parsedLine(text);
    if (line !== undefined) log.add(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });

  const kill9 = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  cleanup(kill9);
  return {
    pid: child.pid!,
    log,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async whenLogged(passes) {
      const gone = ended.then(({ code, signal }) => {
        if (log.items.some(passes)) return log.items;
        throw new Error(
          `it ended (${code ?? signal}) before it said what the test waits for:\n${stdout}${stderr}`,
        );
      });
      const lines = await Promise.race([log.until((all) => all.some(passes)), gone]);
      return lines.find(passes)!;
    },
    send: (signal) => void child.kill(signal),
    async stop(signal = 'SIGTERM') {
      const askedAtMs = performance.now();
      child.kill(signal);
      return { ...(await ended), ms: performance.now() - askedAtMs };
    },
    kill9,
  };
}

/** Starts the service with `config.yaml` of the folder. */
export function startService(cleanup: Cleanup, folder: string, options: ProgramOptions = {}): Program {
  return startProgram(cleanup, folder, ['run', '--config', 'config.yaml'], options);
}

/** Runs a command to its end. */
export async function runProgram(
  cleanup: Cleanup,
  folder: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const program = startProgram(cleanup, folder, args, options);
  const { code } = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

/** What the store of the folder holds. Only when no program runs on it. */
export async function readStore<T>(folder: string, read: (store: Store) => Promise<T>): Promise<T> {
  const path = join(folder, 'store.db');
  const store = await openSqliteStore({ path, logger: silentLogger, now: () => new Date(), reserveBytes: 0 });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal };
}

function parsedLine(text: string): LogLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && 'msg' in line ? (line as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
