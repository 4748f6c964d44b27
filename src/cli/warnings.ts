/** A log for commands whose standard output belongs to the answer. */
import type { Logger } from '../platform/logger.ts';
import type { CliIo } from './io.ts';

/** Only warnings, such as certificate checks being off, are said, and aside. */
export function warningsTo(io: Pick<CliIo, 'err'>): Logger {
  const ignore = () => undefined;
  const say = (fields: object, message: string) => io.err(`${message} ${JSON.stringify(fields)}\n`);
  return { debug: ignore, info: ignore, warn: say, error: say };
}
