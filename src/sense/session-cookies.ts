/** The session that a proxy opened for the token, kept so that each check does not open another one. */

export interface SessionCookies {
  /** The value of a `Cookie` header; undefined without a session. */
  header(): string | undefined;
  /** @param setCookie the `Set-Cookie` headers of an answer; only name and value count */
  keep(setCookie: string | string[] | undefined): void;
  forget(): void;
}

const LARGEST_COOKIE_CHARS = 4096;
const MOST_COOKIES = 20;

export function openSessionCookies(): SessionCookies {
  const values = new Map<string, string>();
  return {
    header: () =>
      values.size === 0 ? undefined : [...values].map(([name, value]) => `${name}=${value}`).join('; '),
    keep(setCookie) {
      for (const line of [setCookie ?? []].flat()) {
        const [, name, value] =
          /^\s*([\w.!#$%&'*+^`|~-]+)=([\x21-\x3a\x3c-\x7e]*)\s*(?:;|$)/.exec(line) ?? [];
        if (name === undefined || value === undefined || line.length > LARGEST_COOKIE_CHARS) continue;
        if (value === '') values.delete(name);
        else if (values.size < MOST_COOKIES || values.has(name)) values.set(name, value);
      }
    },
    forget: () => values.clear(),
  };
}
