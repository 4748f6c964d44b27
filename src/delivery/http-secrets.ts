/** Keeps secrets, and what an address may hide, out of what is shown of an HTTP exchange. Pure. */
import { Secret, withoutSecrets } from '../platform/secret.ts';

/** Path segments this long may be a token, as in the addresses of chat services; shorter ones are words. */
const SHORTEST_TOKEN_CHARS = 8;

/**
 * What may be secret in an address that a user configured: user and password, the path, its longer segments, and
 * the values of the query. All but scheme, host and port.
 */
export function secretsInUrl(url: URL): readonly Secret[] {
  const user = decoded(url.username);
  const password = decoded(url.password);
  const segments = url.pathname.split('/').filter((segment) => segment.length >= SHORTEST_TOKEN_CHARS);
  return [
    user,
    password,
    `${user}:${password}`,
    url.pathname.slice(1),
    url.search.slice(1),
    ...segments,
    ...segments.map(decoded),
    ...url.searchParams.values(),
  ].map((text) => new Secret(text));
}

/**
 * A function that replaces the secrets in a text by `***`, in the spellings that a far end may echo: as they are,
 * URL-encoded, form-encoded, inside JSON or HTML, and as base64. Longer spellings go first, so that a secret which
 * begins like another leaves no rest.
 */
export function scrubberOf(secrets: readonly Secret[]): (text: string) => string {
  const spellings = new Set(secrets.flatMap((secret) => spellingsOf(secret.reveal())));
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length).map((text) => new Secret(text));
  return (text) => withoutSecrets(text, longestFirst);
}

function spellingsOf(plain: string): readonly string[] {
  const json = JSON.stringify(plain).slice(1, -1);
  return [
    plain,
    plain.toLowerCase(),
    new URLSearchParams([['', plain]]).toString().slice(1),
    json,
    // Go escapes these three as well, and Python all that is not ASCII.
    json.replace(/[<>&]/g, unicodeEscape),
    json.replace(/[^\x20-\x7e]/g, unicodeEscape),
    plain.replace(/[<>&"']/g, (character) => HTML_ENTITIES[character]!),
  ];
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A part of an address without its percent-encoding; as it is where that encoding is broken. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A user in the address counts as basic authentication, as browsers and Butler have it. */
export function authorizationInUrl({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return basicAuthorization(decoded(username), decoded(password));
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
