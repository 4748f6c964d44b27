/** Where the parts are that are not code: the page, the dashboards, package.json. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package: some folders above the source, one above the bundle made of it. */
export const packageRoot = rootAbove(import.meta.dirname);

/** The version of this program, as package.json has it. */
export function ownVersion(): string {
  const about = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return about.version;
}

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return rootAbove(dirname(folder));
}
