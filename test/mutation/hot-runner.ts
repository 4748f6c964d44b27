/**
 * Runs the tests on each mutant within one process, which Stryker starts and kills. Vitest starts a worker for each, and that
 * takes a hundred times as long as the tests of a pure function. Every mutant gets all modules anew, so no state is left from the one before.
 */
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { chosenFolder, testFiles } from './folders.ts';
import { hookModules, nextGeneration } from './hooks.ts';
import * as shim from './shim.ts';

/** How Stryker's instrumented code and its runner talk, under this name of the global object. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

/** The test that fails where something fails outside of all tests, as a run of Vitest would. */
const itself = 'loads, and fails nowhere but in its tests';

/**
 * Stands for all that a file of tests does outside of its tests, such as loading modules. A mutant that is run then needs all tests of this file,
 * with fresh modules, but not those of files that never load it.
 */
const loadingOf = (file: string) => `${file}#(loading)`;

const fileOf = (id: string) => id.slice(0, id.indexOf('#'));

/** @throws Error when it takes longer; a test that does not say how long it may take ends with the process at the latest */
async function inTime(work: shim.CollectedTest['work'], timeoutMs: number | undefined): Promise<void> {
  if (timeoutMs === undefined) return void (await work());
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`takes longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([work(), over]);
  } finally {
    clearTimeout(timer);
  }
}

class HotRunner implements TestRunner {
  readonly #instrumented: Instrumented;
  readonly #unhandled: unknown[] = [];

  /** Test ids, and how many ms each took last: the quick ones first, for most mutants are noticed by several. */
  readonly #took = new Map<string, number>();

  /** Something of an endless mutant may still go on, and disturb the mutants after it. */
  #isSpoilt = false;

  static readonly inject = tokens();

  constructor() {
    const namespace = INSTRUMENTER_CONSTANTS.NAMESPACE;
    const all = globalThis as unknown as Record<string, Instrumented>;
    all[namespace] ??= {};
    this.#instrumented = all[namespace];
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    hookModules(`${pathToFileURL(process.cwd()).href}/`, new URL('shim.ts', import.meta.url).href);
    process.on('unhandledRejection', (reason) => this.#unhandled.push(reason));
    process.on('uncaughtException', (reason) => this.#unhandled.push(reason));
  }

  async dryRun(): Promise<DryRunResult> {
    delete this.#instrumented.activeMutant;
    const result = await this.#run(undefined, (id) => {
      this.#instrumented.currentTestId = id;
    });
    if (result.status !== DryRunStatus.Complete) return result;
    const { mutantCoverage } = this.#instrumented;
    const tests: TestResult[] = [
      ...result.tests,
      ...testFiles(chosenFolder()).map((file) => ({
        id: loadingOf(file),
        name: loadingOf(file),
        // What a mutant takes that needs all tests of the file.
        timeSpentMs: result.tests
          .filter(({ fileName }) => fileName === file)
          .reduce((sum, { timeSpentMs }) => sum + timeSpentMs, 0),
        fileName: file,
        status: TestStatus.Success as const,
      })),
      { id: itself, name: itself, timeSpentMs: 0, status: TestStatus.Success },
    ];
    return mutantCoverage === undefined ? { ...result, tests } : { ...result, tests, mutantCoverage };
  }

  async mutantRun({
    activeMutant,
    mutantActivation,
    hitLimit,
    testFilter,
  }: MutantRunOptions): Promise<MutantRunResult> {
    // Stryker asks again, in a new process.
    if (this.#isSpoilt) throw new Error('this process is spoilt by the mutant before');
    const instrumented = this.#instrumented;
    instrumented.hitCount = 0;
    instrumented.hitLimit = hitLimit;
    instrumented.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
    const wanted = testFilter && new Set(testFilter.filter((id) => id !== itself));
    const activate = (id: string) => {
      if (wanted?.has(id) ?? true) instrumented.activeMutant = activeMutant.id;
    };
    let result = await this.#run(wanted, activate, true);
    // What went wrong outside may be left from the mutant before; then it does not come twice.
    if (result.status === DryRunStatus.Error) result = await this.#run(wanted, activate, true);
    if (result.status === DryRunStatus.Error)
      result = {
        status: DryRunStatus.Complete,
        tests: [
          {
            id: itself,
            name: itself,
            timeSpentMs: 0,
            status: TestStatus.Failed,
            failureMessage: result.errorMessage,
          },
        ],
      };
    const timedOut = determineHitLimitReached(instrumented.hitCount, instrumented.hitLimit);
    this.#isSpoilt = timedOut !== undefined;
    instrumented.activeMutant = undefined;
    return toMutantRunResult(timedOut ?? result);
  }

  /** `wanted` undefined: all. `bail`: stops at the first failure. Error: something failed outside of all tests. */
  async #run(
    wanted: ReadonlySet<string> | undefined,
    before: (id: string) => void,
    bail = false,
  ): Promise<DryRunResult> {
    this.#unhandled.length = 0;
    let generation = nextGeneration();
    const results: TestResult[] = [];
    for (const file of this.#inOrder(wanted)) {
      // With all tests it is to be seen what each file loads, so none may find it loaded by the one before.
      if (wanted === undefined) generation = nextGeneration();
      let tests: readonly shim.CollectedTest[];
      before(loadingOf(file));
      try {
        tests = await shim.collect(() => import(`${pathToFileURL(file).href}${generation}`));
      } catch (error) {
        return { status: DryRunStatus.Error, errorMessage: `${file}: ${(error as Error).stack}` };
      }
      const failed = await this.#runFile(file, tests, wanted, before, results, bail);
      if (failed && bail) break;
    }
    if (this.#unhandled.length > 0 && results.every(({ status }) => status !== TestStatus.Failed))
      return { status: DryRunStatus.Error, errorMessage: `outside of a test: ${String(this.#unhandled[0])}` };
    return { status: DryRunStatus.Complete, tests: results };
  }

  #inOrder(wanted: ReadonlySet<string> | undefined): readonly string[] {
    const all = testFiles(chosenFolder());
    if (wanted === undefined) return all;
    const costs = new Map([...wanted].map((id) => [fileOf(id), 0]));
    for (const [id, ms] of this.#took) {
      const file = fileOf(id);
      if (wanted.has(id) || wanted.has(loadingOf(file))) costs.set(file, (costs.get(file) ?? 0) + ms);
    }
    return [...costs.keys()].toSorted((a, b) => costs.get(a)! - costs.get(b)!);
  }

  /** Whether one failed. */
  async #runFile(
    file: string,
    tests: readonly shim.CollectedTest[],
    wanted: ReadonlySet<string> | undefined,
    before: (id: string) => void,
    results: TestResult[],
    bail: boolean,
  ): Promise<boolean> {
    const isWanted = (name: string) =>
      wanted === undefined || wanted.has(`${file}#${name}`) || wanted.has(loadingOf(file));
    const chosen = tests.filter(({ name, skipped }) => !skipped && isWanted(name));
    const started = new Set<shim.Suite>();
    let failed = false;
    for (const { name, suite, work, timeoutMs } of chosen) {
      const id = `${file}#${name}`;
      const around: shim.Suite[] = [];
      for (let one: shim.Suite | null = suite; one !== null; one = one.parent) around.unshift(one);
      const began = performance.now();
      let failure: string | null = null;
      try {
        for (const one of around) {
          if (started.has(one)) continue;
          started.add(one);
          before(loadingOf(file));
          for (const prepare of one.before) await prepare();
        }
        before(id);
        for (const one of around) for (const prepare of one.beforeEach) await prepare();
        await inTime(work, timeoutMs);
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
      const cleanups = [
        ...shim.takeFinishers(),
        ...around.toReversed().flatMap(({ afterEach }) => afterEach),
      ];
      for (const clean of cleanups) {
        try {
          await clean();
        } catch (error) {
          failure ??= String(error);
        }
      }
      const base = { id, name, timeSpentMs: performance.now() - began, fileName: file };
      this.#took.set(id, base.timeSpentMs);
      results.push(
        failure === null
          ? { ...base, status: TestStatus.Success }
          : { ...base, status: TestStatus.Failed, failureMessage: failure },
      );
      failed ||= failure !== null;
      if (failed && bail) break;
    }
    for (const suite of started) for (const end of suite.after) await end();
    return failed;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'hot', HotRunner)];
