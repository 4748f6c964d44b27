/** Checks the part of a Butler file that is in use, and keeps of it what is right, so that all problems are told at once. Pure. */
import * as z from 'zod';
import type { Path } from '../config-error.ts';
import { type Explained, explainIssues } from '../explain.ts';
import type { JsonSchema } from '../json-schema.ts';
import { changedAt } from './in-use.ts';
import { ButlerSettings } from './schema.ts';

export interface ReadSettings {
  readonly settings: ButlerSettings;
  /** With paths that begin at `Butler`. */
  readonly problems: readonly Explained[];
}

/** Leaving out what is wrong can only uncover so much: unknown keys first, wrong values with them. */
const MOST_ROUNDS = 10;

let made: JsonSchema | undefined;

/** The JSON Schema of what is read below `Butler`. Made once, so nobody may change it. */
export function butlerJsonSchema(): JsonSchema {
  made ??= z.toJSONSchema(ButlerSettings, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return made;
}

export function readSettings(inUse: unknown, schema: JsonSchema): ReadSettings {
  const issues: z.core.$ZodIssue[] = [];
  let sound = inUse;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const result = ButlerSettings.safeParse(sound);
    if (result.success) return { settings: result.data, problems: explained() };
    issues.push(...result.error.issues);
    for (const path of result.error.issues.flatMap(wrongPaths)) sound = withoutValueAt(sound, path);
  }
  return { settings: {}, problems: explained() };

  function explained(): Explained[] {
    const found = explainIssues(issues, inUse, schema);
    return found.map((one) => ({ ...one, path: ['Butler', ...one.path] }));
  }
}

function wrongPaths(issue: z.core.$ZodIssue): Path[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

/** An entry of a list becomes an empty one, so that the others keep their places. */
function withoutValueAt(root: unknown, path: Path): unknown {
  const last = path.at(-1);
  if (last === undefined) return {};
  return changedAt(root, path.slice(0, -1), (parent) => {
    if (Array.isArray(parent)) return parent.map((item: unknown, index) => (index === last ? {} : item));
    if (parent === null || typeof parent !== 'object') return parent;
    return Object.fromEntries(Object.entries(parent).filter(([key]) => key !== last));
  });
}
