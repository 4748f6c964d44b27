/**
 * `npm run compare:faults -- [--only fault] [--at-once 3] [--write | --page]`: plays every fault before every program,
 * prints the table, and with `--write` keeps it as docs/reliability-compared.md and bench/faults/results.generated.json.
 * `--page` plays nothing and writes the page from the kept numbers.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathOf } from '../../test/servers/describe-with.ts';
import { faults } from './faults.ts';
import { conditions, type Life } from './life.ts';
import { play } from './play.ts';
import type { AlertingProgram } from './program.ts';
import { licenseSentinel } from './programs/license-sentinel.ts';
import { prometheus } from './programs/prometheus.ts';
import { pageOf, type Report, type Result, tableOf } from './report.ts';

const PATIENCE_MS = 45_000;
const QUIET_MS = 10_000;
const life: Life = { conditions, eachMs: 5_000, recoveryMs: 20_000 };
const programs: readonly AlertingProgram[] = [licenseSentinel(), prometheus('...'), prometheus('site')];

const numbers = join(import.meta.dirname, 'results.generated.json');
const page = join(import.meta.dirname, '../../docs/reliability-compared.md');

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'at-once': { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});
const atOnce = Number(values['at-once']);

if (values.page) writeFileSync(page, pageOf(JSON.parse(readFileSync(numbers, 'utf8')) as Report));
else await compare();

async function compare(): Promise<void> {
  const chosen = faults.filter(({ name }) => values.only === undefined || name === values.only);
  if (chosen.length === 0 || !Number.isInteger(atOnce) || atOnce < 1) {
    console.error('--at-once takes a number from 1, --only one of:');
    for (const name of new Set(faults.map((fault) => fault.name))) console.error(`  ${name}`);
    process.exit(2);
  }
  for (const binary of ['prometheus', 'prometheus-alertmanager', 'influxd'] as const) {
    if (pathOf(binary) !== undefined) continue;
    console.error(`${binary} is not on this machine; run: npm run test:servers`);
    process.exit(2);
  }
  // Every process that is started wants to go when this one does.
  process.setMaxListeners(0);
  const results = await resultsOf(chosen.flatMap((fault) => programs.map((program) => ({ fault, program }))));
  console.log(tableOf(results));
  if (values.write) keep(await reportOf(results));
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
