/** What the schema found wrong, in words for the person who wrote the file. Pure. */
import type * as z from 'zod';
import type { Path } from './config-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { alternativeFor, type JsonSchema, schemaAt, valueAt } from './json-schema.ts';
import { switchIn } from './switch-words.ts';

export interface Explained {
  readonly path: Path;
  readonly what: string;
  /** The key itself is wrong, not its value. */
  readonly aboutKey?: boolean;
}

type Issue = z.core.$ZodIssue;

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys of its own',
  record: 'a section with keys of its own',
};

/**
 * @param root the values of the file, before the schema
 * @param schema what the file may hold, to suggest keys and describe what is missing
 */
export function explainIssues(issues: readonly Issue[], root: unknown, schema: JsonSchema): Explained[] {
  return issues.flatMap((issue) => explain(issue, []));

  function explain(issue: Issue, before: Path): Explained[] {
    const path = [...before, ...issue.path];
    const value = valueAt(root, path);
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey(key, path));
      case 'invalid_union':
        return explainUnion(issue, path, value);
      case 'invalid_element':
        return issue.issues.flatMap((inner) => explain(inner, path));
      case 'invalid_key':
        return [{ path, what: `this key is not possible: ${ownWords(issue.issues[0])}`, aboutKey: true }];
      case 'invalid_type':
        return [
          {
            path,
            what:
              value === undefined
                ? missing(path)
                : wrongType(issue.expected, value, schemaAt(schema, root, path)),
          },
        ];
      case 'invalid_value':
        return [{ path, what: value === undefined ? missing(path) : oneOf(issue.values, value) }];
      case 'too_small':
      case 'too_big':
        return [{ path, what: wrongSize(issue) }];
      case 'invalid_format':
      case 'not_multiple_of':
      case 'custom':
        return [{ path, what: ownWords(issue) }];
    }
  }

  function explainUnion(
    issue: Extract<Issue, { code: 'invalid_union' }>,
    path: Path,
    value: unknown,
  ): Explained[] {
    if ('options' in issue && issue.options !== undefined && issue.errors.length === 0) {
      return [
        {
          path,
          what:
            value === undefined ? `is missing: one of ${list(issue.options)}` : oneOf(issue.options, value),
        },
      ];
    }
    if (value === undefined) return [{ path, what: missing(path) }];
    const branches = issue.errors.map((errors) => errors.flatMap((error) => explain(error, path)));
    // A branch that got inside the value is the one that was meant.
    const meant = branches.find((branch) =>
      branch.every((found) => found.path.length > path.length || found.aboutKey),
    );
    if (meant !== undefined) return meant;
    // What spells a truth value was meant to be one.
    const meansSwitch = typeof value === 'string' && switchIn(value) !== undefined;
    const asSwitch =
      meansSwitch && issue.errors.flat().find((error) => error.path.length === 0 && expectsSwitch(error));
    if (asSwitch) return explain(asSwitch, path);
    const told = issue.errors.flat().filter(({ code }) => code !== 'invalid_type');
    const whats = (told.length > 0 ? told : issue.errors.flat()).flatMap((error) => explain(error, path));
    return [{ path, what: [...new Set(whats.map(({ what }) => what))].join('; or: ') }];
  }

  function unknownKey(key: string, path: Path): Explained {
    const [, front] = /^([^:]*):./s.exec(key) ?? [];
    // What follows the colon may be a secret, so only the front of the key is repeated.
    if (front !== undefined) {
      return { path: [...path, key], what: 'a blank is missing after the colon', aboutKey: true };
    }
    const here = schemaAt(schema, root, path);
    const known = here && alternativeFor(here, valueAt(root, path));
    const keys = Object.keys(known?.properties ?? {});
    const suggestion = didYouMean(key, keys) || (keys.length > 0 ? `; known here: ${keys.join(', ')}` : '');
    return { path: [...path, key], what: `unknown key${suggestion}`, aboutKey: true };
  }

  function missing(path: Path): string {
    const description = schemaAt(schema, root, path)?.description;
    return description === undefined ? 'is missing' : `is missing: ${description.replace(/\.$/, '')}`;
  }
}

function wrongType(expected: string, value: unknown, schema: JsonSchema | undefined): string {
  const wanted = TYPE_WORDS[expected] ?? expected;
  const found = wordFor(value);
  if (expected === 'string' && typeof value === 'number' && schema?.$comment === 'duration') {
    return 'must be a duration with its unit; write for example 30 s, 5 min, 6 h or 7 days';
  }
  if (typeof value === 'string' && convertedTo(expected, value) !== undefined) {
    return `must be ${wanted}, not a text; remove the quotes`;
  }
  const hint =
    expected === 'string' && ['a number', 'true or false'].includes(found) ? '; put it in quotes' : '';
  return `must be ${wanted}, not ${found}${hint}`;
}

/** The number or truth value that a text spells; undefined when it does not. */
export function convertedTo(expected: string, text: string): number | boolean | undefined {
  if (expected === 'boolean') return switchIn(text);
  if (!['number', 'int'].includes(expected) || !/^-?\d{1,15}(?:\.\d+)?$/.test(text)) return undefined;
  return Number(text);
}

/** Whether the schema would take a truth value in this place, be it beside something else. */
export function expectsSwitch(issue: Issue): boolean {
  if (issue.code === 'invalid_type') return issue.expected === 'boolean';
  return (
    issue.code === 'invalid_union' &&
    issue.errors.some((errors) => errors.some((error) => error.path.length === 0 && expectsSwitch(error)))
  );
}

function wordFor(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return TYPE_WORDS[typeof value] ?? 'that';
}

function oneOf(options: readonly unknown[], value: unknown): string {
  const texts = options.filter((option) => typeof option === 'string');
  const suggestion = typeof value === 'string' ? didYouMean(value, texts) : '';
  return options.length === 1
    ? `must be ${list(options)}${suggestion}`
    : `must be one of ${list(options)}${suggestion}`;
}

function list(options: readonly unknown[]): string {
  return options.map(String).join(', ');
}

function wrongSize(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const isSmall = issue.code === 'too_small';
  const limit = isSmall ? issue.minimum : issue.maximum;
  const bound = `${isSmall ? 'at least' : 'at most'} ${limit}`;
  if (!/^(?:Too |Invalid )/.test(issue.message)) return issue.message;
  if (issue.origin === 'array')
    return limit === 1 && isSmall ? 'must not be empty' : `must have ${bound} entries`;
  if (issue.origin === 'string')
    return limit === 1 && isSmall ? 'must not be empty' : `must have ${bound} characters`;
  return `must be ${bound}`;
}

/** Messages that our own schemas give are plain; only those that the library made up need other words. */
function ownWords(issue: Issue | undefined): string {
  if (issue === undefined) return 'is not right';
  if (!issue.message.startsWith('Invalid ')) return issue.message;
  return issue.code === 'invalid_format' && issue.format === 'url'
    ? 'is not an address; write for example https://example.com'
    : 'does not have the right form';
}
