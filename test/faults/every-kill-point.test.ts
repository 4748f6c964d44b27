/**
 * The real program is killed at every place where it touches the outside, started again, and left to finish. Nothing that
 * was committed may be lost, nothing invented, and nothing be different from a run that was not disturbed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather } from './crew.ts';
import { killEverywhere } from './kill-everywhere.ts';
import { stories } from './stories.ts';

describe('killed at every place', () => {
  const counts = new Map<string, number>();
  let storiesCounted = 0;

  it.for(stories)('$name', { timeout: 900_000 }, async (story, { onTestFinished }) => {
    const crew = await gather(onTestFinished, story);
    for (const { kind } of crew.places) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    storiesCounted += 1;
    await killEverywhere(crew);
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
