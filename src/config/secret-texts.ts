/** The texts of a configuration file that must not be repeated: secrets, and addresses that may hold one. Pure. */
import { alternativeFor, childOf, type JsonSchema } from './json-schema.ts';

/** Keys of secrets, also where they are misspelt into something that the schema does not know. */
const SECRET_KEY = /pass|secret|token|jwt|auth|cred|header|apikey/i;

/** Every secret text in `value`, whether its place in the schema or the name of its key says so. */
export function secretTextsIn(value: unknown, schema: JsonSchema): readonly string[] {
  const found: string[] = [];
  collect(value, schema, false);
  return found;

  function collect(here: unknown, known: JsonSchema | undefined, isSecret: boolean): void {
    if (typeof here === 'string' || typeof here === 'number') {
      if (isSecret || isSecretText(known)) found.push(String(here));
      else if (typeof here === 'string') found.push(...secretPartsOfUrl(here));
      return;
    }
    if (here === null || typeof here !== 'object') return;
    const alternative = known && alternativeFor(known, here);
    for (const [key, child] of Object.entries(here)) {
      const part = Array.isArray(here) ? Number(key) : key;
      const isNamedSo = typeof part === 'string' && SECRET_KEY.test(part);
      collect(child, alternative && childOf(alternative, part), isSecret || isNamedSo);
    }
  }
}

function isSecretText(schema: JsonSchema | undefined): boolean {
  return schema !== undefined && (schema.writeOnly === true || (schema.anyOf ?? []).some(isSecretText));
}

/** User, password, path and query of an address: chat services keep their secret in the path. */
function secretPartsOfUrl(text: string): readonly string[] {
  if (!text.includes('://')) return [];
  const [, rest = ''] = text.split('://', 2);
  const atSign = rest.lastIndexOf('@');
  const path = /[/?#].*$/s.exec(rest.slice(atSign + 1))?.[0] ?? '';
  return [text, rest.slice(0, Math.max(0, atSign)), path].filter((part) => part.length > 3);
}
