/** Every case of the conformance list has a test under its name, or a reason why not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** C: Butler's own unit tests. P: promises of its documentation. N: runs in which it failed. */
const lastOf = { C: 30, P: 10, N: 26 } as const;
const lastFault = 23;
/** Cases about something that is not the job of this program. */
const outside: Readonly<Record<string, string>> = { C30: 'releases of access licenses' };

const numbered = (letter: string, last: number) =>
  Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
const cases = Object.entries(lastOf).flatMap(([letter, last]) => numbered(letter, last));

/** Texts in quotes, which is where the names of tests stand; comments do not count. */
function namesIn(code: string): readonly string[] {
  const texts = code
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .matchAll(/(['"`])((?:(?!\1)[^\n\\]|\\.)*)\1/g);
  return [...texts].flatMap(([, , text]) => text!.match(/\b[CPN]\d{1,2}\b/g) ?? []);
}

const tested = new Set(
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && file !== 'butler-names.test.ts')
    .flatMap((file) => namesIn(readFileSync(join(import.meta.dirname, file), 'utf8'))),
);

describe('the conformance list', () => {
  it.each(cases.filter((name) => !(name in outside)))('%s has a test', (name) => {
    expect(tested).toContain(name);
  });

  it('has every case that a test names', () => {
    expect(cases).toEqual(expect.arrayContaining([...tested]));
  });

  it('has every fault of Butler in the documentation, with what is done instead', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/migrating-from-butler.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (D\d+) \| (.+) \| (.+) \|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(numbered('D', lastFault));
  });
});
