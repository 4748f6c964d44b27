import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEWEST_RUNS, runProperty, runsFrom } from './runs.ts';

describe('how much is fuzzed', () => {
  it('is at least 10,000 cases, whatever is asked for, and more where somebody wants more', () => {
    expect(FEWEST_RUNS).toBe(10_000);
    expect([{}, { FUZZ_RUNS: '' }, { FUZZ_RUNS: '7' }, { FUZZ_RUNS: '250000' }].map(runsFrom)).toEqual([
      10_000, 10_000, 10_000, 250_000,
    ]);
  });

  it.each(['many', '1e6', '-1', '1.5'])('is not guessed from %s', (text) => {
    expect(() => runsFrom({ FUZZ_RUNS: text })).toThrow('FUZZ_RUNS must be a whole number');
  });

  it('is counted, and a case that does not hold fails', async () => {
    expect(await runProperty(fc.nat(), () => undefined, 500)).toBe(500);
    const small = (one: number) => expect(one).toBeLessThan(1000);
    await expect(runProperty(fc.nat(), small, 500)).rejects.toThrow('Property failed');
  });

  it('covers each of what comes from outside, with at least one property', () => {
    const areas = [
      'butler-file',
      'configuration-file',
      'headers',
      'http-api',
      'license-text',
      'line-protocol',
      'mqtt',
      'qrs-reply',
    ];
    const here = import.meta.dirname;
    const files = readdirSync(here).filter((name) => name.endsWith('.test.ts') && name !== 'runs.test.ts');
    expect(files.sort()).toEqual(areas.map((area) => `${area}.test.ts`));
    for (const file of files) expect(readFileSync(join(here, file), 'utf8')).toMatch(/^ *property\(/m);
  });
});
