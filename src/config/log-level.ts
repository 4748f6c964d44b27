/** The level of the log may be set from outside, without touching the file. */
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

export const LOG_LEVEL_VARIABLE = 'LICENSE_SENTINEL_LOG_LEVEL';

const LEVELS: ReadonlyMap<string, Config['log']['level']> = new Map([
  ['error', 'error'],
  ['warn', 'warn'],
  ['info', 'info'],
  ['debug', 'debug'],
  // Butler has two more, both below `debug`.
  ['verbose', 'debug'],
  ['silly', 'debug'],
]);
export const logLevelNames: readonly string[] = [...LEVELS.keys()];

/** @throws ConfigError when the variable holds no level */
export function withLogLevel(config: Config, env: Readonly<Record<string, string | undefined>>): Config {
  const text = env[LOG_LEVEL_VARIABLE]?.trim().toLowerCase();
  if (text === undefined || text === '') return config;
  const level = LEVELS.get(text);
  if (level !== undefined) return { ...config, log: { ...config.log, level } };
  const what = `must be one of ${logLevelNames.join(', ')}`;
  throw new ConfigError([{ file: LOG_LEVEL_VARIABLE, line: null, column: null, path: '', what }]);
}
