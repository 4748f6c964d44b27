/** A logger that keeps its lines, each with its level and fields, in their order. */
import type { Logger } from '../../src/platform/logger.ts';

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: object;
}

export function recordingLogger() {
  const lines: LogLine[] = [];
  const record = (level: keyof Logger) => (fields: object, message: string) =>
    void lines.push({ level, message, fields });
  const logger: Logger = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  };
  return { logger, lines: lines as readonly LogLine[] };
}
