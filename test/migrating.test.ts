/** The table of Butler's keys in docs/migrating-from-butler.md against what is read, both ways. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownBesides } from '../src/config/butler/not-taken-over.ts';
import { butlerJsonSchema } from '../src/config/butler/read-settings.ts';
import { NOT_READ } from '../src/config/butler/values.ts';
import type { JsonSchema } from '../src/config/json-schema.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/migrating-from-butler.md'), 'utf8');

/** Everything in back-ticks in the first cells of the tables under a heading. */
function keysUnder(heading: string): string[] {
  const [, rest = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, key]) => key!));
}

/** `configQRS.headers.static[].name` */
function leavesOf(schema: JsonSchema, isRead: boolean, before = ''): string[] {
  if (schema.items !== undefined && hasKeys(schema.items))
    return leavesOf(schema.items, isRead, `${before}[]`);
  if (!hasKeys(schema)) return (schema.description !== NOT_READ) === isRead ? [before] : [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    leavesOf(child, isRead, before === '' ? key : `${before}.${key}`),
  );
}

function hasKeys({ properties, items }: JsonSchema): boolean {
  return properties !== undefined || (items !== undefined && hasKeys(items));
}

describe('docs/migrating-from-butler.md', () => {
  it('has every key that is read, and no other, in its table of keys', () => {
    expect(keysUnder('Keys').sort()).toEqual(leavesOf(butlerJsonSchema(), true).sort());
  });

  it('has every part that is known and not read in its other table', () => {
    expect(keysUnder('Not taken over').sort()).toEqual([...knownBesides].sort());
  });

  it('claims of no key that is not read that it were', () => {
    const read = keysUnder('Keys');
    for (const key of leavesOf(butlerJsonSchema(), false)) expect(read).not.toContain(key);
  });
});
