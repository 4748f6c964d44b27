/** Kills the program at one place after the other, until there are none. */
import { expect } from 'vitest';
import type { Crew, Trial } from './crew.ts';
import { killAt } from './ordeal.ts';
import type { Place } from './touches.ts';

/** Runs differ a little, so there may be places behind the last one of the undisturbed run. */
const SURVIVALS_TO_END = 3;

/** @param reads whether the crew was gathered with the places after statements that only read */
export async function killEverywhere(crew: Crew, reads = false): Promise<void> {
  let survivals = 0;
  const { faults, deaths } = await crew.run(everyPlace(crew.places, reads), ({ signal }) => {
    survivals += signal === null ? 1 : 0;
    return survivals === SURVIVALS_TO_END;
  });
  expect(faults).toEqual([]);
  expect(deaths).toBeGreaterThan(crew.fewestPlaces * 0.9);
}

function* everyPlace(places: readonly Place[], reads: boolean): Generator<Trial> {
  for (let number = 1; ; number += 1) {
    const place = places[number - 1];
    const where = place === undefined ? '' : `, ${place.when} ${place.kind} "${place.what}"`;
    yield { name: `place ${number}${where}`, faults: [killAt(number, reads)], endsAlike: true };
  }
}
