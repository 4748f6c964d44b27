// Runs the tests and ends with a plain tally. Names the suites that could not run here, and the one command that makes
// them run. Arguments go to vitest, as in `npm test -- src/license`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  console.error(
    `The tests need Node.js ${NEEDED_MAJOR} or later; this is ${process.version}. ` +
      'Run `npm ci` first, which brings it along on Linux and Windows, and start them with `npm test`.',
  );
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'license-sentinel-tests-'));
const report = join(folder, 'report.json');
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const run = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);

let tally;
try {
  tally = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  console.error('The test runner ended without a report.');
}
rmSync(folder, { recursive: true, force: true });

if (tally !== undefined) {
  sayWhatCouldNotRun(tally);
  const brokenFiles = tally.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = tally.numFailedTests + brokenFiles.length;
  const skipped = tally.numPendingTests + tally.numTodoTests;
  console.log(`${tally.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}
process.exitCode = run.status ?? 1;

function sayWhatCouldNotRun({ testResults }) {
  const suites = new Set(
    testResults
      .flatMap((file) => file.assertionResults)
      .filter((test) => test.status === 'skipped' || test.status === 'pending')
      .flatMap((test) => test.ancestorTitles.filter((title) => title.includes('[needs '))),
  );
  if (suites.size === 0) return;
  console.log('\nNot run, because this machine lacks what they need:');
  for (const suite of [...suites].sort()) console.log(`  ${suite}`);
  console.log('To install the servers (Debian, as root): npm run test:servers\n');
}
