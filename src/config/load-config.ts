/** Reads the configuration file with everything it refers to, and tells every problem at once. */
import { dirname, resolve } from 'node:path';
import type * as z from 'zod';
import { Secret, withoutSecrets } from '../platform/secret.ts';
import { withFoundFiles } from './butler/files.ts';
import { butlerTree, expandInButler } from './butler/tree.ts';
import { fromButler, type NotTakenOver } from './butler.ts';
import { Config } from './config.ts';
import { ConfigError, type ConfigProblem, renderPath } from './config-error.ts';
import { type ConfigTree, ownTree } from './config-tree.ts';
import { convertedTo, expectsSwitch, explainIssues } from './explain.ts';
import { pathFrom, resolvePaths } from './file-paths.ts';
import { type JsonSchema, valueAt } from './json-schema.ts';
import { withLogLevel } from './log-level.ts';
import { shownPath, withoutBroughtValue } from './problem-words.ts';
import { readText } from './read-text.ts';
import { expandReferences, type Resolved } from './references.ts';
import { configJsonSchema } from './schema.ts';
import { secretTextsIn } from './secret-texts.ts';
import { parseYaml } from './yaml-tree.ts';

export interface LoadTools {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Rejects as `node:fs/promises` does. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
}

/**
 * The configuration of a file, ours or Butler's: references expanded, defaults filled in, paths absolute.
 *
 * @throws ConfigError with every problem that can be found at once
 */
export async function loadConfig(path: string, tools: LoadTools): Promise<Config> {
  return (await loadConfigFile(path, tools)).config;
}

export interface LoadedFile {
  readonly config: Config;
  /** What of a Butler file has no effect; undefined for a file of ours. */
  readonly notTakenOver: readonly NotTakenOver[] | undefined;
}

/** As `loadConfig`, with what of a Butler file was left. */
export async function loadConfigFile(path: string, { env, readFile }: LoadTools): Promise<LoadedFile> {
  const text = await readText(path, readFile);
  if ('problem' in text) throw failure(path, text.problem);
  const folder = dirname(resolve(path));
  const source = parseYaml(text.text);
  const files = new Map<string, Resolved>();
  for (const name of new Set(source.fileReferences)) {
    files.set(name, await readReference(name, pathFrom(folder, name), readFile));
  }
  const expand = (written: string) =>
    expandReferences(
      written,
      (name) => env[name],
      (name) => files.get(name) ?? { problem: `the file ${name} was not read` },
    );
  const isButler = source.rootKeys.includes('Butler');
  const written = source.read(isButler ? (words) => expandInButler(words, expand) : expand);
  let tree = ownTree(written);
  let notTakenOver: LoadedFile['notTakenOver'];
  if (isButler) {
    const read = fromButler(written.value);
    notTakenOver = read.notTakenOver;
    tree = butlerTree(written, { ...read, config: await withFoundFiles(read.config, folder, readFile) });
  }
  return { config: withLogLevel(resolvePaths(configOf(tree, path), folder), env), notTakenOver };
}

async function readReference(name: string, path: string, readFile: LoadTools['readFile']): Promise<Resolved> {
  const read = await readText(path, readFile);
  if ('problem' in read) return { problem: `the file ${name} ${read.problem}` };
  return { text: read.text.replace(/\r?\n$/, '') };
}

function configOf(tree: ConfigTree, file: string): Config {
  const result = tree.isSyntaxBroken ? undefined : parseConverting(tree);
  if (result?.success === true && tree.problems.length === 0) return result.data;
  // Only to explain problems; making it takes longer than reading a file that has none.
  const schema = configJsonSchema();
  const secrets = secretsOf(tree, schema);
  const problems: ConfigProblem[] = tree.problems.map(({ path, place, what }) => ({
    file,
    ...place,
    path: withoutSecrets(renderPath(path), secrets),
    what: withoutSecrets(what, secrets),
  }));
  if (tree.isSyntaxBroken) throw new ConfigError(inOrder(problems));
  const whole = problemOfWhole(tree);
  if (whole !== undefined) throw failure(file, whole);

  for (const found of explainIssues(result?.error?.issues ?? [], tree.value, schema)) {
    const { line, column } = found.aboutKey ? tree.placeOfKey(found.path) : tree.placeOf(found.path);
    // A reference that could not be resolved has been told; what the schema makes of the gap says nothing new.
    if (tree.isUnresolved(found.path)) continue;
    const what = withoutBroughtValue(withoutSecrets(found.what, secrets), found.path, tree);
    const name = renderPath(shownPath({ ...found, path: tree.nameOf(found.path) }));
    problems.push({ file, line, column, path: withoutSecrets(name, secrets), what });
  }
  throw new ConfigError(inOrder(problems));
}

/**
 * References bring in texts; where the schema wants a number or a truth value, and the text is one, it is taken. So is
 * what a switch is called in the file, unless quotes say that a text is meant.
 */
function parseConverting(tree: ConfigTree): z.ZodSafeParseResult<Config> {
  const result = Config.safeParse(tree.value);
  let hasConverted = false;
  for (const issue of result.error?.issues ?? []) {
    const value = valueAt(tree.value, issue.path);
    if (typeof value !== 'string') continue;
    const expected = expectsSwitch(issue) ? 'boolean' : issue.code === 'invalid_type' ? issue.expected : '';
    if (!tree.isBrought(issue.path) && !(expected === 'boolean' && tree.isBareSwitch(issue.path))) continue;
    const converted = convertedTo(expected, value);
    if (converted === undefined) continue;
    tree.replace(issue.path, converted);
    hasConverted = true;
  }
  return hasConverted ? Config.safeParse(tree.value) : result;
}

function secretsOf(tree: ConfigTree, schema: JsonSchema): readonly Secret[] {
  const texts = [...tree.brought, ...tree.secretTexts, ...secretTextsIn(tree.value, schema)];
  return texts.map((text) => new Secret(text));
}

function problemOfWhole({ value }: ConfigTree): string | undefined {
  const advice = 'license-sentinel config init prints one to begin with';
  if (value === undefined || value === null) return `is empty; ${advice}`;
  if (typeof value !== 'object' || Array.isArray(value)) {
    return `is not a configuration: it must consist of sections such as "sites:"; ${advice}`;
  }
  return undefined;
}

function failure(file: string, what: string): ConfigError {
  return new ConfigError([{ file, line: null, column: null, path: '', what }]);
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
