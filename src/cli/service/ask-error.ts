import type { ExitCode } from '../io.ts';

/** The question could not be put, or was refused. `message` says what happened, where, and what to do. */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly exitCode: ExitCode;
  /** As the API names it, such as `unknown-dead-letter`. */
  readonly code: string | undefined;

  constructor(message: string, exitCode: ExitCode, code?: string) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}
