/**
 * `npm run bench -- [name …] [--quick] [--write]`: measures, prints a table, and keeps the results of each benchmark in
 * bench/results/; `--write` makes bench/RESULTS.md of what is kept.
 * Every figure has a peer that is measured in the same run, in turns, because absolute times depend on the machine.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkCpu } from './benchmarks/check-cpu.ts';
import { checks } from './benchmarks/checks.ts';
import { commits } from './benchmarks/commits.ts';
import { drain } from './benchmarks/drain.ts';
import { fleet } from './benchmarks/fleet.ts';
import { start } from './benchmarks/start.ts';
import { web } from './benchmarks/web.ts';
import { type Benchmark, type Result, renderMarkdown, renderTable, resultOf } from './result.ts';

const benchmarks: readonly Benchmark[] = [start, checkCpu, checks, commits, drain, fleet, web];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are:`);
  for (const { name, about } of benchmarks) console.error(`  ${name.padEnd(10)} ${about}`);
  process.exit(2);
}

const results: Result[] = [];
for (const benchmark of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
  console.error(`${benchmark.name}: ${benchmark.about}`);
  results.push(...(await resultsOf(benchmark)));
}
console.log(renderTable(results));
keep();

async function resultsOf(benchmark: Benchmark): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-bench-'));
  try {
    const measured = await benchmark.run({
      isQuick: values.quick,
      folder,
      progress: (text) => console.error(`  ${text}`),
    });
    return measured.map((each) => resultOf(benchmark.name, each));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Report {
  readonly at: string;
  readonly machine: string;
  readonly isQuick: boolean;
  readonly results: readonly Result[];
}

/** A benchmark that did not run this time keeps the results of its last full run on such a machine. */
function keep(): void {
  const at = new Date().toISOString();
  const machine = `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`;
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  for (const name of new Set(results.map(({ benchmark }) => benchmark))) {
    const own = results.filter(({ benchmark }) => benchmark === name);
    const report: Report = { at, machine, isQuick: values.quick, results: own };
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  }
  if (!values.write) return;
  const reports = benchmarks
    .map(({ name }) => join(folder, `${name}.json`))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Report)
    .filter((report) => report.machine === machine && report.isQuick === values.quick);
  const days = [...new Set(reports.map((report) => report.at.slice(0, 10)))].sort();
  const heading = [
    '# Benchmark results',
    '',
    `Written by \`npm run bench -- --write\`, each benchmark as of its last run (${days.join(' to ')}): ${machine}${values.quick ? ', short rounds' : ''}.`,
    'Median of the rounds (least to most). Other work ran on the machine, so only the ratios are to be compared.',
  ].join('\n');
  const all = reports.flatMap((report) => report.results);
  writeFileSync(join(import.meta.dirname, 'RESULTS.md'), renderMarkdown(all, heading));
}
