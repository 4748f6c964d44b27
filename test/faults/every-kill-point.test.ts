/**
 * The real program is killed at every place where it touches the outside, started again, and left to finish. Nothing that
 * was committed may be lost, nothing invented, and nothing be different from a run that was not disturbed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather, type Trial } from './crew.ts';
import { killAt } from './ordeal.ts';
import { stories } from './stories.ts';
import type { Place } from './touches.ts';

/** Runs differ a little, so there may be places behind the last one of the undisturbed run. */
const SURVIVALS_TO_END = 3;

describe('killed at every place', () => {
  const counts = new Map<string, number>();
  let storiesCounted = 0;

  it.for(stories)('$name', { timeout: 900_000 }, async (story, { onTestFinished }) => {
    const crew = await gather(onTestFinished, story);
    for (const { kind } of crew.places) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    storiesCounted += 1;
    let survivals = 0;
    const { faults, deaths } = await crew.run(everyPlace(crew.places), ({ signal }) => {
      survivals += signal === null ? 1 : 0;
      return survivals === SURVIVALS_TO_END;
    });
    expect(faults).toEqual([]);
    expect(deaths).toBeGreaterThan(crew.fewestPlaces * 0.9);
  });

  it('is described by a page with the numbers of these places', () => {
    expect(storiesCounted, 'every story has to run before').toBe(stories.length);
    const page = readFileSync(join(import.meta.dirname, '../../docs/reliability.md'), 'utf8');
    for (const [kind, count] of counts) {
      const told = Number(new RegExp(`^\\| ${kind} \\| .* \\| (\\d+) \\|$`, 'm').exec(page)?.[1]);
      // Which calls share a commit, and in how many pieces something comes over a network, differs a little.
      const give = Math.ceil(told / 4);
      expect(Math.abs(count - told), `${kind}: ${count}, the page has ${told}`).toBeLessThanOrEqual(give);
    }
  });
});

function* everyPlace(places: readonly Place[]): Generator<Trial> {
  for (let number = 1; ; number += 1) {
    const place = places[number - 1];
    const where = place === undefined ? '' : `, ${place.when} ${place.kind} "${place.what}"`;
    yield { name: `place ${number}${where}`, faults: [killAt(number)], endsAlike: true };
  }
}
