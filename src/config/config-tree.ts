/** What the loader needs to know of a file: the values, and how to tell the user where each came from. */
import type { Path } from './config-error.ts';
import type { YamlTree } from './yaml-tree.ts';

export interface ConfigTree extends YamlTree {
  /** What the file calls the value at a path of our configuration. */
  readonly nameOf: (path: Path) => Path;
  /** Further texts that must not show up in a problem. */
  readonly secretTexts: readonly string[];
}

/** A file that is one of ours already. */
export function ownTree(tree: YamlTree): ConfigTree {
  return { ...tree, nameOf: (path) => path, secretTexts: [] };
}
