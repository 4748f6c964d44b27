/** The short soak: whether the service takes up more and more while it runs, and whether that would be noticed. */
import { expect, it } from 'vitest';
import { soak } from './soak.ts';
import { complaintsOf, reportOf, slopesOf } from './verdict.ts';

it.concurrent('takes up no more after hours than after the first one', {
  timeout: 120_000,
}, async ({ onTestFinished }) => {
  const samples = await soak(onTestFinished, { sites: 200, hours: 1, factor: 100, checkEveryMinutes: 10 });
  process.stdout.write(reportOf(samples));
  expect(samples.at(-1)!.checks).toBeGreaterThan(800);
  expect(complaintsOf(slopesOf(samples))).toEqual([]);
});

it.concurrent('is noticed when it leaks memory, files or room on the disk', {
  timeout: 120_000,
}, async ({ onTestFinished }) => {
  const settings = { sites: 20, hours: 1, factor: 100, checkEveryMinutes: 10, leak: true };
  const samples = await soak(onTestFinished, settings);
  expect(complaintsOf(slopesOf(samples))).toEqual(
    expect.arrayContaining(['heap', 'file descriptors', 'store file']),
  );
});
