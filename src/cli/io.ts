/** What a command may use of the outside world. `main.ts` gives the real one, tests their own. */
import type { Writable } from 'node:stream';
import type { Clock, Random } from '../platform/clock.ts';

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTty: boolean;
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  /** Asks the user for a line; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the user or the system wants the command to end. */
  readonly stop: AbortSignal;
  /** What to do on SIGHUP; without a listener it ends the command. */
  onHangup(listener: () => void): void;
  /** Where the log of the service goes. */
  readonly stdout: Writable;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** 0 fine, 1 unexpected, 2 usage or configuration; `check` has the codes of monitoring plugins. */
export type ExitCode = 0 | 1 | 2 | 3;
