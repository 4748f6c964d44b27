/** Mutants of one folder, named by MUTATED_FOLDER; see docs/mutation.md. */
import { chosenFolder } from './folders.ts';

const { name, least, atOnce = 2 } = chosenFolder();

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [`src/${name}/**/*.ts`, '!src/**/*.test.ts'],
  testRunner: 'hot',
  plugins: ['hot-runner.ts', 'descriptions.ts'].map((file) => new URL(file, import.meta.url).href),
  ignorers: ['descriptions'],
  coverageAnalysis: 'perTest',
  concurrency: atOnce,
  timeoutMS: 10_000,
  // Modules that were loaded anew stay in memory until the process ends.
  maxTestRunnerReuse: 150,
  thresholds: { high: 90, low: 85, break: least },
  // A second run tries only what changed since.
  incremental: true,
  incrementalFile: `reports/mutation/${name}.incremental.json`,
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  htmlReporter: { fileName: `reports/mutation/${name}.html` },
  tempDirName: `.stryker-tmp/${name}`,
  ignorePatterns: ['.stryker-tmp', 'dist', 'web', 'docs', 'reports'],
  allowEmpty: false,
  allowConsoleColors: false,
};
