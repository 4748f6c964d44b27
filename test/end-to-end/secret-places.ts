/** The places of a configuration that hold a secret, by the schema, and those that a configuration fills. */
interface Schema {
  readonly writeOnly?: boolean;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** `destinations mqtt.password`: the keys on the way, and the kind of a destination. */
export function secretPlacesIn(schema: Schema, path = ''): ReadonlySet<string> {
  const { properties = {}, additionalProperties, items } = schema;
  const kind = kindOf(properties['kind']?.const, properties['version']?.const);
  const inner: readonly (readonly [string, Schema])[] = [
    ...Object.entries(properties).map(([key, child]) => [`${path}${kind}.${key}`, child] as const),
    ...(typeof additionalProperties === 'object' ? [[`${path}.*`, additionalProperties] as const] : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(items ? [items] : [])].map(
      (child) => [path, child] as const,
    ),
  ];
  return new Set([
    ...(schema.writeOnly === true ? [path] : []),
    ...inner.flatMap(([at, child]) => [...secretPlacesIn(child, at)]),
  ]);
}

/** Every place that a value fills, in the same spelling; a key may be any. */
export function filledPlacesIn(value: unknown, path = ''): ReadonlySet<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...filledPlacesIn(item, path)]));
  if (value === null || typeof value !== 'object') return new Set([path]);
  const { kind, version } = value as { readonly kind?: unknown; readonly version?: unknown };
  const inner = Object.entries(value).flatMap(([key, child]) => [
    ...filledPlacesIn(child, `${path}${kindOf(kind, version)}.${key}`),
    ...filledPlacesIn(child, `${path}.*`),
  ]);
  return new Set(inner);
}

function kindOf(kind: unknown, version: unknown): string {
  return typeof kind === 'string' ? ` ${kind}${typeof version === 'number' ? ` ${version}` : ''}` : '';
}
