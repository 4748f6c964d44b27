/**
 * What tests import as `vitest` while mutants are tried: it collects them instead of running them, so that `hot-runner.ts` can run
 * a few of them, thousands of times, in one process. It has what the tests of the mutated folders use, and no more.
 */
import { format } from 'node:util';

export { expect } from 'vitest';

type Work = (...given: unknown[]) => unknown;

export interface Suite {
  readonly name: string;
  readonly parent: Suite | null;
  readonly before: Work[];
  readonly after: Work[];
  readonly beforeEach: Work[];
  readonly afterEach: Work[];
}

export interface CollectedTest {
  /** The words of all suites and of the test. */
  readonly name: string;
  readonly suite: Suite;
  readonly work: Work;
  readonly skipped: boolean;
  /** What the test itself says how many ms it may take. */
  readonly timeoutMs: number | undefined;
}

const newSuite = (name: string, parent: Suite | null): Suite => ({
  name,
  parent,
  before: [],
  after: [],
  beforeEach: [],
  afterEach: [],
});

let suite = newSuite('', null);
let tests: CollectedTest[] = [];
let finishers: Work[] = [];
/** Suites that take their time to declare what they have. */
let later: (() => Promise<void>)[] = [];

/** Loads one file of tests, by `load`, and gives what it declares. */
export async function collect(load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  suite = newSuite('', null);
  tests = [];
  later = [];
  await load();
  for (const declare of later) await declare();
  return tests;
}

/** What tests left to be done since the last call, the latest first. */
export function takeFinishers(): readonly Work[] {
  const taken = finishers.toReversed();
  finishers = [];
  return taken;
}

export const onTestFinished = (work: Work) => void finishers.push(work);
export const beforeAll = (work: Work) => void suite.before.push(work);
export const afterAll = (work: Work) => void suite.after.push(work);
export const beforeEach = (work: Work) => void suite.beforeEach.push(work);
export const afterEach = (work: Work) => void suite.afterEach.push(work);

const workAmong = (given: readonly unknown[]) =>
  given.find((one): one is Work => typeof one === 'function') ?? (() => undefined);

const timeoutAmong = (given: readonly unknown[]) =>
  given
    .map((one) => (typeof one === 'object' && one !== null ? (one as { timeout?: unknown }).timeout : one))
    .find((one): one is number => typeof one === 'number');

function declareSuite(name: string, ...given: unknown[]): void {
  const [outer, inner, work] = [suite, newSuite(name, suite), workAmong(given)];
  if (work.constructor.name === 'AsyncFunction') {
    later.push(async () => {
      suite = inner;
      await work();
    });
    return;
  }
  suite = inner;
  work();
  suite = outer;
}

function declareTest(skipped: boolean, name: string, ...given: unknown[]): void {
  const words = [name];
  for (let around: Suite | null = suite; around?.parent; around = around.parent) words.unshift(around.name);
  const same = words.join(' > ');
  const before = tests.filter((test) => test.name === same || test.name.startsWith(`${same} #`)).length;
  tests.push({
    name: before === 0 ? same : `${same} #${before + 1}`,
    suite,
    work: workAmong(given),
    skipped,
    timeoutMs: timeoutAmong(given),
  });
}

/** `%s` by position, `$name` from the row. */
function nameOf(pattern: string, row: readonly unknown[], index: number): string {
  const [first] = row;
  const filled = pattern.replaceAll('%#', String(index)).replaceAll(/\$([\w.]+)/g, (whole, path: string) => {
    let value: unknown = first;
    for (const key of path.split('.')) {
      if (typeof value !== 'object' || value === null || !(key in value)) return whole;
      value = (value as Record<string, unknown>)[key];
    }
    return String(value);
  });
  const places = filled.match(/%[sdifjoO]/g)?.length ?? 0;
  return format(filled, ...row.slice(0, places));
}

const eachOf =
  (declare: (name: string, ...given: unknown[]) => void) =>
  (table: readonly unknown[]) =>
  (pattern: string, ...given: unknown[]) => {
    const work = workAmong(given);
    for (const [index, entry] of table.entries()) {
      const row: readonly unknown[] = Array.isArray(entry) ? entry : [entry];
      const others = given.filter((one) => one !== work);
      declare(nameOf(pattern, row, index), ...others, () => work(...row));
    }
  };

const declareWanted = (name: string, ...given: unknown[]) => declareTest(false, name, ...given);
const declareSkipped = (name: string, ...given: unknown[]) => declareTest(true, name, ...given);

const nothing = () => undefined;
export const describe = Object.assign(declareSuite, {
  each: eachOf(declareSuite),
  skip: nothing,
  skipIf: (skip: unknown) => (skip ? nothing : declareSuite),
  runIf: (run: unknown) => (run ? declareSuite : nothing),
});
export const it = Object.assign(declareWanted, {
  each: eachOf(declareWanted),
  skip: declareSkipped,
  skipIf: (skip: unknown) => (skip ? declareSkipped : declareWanted),
  runIf: (run: unknown) => (run ? declareWanted : declareSkipped),
});
export const test = it;
