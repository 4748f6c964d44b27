/** The log of the service: JSON lines for machines, or coloured text for a person at a terminal. */
import { pino } from 'pino';
import type { Logger } from './logger.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `auto` is `pretty` on a terminal and `json` elsewhere. */
  readonly format: 'auto' | 'pretty' | 'json';
  /** A stream, or anything that takes whole lines with their line break. */
  readonly destination: { write(text: string): unknown };
  readonly isTTY: boolean;
}

/** How deep a chain of causes is told. */
const MOST_CAUSES = 3;
/** How deep errors are looked for in what is logged. */
const DEEPEST = 5;

/** Loads the library for pretty lines only where they are wanted. Writes at once, without threads. */
export async function createLogger({ level, format, destination, isTTY }: LoggerOptions): Promise<Logger> {
  const isPretty = format === 'pretty' || (format === 'auto' && isTTY);
  const prettify = isPretty ? await loadPrettifier(isTTY) : undefined;
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withPlainErrors },
      // The library's own would add every property of an error, and some carry the request with its credentials.
      serializers: { err: (error: unknown) => error },
    },
    { write: (line) => void destination.write(prettify?.(line) ?? line) },
  );
  return {
    debug: (fields, message) => logger.debug(fieldsOf(fields), message),
    info: (fields, message) => logger.info(fieldsOf(fields), message),
    warn: (fields, message) => logger.warn(fieldsOf(fields), message),
    error: (fields, message) => logger.error(fieldsOf(fields), message),
  };
}

async function loadPrettifier(colorize: boolean): Promise<(line: string) => string | undefined> {
  const { prettyFactory } = await import('./pretty.ts');
  return prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:yyyy-mm-dd HH:MM:ss' });
}

function fieldsOf(fields: object): object {
  return fields instanceof Error ? { err: fields } : fields;
}

function withPlainErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return plain(fields, 0) as Record<string, unknown>;
}

function plain(value: unknown, depth: number): unknown {
  if (value instanceof Error) return plainError(value, 0);
  if (value === null || typeof value !== 'object' || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, depth + 1)]));
}

/** Type, message, code and stack of an error, and of what caused it; none of its own properties. */
function plainError(error: Error, depth: number): object {
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    stack: error.stack,
    ...(error.cause instanceof Error && depth < MOST_CAUSES && { cause: plainError(error.cause, depth + 1) }),
  };
}
