/** `config check | show | schema | init`: what the configuration file says, without opening anything it names. */

import { shortListOf } from '../config/butler/short-list.ts';
import { ConfigError } from '../config/config-error.ts';
import { starterConfig } from '../config/init.ts';
import { type LoadedFile, type LoadTools, loadConfigFile } from '../config/load-config.ts';
import { configJsonSchema } from '../config/schema.ts';
import { renderConfig } from '../config/show.ts';

export interface ConfigCommandTools extends LoadTools {
  /** Standard output. */
  readonly write: (text: string) => void;
  /** Standard error. */
  readonly writeError: (text: string) => void;
}

/** Tells every problem of the file, or that there is none. @returns the exit code: 0 fine, 2 problems */
export async function checkConfig(path: string, tools: ConfigCommandTools): Promise<0 | 2> {
  return withConfig(path, tools, ({ config: { sites, destinations }, notTakenOver }) => {
    tools.write(
      `${path}: fine. ${counted(sites.length, 'site')}, ${counted(destinations.length, 'destination')}.\n`,
    );
    if (destinations.length === 0) {
      tools.write('No destination is configured, so nobody will be told anything.\n');
    } else if (!destinations.some(({ sendAlert }) => sendAlert)) {
      tools.write('No destination has sendAlert: true, so nobody will be alerted.\n');
    }
    const { missed, rest } = shortListOf(notTakenOver ?? []);
    if (missed.length > 0) tools.write(`Not taken over:\n${missed.map((line) => `  ${line}\n`).join('')}`);
    if (rest !== undefined) tools.write(`Not looked at: ${rest}.\n`);
    if (missed.length > 0 || rest !== undefined) {
      tools.write(`All of it, with the reasons: license-sentinel config from-butler ${path}\n`);
    }
  });
}

/** Prints the configuration as it takes effect, with secrets hidden. @returns the exit code: 0 fine, 2 problems */
export async function showConfig(path: string, tools: ConfigCommandTools): Promise<0 | 2> {
  return withConfig(path, tools, ({ config }) => tools.write(renderConfig(config)));
}

/** Prints the JSON Schema of the file, for editors. @returns the exit code, 0 */
export function printConfigSchema({ write }: Pick<ConfigCommandTools, 'write'>): 0 {
  write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return 0;
}

/** Prints a commented file to begin with. @returns the exit code, 0 */
export function printStarterConfig({ write }: Pick<ConfigCommandTools, 'write'>): 0 {
  write(starterConfig());
  return 0;
}

async function withConfig(
  path: string,
  tools: ConfigCommandTools,
  use: (loaded: LoadedFile) => void,
): Promise<0 | 2> {
  try {
    use(await loadConfigFile(path, tools));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { length } = error.problems;
    tools.writeError(`${error.message}\n${counted(length, 'problem')} in ${path}.\n`);
    return 2;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
