/** What is mutated, the tests that have to notice, and the least share of mutants that they have to notice. */

import { globSync } from 'node:fs';

export interface MutatedFolder {
  /** Below `src/`. */
  readonly name: string;
  /** Percent; below it the run fails. 0 where nobody has measured it yet. */
  readonly least: number;
  /** Tests that are left out, below `src/`, in addition to those that are random or need servers. */
  readonly without?: readonly string[];
  /** Processes at once, if not 2. More where tests mostly wait. */
  readonly atOnce?: number;
}

export const mutatedFolders: readonly MutatedFolder[] = [
  { name: 'license', least: 85 },
  { name: 'alert', least: 85 },
  {
    name: 'store',
    least: 85,
    // They kill other processes, which know of no mutant; try thousands of wrong bytes; and fill real disks, for half a minute together.
    // Of what they find there are examples elsewhere.
    without: ['crash', 'damage', 'damaged-log', 'disk-full'].map((name) => `store/sqlite/${name}.test.ts`),
    atOnce: 4,
  },
  { name: 'delivery', least: 85, atOnce: 3 },
];

/** Of the environment variable that `npm run test:mutation` sets. */
export function chosenFolder(): MutatedFolder {
  const name = process.env['MUTATED_FOLDER'];
  const found = mutatedFolders.find((folder) => folder.name === name);
  if (found === undefined)
    throw new Error(`there is no mutated folder ${name}; see test/mutation/folders.ts`);
  return found;
}

/** Paths of the tests that mutants of the folder have to survive, from the working directory. */
export function testFiles({ name, without = [] }: MutatedFolder): readonly string[] {
  return globSync(`src/${name}/**/*.test.ts`, {
    exclude: [
      // They are random, and some measure time. A mutant that only a rare case notices wants an example.
      '**/*.property.test.ts',
      // They wait for real servers.
      '**/*.real.test.ts',
      '**/mosquitto.test.ts',
      ...without.map((path) => `src/${path}`),
    ],
  }).toSorted();
}
