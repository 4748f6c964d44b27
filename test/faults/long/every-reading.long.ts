/** Killed at every place, also after each statement that only reads. */
import { describe, it } from 'vitest';
import { gather } from '../crew.ts';
import { killEverywhere } from '../kill-everywhere.ts';
import { stories } from '../stories.ts';

describe('killed at every place and after every reading', () => {
  it.for(stories)('$name', { timeout: 3_600_000 }, async (story, { onTestFinished }) => {
    await killEverywhere(await gather(onTestFinished, story, true), true);
  });
});
