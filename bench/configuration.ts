/** Configuration files for the program under measurement. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SiteEntry {
  readonly name: string;
  readonly port: number;
}

export interface ConfigurationParts {
  readonly certificates: string;
  readonly sites: readonly SiteEntry[];
  readonly check: string;
  readonly destinations: readonly string[];
  /** The section `web`. */
  readonly web?: string;
}

/** Writes the file into the folder, with the store beside it; gives its path. */
export async function writeConfiguration(folder: string, parts: ConfigurationParts): Promise<string> {
  const { certificates, sites, check, destinations, web } = parts;
  const lines = [
    'sites:',
    ...sites.map(
      ({ name, port }) =>
        `  - { name: ${name}, host: 127.0.0.1, port: ${port}, versionPort: ${port}, certificates: ${certificates}, check: ${check} }`,
    ),
    ...(destinations.length > 0 ? ['destinations:', ...destinations.map((section) => `  - ${section}`)] : []),
    ...(web === undefined ? [] : [`web: ${web}`]),
    'store: ./bench.db',
    '',
  ];
  const path = join(folder, 'license-sentinel.yaml');
  await writeFile(path, lines.join('\n'));
  return path;
}

export function manySites(count: number, port: number): readonly SiteEntry[] {
  return Array.from({ length: count }, (_, index) => ({ name: `site-${index}`, port }));
}
