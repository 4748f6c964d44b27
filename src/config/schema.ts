/** The JSON Schema of the configuration file, for editors and for our own messages and reference page. */
import * as z from 'zod';
import { Duration, renderDuration } from '../platform/duration.ts';
import { SecretText } from '../platform/secret-text.ts';
import { Config } from './config.ts';
import type { JsonSchema } from './json-schema.ts';

const ID = 'urn:license-sentinel:config:v1';

let made: JsonSchema | undefined;

/** Draft 2020-12, of what people write (not of what it is parsed to). Made once, so nobody may change it. */
export function configJsonSchema(): JsonSchema {
  made ??= makeJsonSchema();
  return made;
}

function makeJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(Config, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      if (isFrom(zodSchema, Duration)) jsonSchema.$comment = 'duration';
      if (isFrom(zodSchema, SecretText)) jsonSchema.writeOnly = true;
      // The library leaves these out, because a default is what the text is parsed to; people want to read them.
      if (def.type === 'default' && jsonSchema.default === undefined) {
        const { defaultValue } = def as z.core.$ZodDefaultDef;
        const isMs = typeof defaultValue === 'number' && isDuration(zodSchema);
        jsonSchema.default = isMs
          ? renderDuration(defaultValue)
          : (defaultValue as typeof jsonSchema.default);
      }
    },
  });
  const { $schema, ...rest } = schema;
  return { $schema, $id: ID, title: 'License Sentinel configuration', ...rest } as JsonSchema;
}

/** Refining or describing a schema makes a copy, but the copy keeps its last step. */
function isFrom(schema: z.core.$ZodType, origin: z.core.$ZodType): boolean {
  const { def } = schema._zod;
  const last = (origin._zod.def as z.core.$ZodPipeDef).out;
  return def.type === 'pipe' && (def as z.core.$ZodPipeDef).out === last;
}

function isDuration(schema: z.core.$ZodType): boolean {
  const inner = (schema._zod.def as Partial<z.core.$ZodDefaultDef>).innerType;
  return inner === undefined ? isFrom(schema, Duration) : isDuration(inner);
}
