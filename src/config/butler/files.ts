/** Finds the certificate files that a Butler file names by relative paths. */
import { dirname } from 'node:path';
import { NAMED_BY_USERS, pathFrom } from '../file-paths.ts';

const FILE_KEYS: ReadonlySet<string> = new Set(['ca', 'cert', 'key']);

/**
 * The configuration with every file path absolute. Butler counts relative paths from its program folder, of which the
 * folder of its configuration file usually is a child; ours count from the folder of the file. The file decides: the
 * first of the two folders that has it, else the file's own.
 */
export async function withFoundFiles<Section extends object>(
  section: Section,
  folder: string,
  readFile: (path: string) => Promise<unknown>,
): Promise<Section> {
  const entries = Object.entries(section).map(async ([key, value]: [string, unknown]) => {
    if (typeof value === 'string' && FILE_KEYS.has(key)) return [key, await found(value, folder, readFile)];
    if (value === null || typeof value !== 'object' || NAMED_BY_USERS.has(key)) return [key, value];
    if (!Array.isArray(value)) return [key, await withFoundFiles(value, folder, readFile)];
    return [key, await Promise.all(value.map((item: unknown) => inList(item)))];
  });
  return Object.fromEntries(await Promise.all(entries)) as Section;

  async function inList(item: unknown): Promise<unknown> {
    return item !== null && typeof item === 'object' ? withFoundFiles(item, folder, readFile) : item;
  }
}

async function found(
  path: string,
  folder: string,
  readFile: (path: string) => Promise<unknown>,
): Promise<string> {
  const candidates = [pathFrom(folder, path), pathFrom(dirname(folder), path)];
  for (const candidate of new Set(candidates)) {
    const isThere = await readFile(candidate).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  return candidates[0]!;
}
