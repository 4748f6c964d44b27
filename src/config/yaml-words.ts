/** What a YAML error means, in words that need no knowledge of YAML's grammar and repeat nothing from the file. */
import type { YAMLParseError } from 'yaml';

const WORDS: Readonly<Record<YAMLParseError['code'], string>> = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag',
  BAD_ALIAS: 'this alias (*name) has no anchor (&name) before it; a text that begins with * needs quotes',
  BAD_COLLECTION_TYPE: 'this tag does not fit here; remove it',
  BAD_DIRECTIVE: 'a line that begins with % is a YAML directive, and this one is not known; remove it',
  BAD_DQ_ESCAPE:
    "in double quotes a backslash begins an escape; use single quotes for Windows paths: 'C:\\certificates'",
  BAD_INDENT:
    'the indentation does not fit the lines above; use spaces, the same number for every key of a section',
  BAD_PROP_ORDER: 'anchors and tags come after the - of a list entry, not before',
  BAD_SCALAR_START: 'a text cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon in this line; put the text in quotes, or begin a new line',
  BLOCK_IN_FLOW: 'inside { } and [ ] only the short form is possible; is a closing bracket missing?',
  DUPLICATE_KEY: 'this key stands here twice; keep one of them',
  IMPOSSIBLE: 'this cannot be read as YAML',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters; is a quote missing?',
  MISSING_CHAR: 'a character is missing: a closing quote or bracket, a comma, or the colon after a key',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; is a colon missing?',
  MULTIPLE_ANCHORS: 'only one anchor (&name) is possible here',
  MULTIPLE_DOCS: 'a second document begins here (---); a configuration file holds one',
  MULTIPLE_TAGS: 'only one tag is possible here',
  NON_STRING_KEY: 'a key must be a text',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
  TAG_RESOLVE_FAILED:
    'this tag (a word that begins with !) is not known; remove it or put the text in quotes',
  UNEXPECTED_TOKEN: 'this was not expected here; is a quote, a bracket or a line break missing before it?',
};

/** The errors that are worth telling, by their place in the text. */
export function syntaxProblems(
  errors: readonly YAMLParseError[],
  text: string,
): readonly { readonly offset: number; readonly what: string }[] {
  return worthTelling(errors).map((error) => ({
    offset: error.pos[0],
    what: isBareReference(text, error.pos[0]) ? BARE_REFERENCE : wordsFor(error),
  }));
}

function wordsFor({ code, message }: Pick<YAMLParseError, 'code' | 'message'>): string {
  if (code === 'BAD_INDENT' && message.startsWith('Flow ')) {
    return 'a closing bracket is missing, or a line inside { } or [ ] is not indented';
  }
  return WORDS[code];
}

/** Of every kind the first only, but every repeated key: one slip makes the parser stumble over all that follows. */
function worthTelling(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const told = new Set<string>();
  return errors.filter(({ code }) => {
    if (code === 'DUPLICATE_KEY') return true;
    const isNew = !told.has(code);
    told.add(code);
    return isNew;
  });
}

const BARE_REFERENCE = `inside { } and [ ] a reference needs quotes: "\${env:NAME}"`;

/** There, `$` is a text of its own and `{` begins a section. */
function isBareReference(text: string, offset: number): boolean {
  return text.startsWith('${', offset) || text.startsWith('${', offset - 1);
}
