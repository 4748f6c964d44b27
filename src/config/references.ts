/** `${env:NAME}` and `${file:PATH}` in the texts of a configuration file: values that do not stand in it. Pure. */

/** The text behind a reference, or why there is none. */
export type Resolved = { readonly text: string } | { readonly problem: string };

export interface Expanded {
  readonly text: string;
  /** What the references brought in; it may be secret. */
  readonly brought: readonly string[];
  readonly problems: readonly string[];
}

/** `$${` first, so that an escaped reference is none; a `${` that is not closed is one that somebody mistyped. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;

/** The paths of all `${file:…}` in a text. */
export function fileReferencesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([whole, inside]) =>
    whole.endsWith('}') && inside?.startsWith('file:') ? [inside.slice('file:'.length)] : [],
  );
}

/** Replaces references by what is behind them, once: what they bring in is not looked through again. */
export function expandReferences(
  text: string,
  env: (name: string) => string | undefined,
  file: (path: string) => Resolved,
): Expanded {
  const brought: string[] = [];
  const problems: string[] = [];
  const expanded = text.replaceAll(REFERENCE, (whole: string, inside: string | undefined) => {
    if (whole === '$${') return '${';
    const resolved = resolve(whole.endsWith('}') ? (inside ?? '') : '', env, file);
    if ('problem' in resolved) {
      problems.push(resolved.problem);
      return '';
    }
    brought.push(resolved.text);
    return resolved.text;
  });
  return { text: expanded, brought, problems };
}

function resolve(
  inside: string,
  env: (name: string) => string | undefined,
  file: (path: string) => Resolved,
): Resolved {
  const [, source, name] = /^(env|file):(.+)$/.exec(inside) ?? [];
  if (source === 'file') return file(name!);
  if (source !== 'env' || !/^[\w().-]+$/.test(name!)) {
    // Not echoed: it may be part of a password that happens to hold these characters.
    return {
      problem: `unknown reference; write \${env:NAME} or \${file:PATH}, or $\${ for the characters \${ themselves`,
    };
  }
  const value = env(name!);
  if (value !== undefined) return { text: value };
  return { problem: `the environment variable ${name} is not set` };
}
