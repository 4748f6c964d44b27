/**
 * Two kills in a row, at places drawn at random: a restart can be killed as well. LICENSE_SENTINEL_SEED repeats the draws
 * of an earlier run, LICENSE_SENTINEL_DRAWS says how many; both are told with every fault.
 */
import { describe, expect, it } from 'vitest';
import { gather, type Trial } from '../crew.ts';
import { drawsFrom } from '../draws.ts';
import { killAt } from '../ordeal.ts';
import { stories } from '../stories.ts';

const seed = Number(process.env['LICENSE_SENTINEL_SEED'] ?? Date.now() % 1_000_000);
const draws = Number(process.env['LICENSE_SENTINEL_DRAWS'] ?? 300);

describe(`killed twice (seed ${seed})`, () => {
  it.for(stories)('$name', { timeout: 3_600_000 }, async (story, { onTestFinished }) => {
    const crew = await gather(onTestFinished, story);
    expect(await crew.run(pairs(crew.places.length))).toMatchObject({ faults: [] });
  });
});

function* pairs(places: number): Generator<Trial> {
  const draw = drawsFrom(seed);
  const place = () => 1 + Math.floor(draw() * places);
  for (let count = 0; count < draws; count += 1) {
    const [first, second] = [place(), place()];
    yield {
      name: `seed ${seed}, places ${first} and ${second}`,
      faults: [killAt(first), killAt(second)],
      endsAlike: true,
    };
  }
}
