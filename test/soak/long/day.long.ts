/** The long soak, `npm run test:soak`: a day of the service in about eight minutes. */
import { expect, it } from 'vitest';
import { soak } from '../soak.ts';
import { complaintsOf, reportOf, slopesOf } from '../verdict.ts';

it('takes up no more after a day than after some hours', { timeout: 1_200_000 }, async ({
  onTestFinished,
}) => {
  const samples = await soak(onTestFinished, { sites: 200, hours: 24, factor: 180, checkEveryMinutes: 15 });
  process.stdout.write(reportOf(samples));
  expect(samples.at(-1)!.checks).toBeGreaterThan(15_000);
  expect(complaintsOf(slopesOf(samples))).toEqual([]);
});
