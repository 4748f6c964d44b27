/** Every system call that changes the store, in every story. */
import { expect, it } from 'vitest';
import { newFolder } from '../../end-to-end/program.ts';
import { describeWith } from '../../servers/describe-with.ts';
import { gather } from '../crew.ts';
import { stories } from '../stories.ts';
import { callCounts, trialsAt } from '../system-calls.ts';

describeWith(['strace'], 'every system call', () => {
  it.for(stories)('$name', { timeout: 3_600_000 }, async (story, { onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const counts = await callCounts(onTestFinished, story);
    const crew = await gather(onTestFinished, story);
    for (const name of ['fsync', 'pwrite64'] as const) {
      expect(await crew.run(trialsAt(name, 'signal=SIGKILL', { counts, folder }))).toMatchObject({
        faults: [],
      });
    }
  });

  it('fails once', { timeout: 3_600_000 }, async ({ onTestFinished }) => {
    const [story] = stories;
    const folder = await newFolder(onTestFinished);
    const counts = await callCounts(onTestFinished, story!);
    const crew = await gather(onTestFinished, story!);
    for (const name of ['fsync', 'pwrite64'] as const) {
      for (const injection of ['error=EIO', 'error=ENOSPC'] as const) {
        expect(await crew.run(trialsAt(name, injection, { counts, folder }))).toMatchObject({ faults: [] });
      }
    }
  });
});
