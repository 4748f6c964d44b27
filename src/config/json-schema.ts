/** Finds its way through a JSON Schema along a value. Pure. */
import type { Path } from './config-error.ts';

/** The part of JSON Schema that the configuration uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** `duration` where the text is one. */
  readonly $comment?: string;
  /** True where the text is a secret. */
  readonly writeOnly?: boolean;
}

/** The alternatives of a schema; itself when it has none. */
export function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  const alternatives = schema.anyOf ?? schema.oneOf;
  return alternatives === undefined ? [schema] : alternatives.flatMap(alternativesOf);
}

/** The alternative that a value is meant to be: its `kind` or `version` says so, else its type; the only one is. */
export function alternativeFor(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  const alternatives = alternativesOf(schema);
  if (value === undefined) return alternatives.length === 1 ? alternatives[0] : undefined;
  return alternatives.find((alternative) => fits(alternative, value));
}

/** The schema of the value at a path, as far as it is known. */
export function schemaAt(schema: JsonSchema, root: unknown, path: Path): JsonSchema | undefined {
  let here: JsonSchema | undefined = schema;
  let value = root;
  for (const part of path) {
    here = here && alternativeFor(here, value);
    here = here && childOf(here, part);
    value = childValue(value, part);
  }
  return here;
}

/** The value at a path. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce(childValue, root);
}

export function childOf(schema: JsonSchema, part: PropertyKey): JsonSchema | undefined {
  if (typeof part === 'number') return schema.items;
  const { properties, additionalProperties } = schema;
  const name = String(part);
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function childValue(value: unknown, part: PropertyKey): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<PropertyKey, unknown>)[part];
}

function fits(schema: JsonSchema, value: unknown): boolean {
  if (Array.isArray(value)) return schema.type === 'array';
  if (value === null || typeof value !== 'object') return schema.type !== 'array' && schema.type !== 'object';
  if (schema.type !== 'object') return false;
  return Object.entries(schema.properties ?? {}).every(
    ([name, { const: fixed }]) => fixed === undefined || fixed === (childValue(value, name) ?? fixed),
  );
}
