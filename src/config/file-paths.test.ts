import { expect, it } from 'vitest';
import { NAMED_BY_USERS, pathFrom } from './file-paths.ts';
import type { JsonSchema } from './json-schema.ts';
import { configJsonSchema } from './schema.ts';

it.each([
  ['/etc/ls', 'certs', '/etc/ls/certs'],
  ['/etc/ls', './a/../b.pem', '/etc/ls/b.pem'],
  ['/etc/ls', '/var/x', '/var/x'],
  ['/etc/ls', 'C:\\certs', 'C:\\certs'],
  ['/etc/ls', '\\\\server\\share\\certs', '\\\\server\\share\\certs'],
  ['C:\\ls', 'certs\\prod', 'C:\\ls\\certs\\prod'],
  ['C:\\ls', './certs', 'C:\\ls\\certs'],
])('from %s, %s is %s', (folder, path, expected) => {
  expect(pathFrom(folder, path)).toBe(expected);
});

it('knows every section whose keys users choose, which hold no paths', () => {
  expect([...NAMED_BY_USERS].sort()).toEqual([...new Set(openSections(configJsonSchema(), ''))].sort());
});

/** The names of sections that take any key. */
function openSections(schema: JsonSchema, key: string): string[] {
  const { properties = {}, additionalProperties, items, anyOf = [], oneOf = [] } = schema;
  const inside = [
    ...Object.entries(properties).flatMap(([name, child]) => openSections(child, name)),
    ...[...anyOf, ...oneOf, ...(items ? [items] : [])].flatMap((child) => openSections(child, key)),
  ];
  return typeof additionalProperties === 'object' ? [key, ...inside] : inside;
}
