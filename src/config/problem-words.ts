/** What a problem may repeat of the file it was found in. Pure. */
import type { Path } from './config-error.ts';
import type { Explained } from './explain.ts';
import { valueAt } from './json-schema.ts';
import type { YamlTree } from './yaml-tree.ts';

/** A key that swallowed its value (`token:abc`) is named by its front only. */
export function shownPath({ path, aboutKey }: Pick<Explained, 'path' | 'aboutKey'>): Path {
  const last = path.at(-1);
  if (!aboutKey || typeof last !== 'string' || !last.includes(':')) return path;
  return [...path.slice(0, -1), last.slice(0, last.indexOf(':'))];
}

/** Also short values, which cannot be searched for everywhere, are not repeated when they came from outside. */
export function withoutBroughtValue(
  what: string,
  path: Path,
  tree: Pick<YamlTree, 'value' | 'isBrought'>,
): string {
  const value = valueAt(tree.value, path);
  if (!tree.isBrought(path) || typeof value !== 'string') return what;
  return what.replaceAll(`"${value}"`, '"***"');
}
