/** A configuration of ours while it is being made out of a Butler file: every value knows where it came from. Pure. */
import type { Path } from '../config-error.ts';

/** A value, or a section of values, with its place in the Butler file. */
class Taken {
  readonly value: unknown;
  readonly path: Path;
  readonly isNeeded: boolean;

  constructor(value: unknown, path: Path, isNeeded: boolean) {
    this.value = value;
    this.path = path;
    this.isNeeded = isNeeded;
  }
}

/** `influxDb.v1Config.dbName` below `Butler`; a part that is a number is an index. */
export function butlerPath(keys: string): Path {
  return ['Butler', ...keys.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))];
}

/** A value of the draft that stands at `keys` below `Butler`; undefined leaves it out. */
export function from(keys: string, value: unknown): unknown {
  return new Taken(value, butlerPath(keys), false);
}

/** As `from`; without it there can be no configuration. */
export function needed(keys: string, value: unknown): unknown {
  return new Taken(value, butlerPath(keys), true);
}

export interface Settled {
  readonly config: Record<string, unknown>;
  /** Place in the Butler file, by `JSON.stringify` of the path in our configuration. */
  readonly origins: ReadonlyMap<string, Path>;
  /** What is needed, but not there: paths of the Butler file. */
  readonly missing: readonly Path[];
}

/** Takes the places out of a draft. */
export function settle(draft: Readonly<Record<string, unknown>>): Settled {
  const origins = new Map<string, Path>();
  const missing: Path[] = [];
  const config = settled(draft, []) as Record<string, unknown>;
  return { config, origins, missing };

  function settled(value: unknown, path: Path): unknown {
    if (value instanceof Taken) {
      origins.set(JSON.stringify(path), value.path);
      if (value.value === undefined && value.isNeeded) missing.push(value.path);
      return settled(value.value, path);
    }
    if (Array.isArray(value)) return value.map((item, index) => settled(item, [...path, index]));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, child]) => [key, settled(child, [...path, key])]);
    return Object.fromEntries(entries.filter(([, child]) => child !== undefined)) as unknown;
  }
}

/** The place in the Butler file that is behind a path of our configuration, or behind the nearest thing around it. */
export function originOf(path: Path, origins: ReadonlyMap<string, Path>): Path {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(JSON.stringify(path.slice(0, length)));
    if (origin !== undefined) return origin;
  }
  return ['Butler'];
}
