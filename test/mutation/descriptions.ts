/**
 * No mutants in the descriptions of settings: they are read by people only, in docs/configuration.md, and a test compares that page
 * with the schema.
 */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

interface Node {
  readonly type: string;
  readonly property?: { readonly name?: string };
  readonly callee?: Node;
}

interface Place {
  readonly parent?: Node | null;
  /** Where the node stands in its parent. */
  readonly listKey?: string;
}

const descriptions = {
  shouldIgnore({ parent, listKey }: Place): string | undefined {
    const isDescription =
      listKey === 'arguments' &&
      parent?.type === 'CallExpression' &&
      parent.callee?.property?.name === 'describe';
    return isDescription ? 'a description of a setting' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'descriptions', descriptions)];
