/** The words of which the JSON Schemas are made. */

export type Schema = Readonly<Record<string, unknown>>;

export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const whole = { type: 'integer' };
export const instant = { type: 'string', format: 'date-time' };
export const day = { type: 'string', format: 'date' };
export const oneOf = (values: readonly string[]) => ({ type: 'string', enum: [...values] });
export const listOf = (items: Schema) => ({ type: 'array', items });

/** Every property is required: what is not known is null. */
export function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

export function nullable(schema: Schema): Schema {
  const { enum: values } = schema as { enum?: readonly string[] };
  return {
    ...schema,
    type: [schema['type'], 'null'],
    ...(values !== undefined && { enum: [...values, null] }),
  };
}
