// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration file look like this
/** Cases that break programs: right ones a little wrong, and texts that mean something to somebody else. */
import fc from 'fast-check';

/** Names that every object seems to have. */
export const prototypeNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
] as const;

/** Characters that are no letters: ends of text and of lines, marks, halves of a pair, directions. */
const oddCharacters = [
  '\u0000',
  '\u0001',
  '\u001b',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\n\r',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\ufffe',
  '\ud800',
  '\udfff',
  '\ud83d\ude00',
  '\u200f',
  '\u202e',
  '\u2066',
  'a\u0301'.repeat(3),
  '\u0130',
  'ß',
  '\u0661',
];

/** What is syntax somewhere, or a number that is none. */
const oddWords = [
  ...prototypeNames,
  '1e999',
  '-1e-999',
  '9007199254740993',
  '99999999999999999999999999',
  '-0',
  'NaN',
  '0x1F',
  '1_000',
  'null',
  'true',
  '$&',
  '$1',
  '${env:A}',
  '${file:a}',
  '${',
  '{site}',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '\\',
  ',',
  ';',
  ': ',
  ' #',
  '- ',
  '*a',
  '&a ',
  '<<: ',
  '!!binary ',
  '| ',
  '---\n',
  '%',
  '%00',
  '%2e%2e%2f',
  '%zz',
  '../',
  '//',
  '+',
  '#',
  '$SYS/',
  '<script>',
];

const odd = fc.constantFrom('', ...oddCharacters, ...oddWords);
const anyUnit = fc.nat(0xffff).map((unit) => String.fromCharCode(unit));

/** A text that is nasty in one way or several, at most some thousand characters long. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: odd },
  { weight: 3, arbitrary: fc.array(odd, { maxLength: 6 }).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: anyUnit, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(odd, fc.integer({ min: 2, max: 300 })).map(([one, times]) => one.repeat(times)),
  },
);

type Edit = (text: string) => string;

const edit: fc.Arbitrary<Edit> = fc
  .record({ kind: fc.nat(6), at: fc.nat(0xffff), length: fc.nat(0xff), odd, bit: fc.nat(6) })
  .map((random) => (text) => {
    const at = random.at % (text.length + 1);
    const length = 1 + (random.length % 40);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    switch (random.kind) {
      case 0:
        return after === ''
          ? text
          : before + String.fromCharCode(after.charCodeAt(0) ^ (1 << random.bit)) + after.slice(1);
      case 1:
        return before;
      case 2:
        return before + after.slice(length);
      case 3:
        return before + after.slice(0, length).repeat(1 + random.bit) + after;
      case 4:
        return before + random.odd + after.slice(length);
      case 5:
        return text.replaceAll('\n', () => ['\r\n', '\r', '\n\r', '\u2028'][random.bit % 4]!);
      default:
        return before + random.odd + after;
    }
  });

/** A right text with one to four mistakes: bits, cuts, doublings, odd characters, other line ends. */
export function mutated(right: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(right, fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) => edits.reduce((changed, next) => next(changed), text));
}

/** Nested 10,000 deep, closed or not. Rare, because each costs as much as a hundred others. */
export const deep: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(['[', ']'], ['{"a":', '}'], ['{"__proto__":', '}'], ['- ', ''], ['{ a: ', ' }']),
    fc.constantFrom(100, 1000, 10_000),
    fc.boolean(),
  )
  .map(
    ([[open, close], depth, isClosed]) => open!.repeat(depth) + (isClosed ? `1${close!.repeat(depth)}` : ''),
  );

const numberText = fc.constantFrom(
  '0',
  '-0',
  '1e999',
  '-1e308',
  '1e-400',
  '12345678901234567890123',
  '0.1',
  '42',
);
const textOfJson = nastyText.map((text) => JSON.stringify(text));

/**
 * The text of a JSON value with keys out of `names` among others. As text, because there a key can be `__proto__` and
 * come twice, and a number can be larger than any.
 */
export function nastyJson(names: readonly string[]): fc.Arbitrary<string> {
  const key = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...names) },
    { weight: 2, arbitrary: fc.constantFrom(...prototypeNames) },
    { weight: 1, arbitrary: nastyText },
  );
  return fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.oneof(textOfJson, numberText, fc.constantFrom('true', 'false', 'null', '[]', '{}')),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
      fc
        .array(fc.tuple(key, tie('value')), { maxLength: 4 })
        .map((pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
    ),
  })).value;
}
