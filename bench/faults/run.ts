/**
 * `npm run compare:faults -- [--only fault] [--program name] [--at-once 3] [--write | --page]`: plays every fault before every
 * program, prints the table, and with `--write` keeps it as docs/reliability-compared.md and bench/faults/results.generated.json;
 * what was not played stays there as it was.
 * `--page` plays nothing and writes the page from the kept numbers.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathOf } from '../../test/servers/describe-with.ts';
import { concerns, faults } from './faults.ts';
import { conditions, type Life } from './life.ts';
import { play } from './play.ts';
import type { AlertingProgram } from './program.ts';
import { licenseSentinel } from './programs/license-sentinel.ts';
import { prometheus } from './programs/prometheus.ts';
import { mergedReport, pageOf, type Report, type Result, type RowKey, tableOf } from './report.ts';

const PATIENCE_MS = 45_000;
const QUIET_MS = 10_000;
const life: Life = { conditions, eachMs: 5_000, recoveryMs: 20_000 };
const programs: readonly AlertingProgram[] = [
  licenseSentinel(),
  licenseSentinel({ sendsTo: 'broker' }),
  prometheus('...'),
  prometheus('site'),
];

const numbers = join(import.meta.dirname, 'results.generated.json');
const page = join(import.meta.dirname, '../../docs/reliability-compared.md');

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    program: { type: 'string' },
    'at-once': { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});
const atOnce = Number(values['at-once']);

if (values.page) writeFileSync(page, pageOf(JSON.parse(readFileSync(numbers, 'utf8')) as Report));
else await compare();

async function compare(): Promise<void> {
  const runs = faults
    .filter(({ name }) => values.only === undefined || name === values.only)
    .flatMap((fault) => programs.map((program) => ({ fault, program })))
    .filter(({ fault, program }) => concerns(fault, program.sendsTo))
    .filter(({ program }) => values.program === undefined || program.name === values.program);
  if (runs.length === 0 || !Number.isInteger(atOnce) || atOnce < 1) {
    console.error('--at-once takes a number from 1, --only one of:');
    for (const name of new Set(faults.map((fault) => fault.name))) console.error(`  ${name}`);
    console.error('--program one of:');
    for (const { name } of programs) console.error(`  ${name}`);
    process.exit(2);
  }
  for (const binary of ['prometheus', 'prometheus-alertmanager', 'influxd', 'mosquitto'] as const) {
    if (pathOf(binary) !== undefined) continue;
    console.error(`${binary} is not on this machine; run: npm run test:servers`);
    process.exit(2);
  }
  // Every process that is started wants to go when this one does.
  process.setMaxListeners(0);
  const results = await resultsOf(runs);
  console.log(tableOf(results));
  if (values.write) keep(mergedReport(kept(), await reportOf(results), orderOf()));
}

/** Fault, length and program of every row of the page. */
function orderOf(): readonly RowKey[] {
  return faults.flatMap((fault) =>
    programs
      .filter(({ sendsTo }) => concerns(fault, sendsTo))
      .map((program) => ({ fault: fault.name, length: fault.length, program: program.name })),
  );
}

function kept(): Report | undefined {
  return existsSync(numbers) ? (JSON.parse(readFileSync(numbers, 'utf8')) as Report) : undefined;
}

async function resultsOf(
  runs: readonly { fault: (typeof faults)[number]; program: AlertingProgram }[],
): Promise<readonly Result[]> {
  const found: Result[] = [];
  const waiting = [...runs.entries()];
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { fault, program }] = next;
      const score = await play({ life, fault, program, patienceMs: PATIENCE_MS, quietMs: QUIET_MS });
      found[index] = { fault: fault.name, length: fault.length, program: program.name, score };
      console.error(`${fault.name}, ${fault.length}, ${program.name}: ${score.lost.length} lost`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return found;
}

async function reportOf(all: readonly Result[]): Promise<Report> {
  const described = programs.map(async (program) => ({
    name: program.name,
    setting: program.setting,
    version: await program.version(),
  }));
  return {
    at: new Date().toISOString(),
    machine: `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${atOnce} runs at once`,
    life,
    patienceMs: PATIENCE_MS,
    programs: await Promise.all(described),
    results: all,
  };
}

function keep(report: Report): void {
  writeFileSync(numbers, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(page, pageOf(report));
}
