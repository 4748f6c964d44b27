/** The real program as a package would bring it, and what the system says of its process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../scripts/bundle.ts';

const repository = join(import.meta.dirname, '..');

export interface Program {
  /** Starts it with these arguments. Its log is dropped. */
  start(...args: readonly string[]): RunningProgram;
}

export interface RunningProgram {
  readonly pid: number;
  /** `performance.now()` right before the process was made. */
  readonly startedAt: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Builds the program into a folder as the package has it: the launcher and `dist/`. In the checkout itself the launcher
 * would run the source.
 *
 * @param cacheFolder where V8 keeps compiled code from one start to the next
 */
export async function buildProgram(folder: string, cacheFolder: string): Promise<Program> {
  await bundle(join(folder, 'dist'));
  cpSync(join(repository, 'bin'), join(folder, 'bin'), { recursive: true });
  copyFileSync(join(repository, 'package.json'), join(folder, 'package.json'));
  const launcher = join(folder, 'bin/license-sentinel.mjs');
  return {
    start: (...args) => startNode([launcher, ...args], { NODE_COMPILE_CACHE: cacheFolder }),
  };
}

export function startNode(args: readonly string[], env: Record<string, string> = {}): RunningProgram {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  const stopWithUs = () => child.kill('SIGKILL');
  process.once('exit', stopWithUs);
  child.once('exit', () => process.off('exit', stopWithUs));
  return { pid: child.pid!, startedAt, ended: once(child, 'exit'), stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

export interface ProcessMemory {
  readonly rssMib: number;
  readonly peakRssMib: number;
}

export function memoryOf(pid: number): ProcessMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { rssMib: mib('VmRSS'), peakRssMib: mib('VmHWM') };
}

/** CPU time of a process with all its threads, in seconds; exact to 10 ms. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const TICKS_PER_SECOND = 100;
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
