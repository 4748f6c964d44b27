/** As at every place, one level lower: at every sync of a file, and where the disk refuses a write or a sync. */
import { expect, it } from 'vitest';
import { newFolder } from '../end-to-end/program.ts';
import { describeWith } from '../servers/describe-with.ts';
import { gather } from './crew.ts';
import { stories } from './stories.ts';
import { type CallName, callCounts, type Injection, injectionsIn, trialsAt } from './system-calls.ts';

const [firstStart] = stories;

describeWith(['strace'], 'system calls', () => {
  it('end or fail one at a time, and nothing is lost', { timeout: 600_000 }, async ({ onTestFinished }) => {
    const counts = await callCounts(onTestFinished, firstStart!);
    expect(counts.get('fsync')).toBeGreaterThan(3);
    const crew = await gather(onTestFinished, firstStart!);
    const samples: readonly (readonly [CallName, Injection, number])[] = [
      ['fsync', 'signal=SIGKILL', 1],
      ['pwrite64', 'signal=SIGKILL', 12],
      ['fsync', 'error=EIO', 1],
      ['pwrite64', 'error=ENOSPC', 12],
    ];
    for (const [name, injection, step] of samples) {
      const folder = await newFolder(onTestFinished);
      const { faults } = await crew.run(trialsAt(name, injection, { counts, folder, step }));
      expect(faults).toEqual([]);
      // Runs differ by a few calls.
      expect(await injectionsIn(folder)).toBeGreaterThan((counts.get(name)! / step) * 0.8);
    }
  });
});
