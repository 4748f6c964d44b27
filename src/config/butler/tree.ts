/** A Butler file seen as one of ours: our values, with the names and places of the Butler file. Pure. */

import type { FromButler } from '../butler.ts';
import type { Path } from '../config-error.ts';
import type { ConfigTree } from '../config-tree.ts';
import { valueAt } from '../json-schema.ts';
import { shownPath, withoutBroughtValue } from '../problem-words.ts';
import type { Expanded } from '../references.ts';
import { secretTextsIn } from '../secret-texts.ts';
import type { YamlTree } from '../yaml-tree.ts';

const WELL_FORMED = /\$\{(?:env:[\w().-]+|file:[^}]+)\}/;

/** Butler knows no references, so its texts are as they are, unless they hold one beyond doubt. */
export function expandInButler(text: string, expand: (text: string) => Expanded): Expanded {
  return WELL_FORMED.test(text) ? expand(text) : { text, brought: [], problems: [] };
}

/** The texts as they stand in the file, references and all. */
export function unexpanded(text: string): Expanded {
  return { text, brought: [], problems: [] };
}

/** A text of a Butler file as ours has to hold it, where every `${` begins a reference. */
export function escapedReferences(text: string): string {
  return WELL_FORMED.test(text) ? text : text.replaceAll('${', () => '$${');
}

/** @param tree the Butler file @param read what `fromButler` made of its value */
export function butlerTree(tree: YamlTree, read: FromButler): ConfigTree {
  const { config, inUse, originOf } = read;
  // Where the text is no YAML, what is missing may stand further down.
  const found = tree.isSyntaxBroken ? [] : read.problems;
  const told: ConfigTree['problems'] = found.map((one) => ({
    path: shownPath(one),
    place: one.aboutKey ? tree.placeOfKey(one.path) : tree.placeOf(one.path),
    what: withoutBroughtValue(one.what, one.path, tree),
  }));
  // References where nothing is read do not matter; what concerns no single value always does.
  const inTree = tree.problems.filter(
    ({ path }) => path.length === 0 || valueAt({ Butler: inUse }, path) !== undefined,
  );
  return {
    ...tree,
    value: config,
    problems: [...inTree, ...told],
    nameOf: originOf,
    secretTexts: secretTextsIn(withoutPlainWords(inUse), {}),
    placeOf: (path) => tree.placeOf(originOf(path)),
    placeOfKey: (path) => tree.placeOfKey(originOf(path)),
    isBrought: (path) => tree.isBrought(originOf(path)),
    isBareSwitch: (path) => tree.isBareSwitch(originOf(path)),
    isUnresolved: (path) => {
      const origin = originOf(path);
      return tree.isUnresolved(origin) || read.problems.some((found) => overlaps(found.path, origin));
    },
    replace(path, value) {
      const parent = valueAt(config, path.slice(0, -1)) as Record<PropertyKey, unknown>;
      parent[path.at(-1)!] = value;
    },
  };
}

/** `authentication: certificates` is no secret, and its value is a word that problems need. */
function withoutPlainWords(inUse: Readonly<Record<string, unknown>>): unknown {
  const { configQRS } = inUse;
  if (configQRS === null || typeof configQRS !== 'object') return inUse;
  return { ...inUse, configQRS: { ...configQRS, authentication: undefined } };
}

/** One of the paths lies inside the other: a problem with the one explains a problem with the other. */
function overlaps(one: Path, other: Path): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((part, index) => part === other[index]);
}
