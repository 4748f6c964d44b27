/** The comparison as a table for people. Pure. */
import { type Fault, faults } from './faults.ts';
import type { Life } from './life.ts';
import { LATE_AFTER_MS, type Score } from './score.ts';

/** One row of the page. */
export interface RowKey {
  readonly fault: string;
  readonly length: Fault['length'];
  readonly program: string;
}

export interface Result extends RowKey {
  readonly score: Score;
}

export interface Report {
  /** ISO 8601. */
  readonly at: string;
  readonly machine: string;
  readonly life: Life;
  readonly patienceMs: number;
  readonly programs: readonly {
    readonly name: string;
    readonly setting: string;
    readonly version: string;
    /** When and where, if some of its runs were not played together with the others. */
    readonly playedApart?: string;
  }[];
  readonly results: readonly Result[];
}

/** What was played now, and of what was kept what was not. Pure. */
export function mergedReport(before: Report | undefined, now: Report, order: readonly RowKey[]): Report {
  const inNow = new Set(now.results.map(keyOf));
  const rows = [...now.results, ...(before?.results ?? []).filter((row) => !inNow.has(keyOf(row)))];
  const results = order.flatMap((key) => rows.filter((row) => keyOf(row) === keyOf(key)));
  if (before === undefined || results.every((row) => inNow.has(keyOf(row)))) return { ...now, results };
  const playedApart = `${now.at.slice(0, 10)}, ${now.machine}`;
  const programs = now.programs.map((program) => {
    if (now.results.some((row) => row.program === program.name)) return { ...program, playedApart };
    return before.programs.find(({ name }) => name === program.name) ?? program;
  });
  return { ...before, programs, results };
}

const keyOf = ({ fault, length, program }: RowKey) => `${fault}, ${length}, ${program}`;

const HEAD = [
  'fault',
  'program',
  'lost',
  'told when over',
  'repeated',
  'late',
  'falsely over',
  'slowest',
  'requests',
];

export function tableOf(results: readonly Result[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(HEAD), row(HEAD.map(() => '---')), ...results.map((one) => row(cellsOf(one)))].join('\n');
}

function cellsOf({ fault, length, program, score }: Result): readonly string[] {
  const named = (list: readonly string[]) =>
    list.length === 0 ? '0' : `**${list.length}** (${list.join(', ')})`;
  return [
    fault === 'none' ? fault : `${fault}, ${length}`,
    program,
    named(score.lost),
    named(score.toldWhenOver),
    String(score.repeated),
    named(score.late),
    named(score.falselyOver),
    score.longestDelayMs === null ? '' : `${(score.longestDelayMs / 1000).toFixed(1)} s`,
    String(score.requests),
  ];
}

/** Per program: the sums over all faults. */
export function sumsOf({ programs, results }: Report): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const head = ['program', 'to be told', 'lost', 'told when over', 'repeated', 'late', 'falsely over'];
  const rows = programs.map(({ name }) => {
    const scores = results.filter(({ program }) => program === name).map(({ score }) => score);
    const sum = (of: (score: Score) => number) => scores.reduce((total, score) => total + of(score), 0);
    return row([
      name,
      sum(({ conditions }) => conditions),
      sum(({ lost }) => lost.length),
      sum(({ toldWhenOver }) => toldWhenOver.length),
      sum(({ repeated }) => repeated),
      sum(({ late }) => late.length),
      sum(({ falselyOver }) => falselyOver.length),
    ]);
  });
  return [row(head), row(head.map(() => '---')), ...rows].join('\n');
}

export function pageOf(report: Report): string {
  const { at, machine, life, patienceMs, programs, results } = report;
  const each = life.eachMs / 1000;
  const listed = [...new Map(faults.map(({ name, what }) => [name, what]))];
  return `# Reliability compared

Written by \`npm run compare:faults -- --write\` on ${at.slice(0, 10)}: ${machine}. The numbers are what was measured in that run, and
other work ran on the machine. Every count is also in \`bench/faults/results.generated.json\`.

The same license runs down before each program in seconds, and each program sends to a receiver of its own, while one thing
breaks: a webhook receiver, or an MQTT broker (mosquitto) with somebody who listens to it. Alertmanager has no way to a broker. What the receiver took is compared with what a person had to be told: ${life.conditions.length} conditions in each run.

${sumsOf(report)}

## What is compared

${programs.map(({ name, setting, version, playedApart }) => `- **${name}** (${version}): ${setting}.${playedApart === undefined ? '' : ` Played apart: ${playedApart}.`}`).join('\n')}

The license goes through the conditions ${life.conditions.join(', ')} (days left; then what it says), each ${each} s long, but for the one in which the fault ends:
that one lasts ${life.recoveryMs / 1000} s, so that there is time to recover in it. A fault begins right before
the second condition. A *brief* one ends ${(each * 0.6).toFixed(0)} s later, in the same condition. A *long* one ends ${(each * 0.2).toFixed(0)} s after the fifth condition began, so that
three whole conditions pass by. Afterwards the run goes on until everything is told, at most ${patienceMs / 1000} s longer.

Prometheus reads \`/metrics\` of a License Sentinel that has no destinations, and alerts with the rules of \`dashboards/prometheus\`, cut into one rule for each
rung, so that it has the same to tell. "Renewed" is told when the alert that the license has expired is resolved.

At the broker a fault is the same as at the webhook receiver, one layer lower: nobody listens, nothing passes either way, the connection is reset when
something is sent, or the message passes and its acknowledgement does not. Faults that only HTTP has, and those that have nothing to do with the receiver, are left out for it.

## What is counted

| column | counts |
| --- | --- |
| lost | conditions that no message taken by the receiver ever told, neither while they lasted nor later |
| told when over | conditions that were told only by a message which says that they are over |
| repeated | messages the receiver took that say nothing new: each \`id\` in them had come before; for Alertmanager, each fingerprint with the same start and status. Its \`repeat_interval\` (4 h by default) is a feature and never comes due here |
| late | conditions told more than ${LATE_AFTER_MS / 1000} s after they began, or after the end of the fault if that was later |
| falsely over | conditions said to be over while they lasted |
| slowest | the longest time of that kind among the alerts that were told |
| requests | how many requests came to the receiver, also those it did not take; messages, where it is a broker |

## How to read it

- **Prometheus and Alertmanager are level-triggered.** They say what is the case now, on purpose, and do not owe anybody what was the case during an outage. For a
  disk that fills up this is right. For a ladder whose rungs people wait for, a rung that passed during the outage is not told, and that is what *lost* counts.
- **Time is squeezed on one side only.** License Sentinel keeps its own back-off (5 s, doubling to an hour), so that after a long fault it comes late here, in
  the worst case by more than the fault lasted. It has full jitter, so *late* and *slowest* differ from run to run. Alertmanager's \`group_interval\`, the time after which it tries again for good, is 1 s here, and 5 min by default.
- **The end date moves, the clock does not.** So a site that cannot be read, or a program that does not run, cannot know the rungs that pass: they are lost for both. In
  real life License Sentinel goes on counting down from the last end date while it cannot read the site, and names the rungs that passed while it did not run; neither
  shows here, and naming them does not count as telling.
- **"Database gone" is not the same on both sides.** To License Sentinel InfluxDB is one of its destinations. To Alertmanager, Prometheus is where alerts come from.
- **The other messages do not count as conditions.** License Sentinel also tells that the end date moved earlier, that a site cannot be read, and which
  destination fails; Alertmanager also tells that a condition is over. Their repeats are counted.

## Every run

${tableOf(results)}

## The faults

| fault | what happens |
| --- | --- |
${listed.map(([name, what]) => `| ${name} | ${what} |`).join('\n')}

## Run it

\`npm run test:servers\` installs Prometheus and Alertmanager on Debian. \`npm run compare:faults\` takes half an hour and prints the table; \`--write\` writes this page;
\`--page\` writes it anew from the numbers that are kept; \`--only "receiver down"\` runs one fault; \`--program "License Sentinel, MQTT"\` one program; \`--at-once 1\` plays one run after the other (3 at once by default). Another program is one file
in \`bench/faults/programs/\`: how it is started, killed and started again, and what its messages say.
`;
}
