/** Reads a Butler file and prints ours for it. */
import { basename, dirname, resolve } from 'node:path';
import { fromButler } from '../butler.ts';
import { ConfigError, type ConfigProblem, renderPath } from '../config-error.ts';
import { type LoadTools, loadConfig } from '../load-config.ts';
import { shownPath } from '../problem-words.ts';
import { readText } from '../read-text.ts';
import { configJsonSchema } from '../schema.ts';
import { secretTextsIn } from '../secret-texts.ts';
import { parseYaml } from '../yaml-tree.ts';
import { withFoundFiles } from './files.ts';
import { renderFromButler } from './print.ts';
import { unexpanded } from './tree.ts';

export interface Converted {
  /** Loads as the Butler file does, from the same folder. */
  readonly yaml: string;
  /** True when a password, token or the like stands in it. */
  readonly hasPlainSecrets: boolean;
}

/** @throws ConfigError when the file cannot be used, or is no Butler file */
export async function convertButlerFile(path: string, tools: LoadTools): Promise<Converted> {
  const text = await readText(path, tools.readFile);
  const source = 'text' in text ? parseYaml(text.text) : undefined;
  if (source !== undefined && !source.rootKeys.includes('Butler')) {
    throw failure(path, 'is not a Butler configuration: those begin with "Butler:"');
  }
  // Tells every problem of the file, or that it cannot be read.
  await loadConfig(path, tools);
  const tree = source!.read(unexpanded);
  const read = fromButler(tree.value);
  if (read.problems.length > 0) {
    throw new ConfigError(
      read.problems.map((found) => ({
        file: path,
        ...tree.placeOf(found.path),
        path: renderPath(shownPath(found)),
        what: 'cannot be taken over as a reference; write the value itself',
      })),
    );
  }
  const config = await withFoundFiles(read.config, dirname(resolve(path)), tools.readFile);
  const secrets = secretTextsIn(config, configJsonSchema()).filter((secret) => !secret.includes('${'));
  return {
    yaml: renderFromButler({ ...read, config }, basename(path)),
    hasPlainSecrets: secrets.length > 0,
  };
}

function failure(file: string, what: string): ConfigError {
  const problem: ConfigProblem = { file, line: null, column: null, path: '', what };
  return new ConfigError([problem]);
}
