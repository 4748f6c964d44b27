/** A YAML text as plain values, each with the place where it stands. References in texts are expanded on the way. */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { Path } from './config-error.ts';
import { valueAt } from './json-schema.ts';
import { type Expanded, fileReferencesIn } from './references.ts';
import { switchIn } from './switch-words.ts';
import { syntaxProblems } from './yaml-words.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}

interface TreeProblem {
  readonly path: Path;
  readonly place: Place;
  readonly what: string;
}

export interface YamlTree {
  readonly value: unknown;
  readonly problems: readonly TreeProblem[];
  /** Everything that references brought in: it must not show up in a problem. */
  readonly brought: readonly string[];
  /** Where the value stands, or the nearest thing around it. */
  placeOf(path: Path): Place;
  /** Where the key stands that the value belongs to. */
  placeOfKey(path: Path): Place;
  /** True when the text is no YAML at some place, so that values may be missing or misplaced. */
  readonly isSyntaxBroken: boolean;
  /** Puts another value in the place of one that is there. */
  replace(path: Path, value: unknown): void;
  /** True when a reference in the value could not be resolved. */
  isUnresolved(path: Path): boolean;
  /** True when the value was, in part or whole, brought in by a reference. */
  isBrought(path: Path): boolean;
  /** True when the value is the name of a switch, such as `off`, without quotes. */
  isBareSwitch(path: Path): boolean;
}

export interface YamlSource {
  /** The files that `${file:…}` names anywhere in it. */
  readonly fileReferences: readonly string[];
  /** The keys of the outermost section. */
  readonly rootKeys: readonly string[];
  read(expand: (text: string) => Expanded): YamlTree;
}

/** Aliases can multiply a small file into an endless one. So many values may come from them. */
const MOST_ALIASED = 500_000;
const DEEPEST = 60;

export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const fileReferences: string[] = [];
  visit(document, {
    Scalar(_key, { value }) {
      if (typeof value === 'string') fileReferences.push(...fileReferencesIn(value));
    },
  });
  return { fileReferences, rootKeys: keysOf(document.contents), read };

  function placeAt(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  function read(expand: (text: string) => Expanded): YamlTree {
    const problems: TreeProblem[] = syntaxProblems(document.errors, text).map(({ offset, what }) => ({
      path: [],
      place: placeAt(offset),
      what,
    }));
    const places = new Map<string, Place>();
    const keyPlaces = new Map<string, Place>();
    const broughtPaths = new Set<string>();
    const unresolvedPaths = new Set<string>();
    const bareSwitches = new Set<string>();
    const brought: string[] = [];
    const anchors = new Map<string, Node>();
    /** A map that is merged into itself gets no longer path, so the path alone would not end it. */
    let aliasDepth = 0;
    let aliased = 0;
    let tooLarge = false;

    const value = document.contents === null ? undefined : readNode(document.contents, []);
    return {
      value,
      problems,
      brought,
      placeOf: (path) => nearest(places, path),
      placeOfKey: (path) => keyPlaces.get(JSON.stringify(path)) ?? nearest(places, path),
      replace(path, replacement) {
        const parent = valueAt(value, path.slice(0, -1)) as Record<PropertyKey, unknown>;
        parent[path.at(-1)!] = replacement;
      },
      isSyntaxBroken: tooLarge || document.errors.some(({ code }) => code !== 'DUPLICATE_KEY'),
      isUnresolved: (path) => unresolvedPaths.has(JSON.stringify(path)),
      isBrought: (path) => broughtPaths.has(JSON.stringify(path)),
      isBareSwitch: (path) => bareSwitches.has(JSON.stringify(path)),
    };

    function complain(path: Path, what: string): void {
      problems.push({ path, place: nearest(places, path), what });
    }

    function readNode(node: Node, path: Path): unknown {
      if (tooLarge) return null;
      if (node.range) places.set(JSON.stringify(path), placeAt(node.range[0]));
      if (aliasDepth > 0) aliased += 1;
      if (aliased > MOST_ALIASED || aliasDepth > DEEPEST || path.length > DEEPEST) {
        tooLarge = true;
        complain(path.slice(0, 1), 'the file is nested too deeply, or its aliases make it endless');
        return null;
      }
      if (isAlias(node)) return readAlias(node, path);
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isMap(node)) return mapOf(node.items as Pair<Node | null, Node | null>[], path);
      if (isSeq(node)) return (node.items as Node[]).map((item, index) => readNode(item, [...path, index]));
      if (!isScalar(node)) return null;
      if (typeof node.value !== 'string') return node.value;
      if (node.type === 'PLAIN' && switchIn(node.value) !== undefined) bareSwitches.add(JSON.stringify(path));
      return textOf(node.value, path);
    }

    /** Looked up here, as the library's own look-up walks through the whole document each time. */
    function readAlias({ source }: Alias, path: Path): unknown {
      const target = anchors.get(source);
      if (target === undefined) return null;
      aliasDepth += 1;
      const value = readNode(target, path);
      aliasDepth -= 1;
      return value;
    }

    function mapOf(pairs: readonly Pair<Node | null, Node | null>[], path: Path): Record<string, unknown> {
      const merged: [string, unknown][] = [];
      const own: [string, unknown][] = [];
      for (const { key, value: node } of pairs) {
        if (!isScalar(key) || key.value === null || typeof key.value === 'object') {
          complain(path, 'a key must be a text');
          continue;
        }
        const name = String(key.value as string | number | boolean | bigint);
        const at = [...path, name];
        if (key.range) keyPlaces.set(JSON.stringify(at), placeAt(key.range[0]));
        // The schema would leave it out without a word where any key may stand, as in headers and tags.
        if (name === '__proto__') {
          const place = keyPlaces.get(JSON.stringify(at)) ?? nearest(places, path);
          problems.push({ path: at, place, what: 'this key is not possible' });
          continue;
        }
        const read = node === null ? null : readNode(node, name === '<<' ? path : at);
        if (name === '<<') merged.push(...entriesToMerge(read));
        else own.push([name, read]);
      }
      return Object.fromEntries([...merged, ...own]);
    }

    function textOf(text: string, path: Path): string {
      if (!text.includes('${')) return text;
      const expanded = expand(text);
      if (expanded.problems.length > 0) unresolvedPaths.add(JSON.stringify(path));
      for (const what of expanded.problems) complain(path, what);
      if (expanded.brought.length > 0) {
        broughtPaths.add(JSON.stringify(path));
        brought.push(...expanded.brought, expanded.text);
      }
      return expanded.text;
    }
  }
}

function keysOf(node: unknown): readonly string[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
}

/** `<<: *defaults` or `<<: [*a, *b]`, where the first of several wins. */
function entriesToMerge(value: unknown): [string, unknown][] {
  const sources = Array.isArray(value) ? value.toReversed() : [value];
  return sources.flatMap((source) =>
    source !== null && typeof source === 'object' ? Object.entries(source) : [],
  );
}

function nearest(places: ReadonlyMap<string, Place>, path: Path): Place {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = places.get(JSON.stringify(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return { line: 1, column: 1 };
}
