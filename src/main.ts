/** The process: arguments, signals, exit code. The only place with the real clock, real chance, and an exit. */
import { runCli } from './cli/cli.ts';
import { systemClock } from './platform/clock.ts';

const stop = new AbortController();
// Whoever reads the output may go away first, as `head` does; that must not end a service that watches licenses.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

let onHangup: (() => void) | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) {
  process.on(signal, () => {
    // A second signal means that somebody has no patience left.
    if (stop.signal.aborted) process.exit(1);
    stop.abort(signal);
  });
}
// On Windows this means that the console window is being closed; the system ends the process soon after.
process.on('SIGHUP', () =>
  onHangup === undefined || process.platform === 'win32' ? stop.abort('SIGHUP') : onHangup(),
);

/** On the error output, because the other one may be read by a program. Empty when the user wants to end. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal: stop.signal });
  } catch {
    // Ctrl-C is no answer.
    return '';
  } finally {
    lines.close();
  }
}

const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  isTty: process.stdout.isTTY === true,
  columns: process.stdout.isTTY === true ? process.stdout.columns : undefined,
  ask: process.stdin.isTTY === true ? ask : undefined,
  clock: systemClock,
  random: Math.random,
  stop: stop.signal,
  onHangup: (listener) => {
    onHangup = listener;
  },
  stdout: process.stdout,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
// Output to a pipe is written later; leaving at once would cut it off.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit(exitCode);
