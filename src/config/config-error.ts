/** What is wrong with a configuration file, told all at once and in words. */

export interface ConfigProblem {
  /** The file as the user named it. */
  readonly file: string;
  /** From 1; null when the problem concerns the file as a whole. */
  readonly line: number | null;
  readonly column: number | null;
  /** `sites[0].check`; empty when the problem concerns the file as a whole. */
  readonly path: string;
  /** What is wrong and what to do. Never holds the value of a secret. */
  readonly what: string;
}

/** The operator's file cannot be used. `message` lists every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(renderProblem).join('\n'));
    this.problems = problems;
  }
}

/** `config.yaml:12:5 sites[0].prot: unknown key; did you mean "port"?` */
function renderProblem({ file, line, column, path, what }: ConfigProblem): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return path === '' ? `${place} ${what}` : `${place} ${path}: ${what}`;
}

export type Path = readonly PropertyKey[];

/** `['sites', 0, 'check']` → `sites[0].check`. */
export function renderPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part);
    if (!/^[\w-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
