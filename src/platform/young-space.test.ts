import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const MIB = 1024 * 1024;
const href = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/**
 * Bytes for young objects in a process that starts as the service does and keeps what it makes for a while. The least of many
 * looks: while V8 collects, it counts for a moment what it is about to give back.
 */
function youngSpaceOf(sites: number): number {
  const program = `
    const { keepHeapSmall } = await import(${href('../../bin/small-heap.mjs')});
    keepHeapSmall();
    const { letYoungSpaceGrow } = await import(${href('young-space.ts')});
    letYoungSpaceGrow(${sites});
    const { getHeapSpaceStatistics } = await import('node:v8');
    const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
    const kept = [];
    const make = () => { for (let n = 0; n < 1_000_000; n += 1) kept[n % 50_000] = { n }; };
    make();
    let least = young();
    for (let look = 0; look < 20; look += 1) { make(); least = Math.min(least, young()); }
    console.log(least);
  `;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}

it('gives young objects little room in a small service', () => {
  expect(youngSpaceOf(199)).toBeLessThanOrEqual(2 * MIB);
});

it('gives them the room that they need in a large fleet', () => {
  expect(youngSpaceOf(200)).toBeGreaterThan(4 * MIB);
});
