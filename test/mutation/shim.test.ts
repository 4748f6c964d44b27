import { expect, it } from 'vitest';
import * as shim from './shim.ts';

it('finds every test of a file under a name of its own, with the rows of tables in its words', async () => {
  const seen: unknown[] = [];
  const tests = await shim.collect(async () => {
    shim.it('alone', () => seen.push('alone'));
    shim.describe('outer', () => {
      shim.describe.each([['inner']])('%s', () => {
        shim.it.each([
          ['a', 1],
          ['b', 2],
        ])('%s is %i', { timeout: 1000 }, (letter: unknown, number: unknown) => seen.push([letter, number]));
      });
      shim.it.each([{ name: 'x', of: { deep: 'y' } }])('$name of $of.deep', (row: unknown) => seen.push(row));
      shim.it.skipIf(true)('not here', () => seen.push('skipped'));
      shim.it('twice', () => undefined);
      shim.it('twice', () => undefined);
    });
  });
  const skipped = await shim.collect(async () => {
    shim.describe.skipIf(true)('left out', () => shim.it('one', () => undefined));
    shim.describe.skipIf(false)('kept', () => shim.it('other', () => undefined));
  });
  expect(skipped.map(({ name }) => name)).toEqual(['kept > other']);
  expect(tests.map(({ name, skipped }) => (skipped ? `skipped: ${name}` : name))).toEqual([
    'alone',
    'outer > inner > a is 1',
    'outer > inner > b is 2',
    'outer > x of y',
    'skipped: outer > not here',
    'outer > twice',
    'outer > twice #2',
  ]);
  for (const { work, skipped } of tests) if (!skipped) work();
  expect(seen).toEqual(['alone', ['a', 1], ['b', 2], { name: 'x', of: { deep: 'y' } }]);
});

it('knows how long a test may take that says so', async () => {
  const tests = await shim.collect(async () => {
    shim.it('one', { timeout: 7 }, () => undefined);
    shim.it('two', () => undefined, 8);
    shim.it.each([[1]])('three', { timeout: 9 }, () => undefined);
    shim.it('four', () => undefined);
  });
  expect(tests.map(({ timeoutMs }) => timeoutMs)).toEqual([7, 8, 9, undefined]);
});

it('knows what to do around each test, from the outside in', async () => {
  const [test] = await shim.collect(async () => {
    shim.beforeEach(() => 'outer');
    shim.describe('suite', () => {
      shim.beforeEach(() => 'inner');
      shim.it('test', () => undefined);
    });
  });
  expect(test!.suite.beforeEach.map((work) => work())).toEqual(['inner']);
  expect(test!.suite.parent!.beforeEach.map((work) => work())).toEqual(['outer']);
});

it('gives what a test left to be done afterwards once, the latest first', () => {
  const done: string[] = [];
  shim.onTestFinished(() => done.push('first'));
  shim.onTestFinished(() => done.push('second'));
  for (const finish of shim.takeFinishers()) finish();
  expect(done).toEqual(['second', 'first']);
  expect(shim.takeFinishers()).toEqual([]);
});

it('waits for a suite that takes its time to declare its tests', async () => {
  const tests = await shim.collect(async () => {
    shim.describe('slow', async () => {
      await Promise.resolve();
      shim.describe('inner', async () => {
        await Promise.resolve();
        shim.it('test', () => undefined);
      });
      shim.it('test', () => undefined);
    });
    shim.it('test', () => undefined);
  });
  expect(tests.map(({ name }) => name)).toEqual(['test', 'slow > test', 'slow > inner > test']);
});
