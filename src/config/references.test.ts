// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration file look like this
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandReferences, fileReferencesIn } from './references.ts';

const env = (name: string) => ({ NAME: 'value', EMPTY: '', NESTED: '${env:NAME}' })[name];
const file = (path: string) =>
  path === '/run/s' ? { text: 'content' } : { problem: `the file ${path} does not exist` };
const expand = (text: string) => expandReferences(text, env, file);

it.each([
  ['plain', 'plain'],
  ['${env:NAME}', 'value'],
  ['a-${env:NAME}-${file:/run/s}', 'a-value-content'],
  ['${env:EMPTY}', ''],
  ['$${env:NAME}', '${env:NAME}'],
  ['$${', '${'],
  ['costs $5 {really}', 'costs $5 {really}'],
  ['${env:NESTED}', '${env:NAME}'],
])('reads %s as %s', (text, expected) => {
  expect(expand(text)).toMatchObject({ text: expected, problems: [] });
});

it.each([
  ['${env:NOPE}', 'the environment variable NOPE is not set'],
  ['${file:/nope}', 'the file /nope does not exist'],
  ['${NAME}', 'unknown reference'],
  ['${vault:x}', 'unknown reference'],
  ['${env:}', 'unknown reference'],
  ['${env:NAME', 'unknown reference'],
  ['${', 'unknown reference'],
])('refuses %s', (text, problem) => {
  expect(expand(text).problems).toEqual([expect.stringContaining(problem)]);
});

it('tells what came from outside, and which files are wanted', () => {
  expect(expand('${env:NAME}/${file:/run/s}').brought).toEqual(['value', 'content']);
  expect(fileReferencesIn('${file:a b} $${file:no} ${env:NAME} ${file:/c}')).toEqual(['a b', '/c']);
});

it('does not repeat what is not a reference, as it may be part of a password', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 6 }).filter((text) => !/^(?:env|file):/.test(text) && !text.includes('}')),
      (text) => {
        expect(expand(`\${${text}}`).problems.join()).not.toContain(text);
      },
    ),
  );
});
