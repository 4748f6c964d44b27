/** Starts a server program for a test, waits until it answers, and stops it by its process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { pathOf, type ServerBinary } from './describe-with.ts';

const LONGEST_START_MS = 20_000;

export interface Daemon {
  /** Resolves once the process is gone. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** @param isUp tried every 50 ms until it gives true; what it throws counts as "not yet" */
export async function startDaemon(
  binary: ServerBinary,
  args: readonly string[],
  isUp: () => Promise<boolean>,
): Promise<Daemon> {
  const child = spawn(pathOf(binary)!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    });
  }
  // A test run that ends early must not leave servers behind.
  const stopWithUs = () => child.kill('SIGKILL');
  process.once('exit', stopWithUs);
  child.once('exit', () => process.off('exit', stopWithUs));

  const deadline = performance.now() + LONGEST_START_MS;
  while (!(await isUp().catch(() => false))) {
    if (hasEnded(child) || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${binary} did not start:\n${output}`);
    }
    await setTimeout(50);
  }
  return {
    async stop(signal = 'SIGTERM') {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
