/** Mutants of one folder, named by MUTATED_FOLDER; see docs/mutation.md. */
import { chosenFolder } from './folders.ts';

const { name, least } = chosenFolder();

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [`src/${name}/**/*.ts`, '!src/**/*.test.ts'],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 3_000,
  thresholds: { high: 90, low: 85, break: least },
  // A second run tries only what changed since.
  incremental: true,
  incrementalFile: `reports/mutation/${name}.incremental.json`,
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false },
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  htmlReporter: { fileName: `reports/mutation/${name}.html` },
  tempDirName: `.stryker-tmp/${name}`,
  ignorePatterns: ['.stryker-tmp', 'dist', 'web', 'docs', 'reports'],
  allowEmpty: false,
  allowConsoleColors: false,
};
