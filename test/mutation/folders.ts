/** What is mutated, the tests that have to notice, and the least share of mutants that they have to notice. */

export interface MutatedFolder {
  /** Below `src/`. */
  readonly name: string;
  /** Percent; below it the run fails. 0 where nobody has measured it yet. */
  readonly least: number;
}

export const mutatedFolders: readonly MutatedFolder[] = [
  { name: 'license', least: 80 },
  { name: 'alert', least: 75 },
  { name: 'store', least: 0 },
  { name: 'delivery', least: 0 },
];

/** Of the environment variable that `npm run test:mutation` sets. */
export function chosenFolder(): MutatedFolder {
  const name = process.env['MUTATED_FOLDER'];
  const found = mutatedFolders.find((folder) => folder.name === name);
  if (found === undefined)
    throw new Error(`there is no mutated folder ${name}; see test/mutation/folders.ts`);
  return found;
}
