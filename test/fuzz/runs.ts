/** How long everything here is fuzzed, in one place, and how a property is stated. */
import fc from 'fast-check';
import { expect, it } from 'vitest';

/** What every change has to pass. */
export const FEWEST_RUNS = 10_000;
const MS_PER_RUN = 30;

/**
 * The cases that each property gets: 10,000, or as many as `FUZZ_RUNS` says, never fewer.
 *
 * @throws when `FUZZ_RUNS` is no whole number: a night of fuzzing that was ten seconds long would go unnoticed
 */
export function runsFrom(env: Readonly<Record<string, string | undefined>>): number {
  const text = env['FUZZ_RUNS'] ?? '';
  if (text !== '' && !/^\d{1,9}$/.test(text)) throw new Error(`FUZZ_RUNS must be a whole number: "${text}"`);
  return Math.max(FEWEST_RUNS, Number(text));
}

/** States as a test what holds for every case. A failure names the seed; `FUZZ_SEED` runs those cases again. */
export function property<Case>(
  sentence: string,
  cases: fc.Arbitrary<Case>,
  holds: (one: Case) => void | Promise<void>,
): void {
  const numRuns = runsFrom(process.env);
  it(sentence, { timeout: numRuns * MS_PER_RUN }, async () => {
    expect(await runProperty(cases, holds, numRuns)).toBeGreaterThanOrEqual(numRuns);
  });
}

/** @returns how many cases were looked at */
export async function runProperty<Case>(
  cases: fc.Arbitrary<Case>,
  holds: (one: Case) => void | Promise<void>,
  numRuns: number,
): Promise<number> {
  const seed = process.env['FUZZ_SEED'];
  let looked = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      looked += 1;
      await holds(one);
    }),
    { numRuns, ...(seed !== undefined && { seed: Number(seed) }) },
  );
  return looked;
}
