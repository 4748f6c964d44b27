import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type JsonSchema, schemaAt } from './json-schema.ts';
import { renderReference } from './reference.ts';
import { configJsonSchema } from './schema.ts';

const schema = configJsonSchema();

it('is a JSON Schema of draft 2020-12 with a name', () => {
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: expect.stringMatching(/^urn:/),
    title: 'License Sentinel configuration',
    type: 'object',
    required: ['sites'],
    additionalProperties: false,
  });
});

it('marks durations and secrets, and shows defaults as people write them', () => {
  const at = (...path: PropertyKey[]): JsonSchema | undefined => {
    const root = { destinations: [{ kind: 'influxdb', version: 2 }], alerts: {} };
    return schemaAt(schema, root, path);
  };
  expect(at('alerts', 'visibility', 'after')).toMatchObject({ $comment: 'duration', default: '1 h' });
  expect(at('alerts', 'thresholdDays')?.default).toEqual([90, 60, 30, 14, 7, 3, 1, 0]);
  expect(at('destinations', 0, 'token')?.writeOnly).toBe(true);
  expect(at('destinations', 0, 'timeout')?.default).toBe('10 s');
});

it('describes every option', () => {
  const silent: string[] = [];
  const visit = (at: string, here: JsonSchema): void => {
    for (const alternative of [...(here.anyOf ?? []), ...(here.oneOf ?? [])]) visit(at, alternative);
    if (here.items) visit(`${at}[]`, here.items);
    for (const [name, child] of Object.entries(here.properties ?? {})) {
      if (child.description === undefined && child.const === undefined) silent.push(`${at}.${name}`);
      visit(`${at}.${name}`, child);
    }
  };
  visit('', schema);
  expect(silent).toEqual([]);
});

it('is what docs/configuration.md says; else run: node scripts/write-configuration-reference.ts', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(renderReference(schema));
});
