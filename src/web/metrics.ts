/** What is shown as metrics. Pure; `docs/metrics.md` describes each. */
import type { LaneRow } from './api.ts';
import { type CheckCounts, durationBounds } from './check-counts.ts';
import { counter, type Family, gauge, type Sample, sampleOf } from './exposition.ts';
import { metricLabels as label, metricNames } from './metric-names.ts';

/** What became of the attempts of a lane since the start. */
export interface AttemptCounts {
  readonly accepted: number;
  readonly deferred: Readonly<Partial<Record<string, number>>>;
  readonly rejected: Readonly<Partial<Record<string, number>>>;
}

export interface ProcessFigures {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  /** Epoch seconds. */
  readonly startedAt: number;
  /** Mean since the figures were last taken. */
  readonly eventLoopLagSeconds: number;
}

export interface MetricsFacts {
  /** Epoch ms. */
  readonly now: number;
  readonly version: string;
  readonly sites: readonly Family[];
  readonly checks: Family;
  readonly durations: CheckCounts['durations'];
  readonly lanes: readonly LaneRow[];
  readonly attempts: Readonly<Record<string, AttemptCounts>>;
  readonly process: ProcessFigures;
}

export function metricFamilies(facts: MetricsFacts): readonly Family[] {
  return [
    ...facts.sites,
    facts.checks,
    durationFamily(facts.durations),
    ...laneFamilies(facts),
    ...ownFamilies(facts),
  ];
}

function durationFamily({ buckets, sumSeconds, count }: CheckCounts['durations']): Family {
  return {
    name: metricNames.checkDuration,
    help: 'How long checks took, of all sites.',
    kind: 'histogram',
    samples: [
      ...durationBounds.map((bound, index) => ({
        suffix: '_bucket',
        labels: { le: bound < 1 || !Number.isInteger(bound) ? String(bound) : `${bound}.0` },
        value: buckets[index] ?? 0,
      })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
      { suffix: '_sum', labels: {}, value: sumSeconds },
      { suffix: '_count', labels: {}, value: count },
    ],
  };
}

function laneFamilies({ lanes, attempts, now }: MetricsFacts): readonly Family[] {
  const each = (of: (lane: LaneRow) => number): Sample[] =>
    lanes.map((lane) => ({ labels: { [label.destination]: lane.name }, value: of(lane) }));
  const reasons = (outcome: 'deferred' | 'dead', counts: AttemptCounts['deferred'], destination: string) =>
    Object.entries(counts).map(([reason, value]) => ({
      labels: { [label.destination]: destination, [label.outcome]: outcome, [label.reason]: reason },
      value: value ?? 0,
    }));
  return [
    gauge(
      metricNames.waiting,
      'Messages that wait for the destination.',
      each((lane) => lane.waiting),
    ),
    gauge(
      metricNames.oldestAge,
      'How long the oldest message has waited; 0 when none waits.',
      each(({ oldest }) => (oldest === null ? 0 : Math.max(0, (now - Date.parse(oldest)) / 1000))),
    ),
    gauge(
      metricNames.failing,
      'Whether the last attempt failed and none has succeeded since.',
      each(({ state }) => Number(state === 'failing')),
    ),
    gauge(
      metricNames.deadLetters,
      'Messages that are no longer tried.',
      each((lane) => lane.deadLetters),
    ),
    counter(
      metricNames.deliveries,
      'Messages that the destination accepted since the start.',
      Object.entries(attempts).map(([destination, { accepted }]) => ({
        labels: { [label.destination]: destination },
        value: accepted,
      })),
    ),
    counter(
      metricNames.deliveryFailures,
      'What failed since the start, by reason: deferred attempts, which are repeated, and dead messages.',
      Object.entries(attempts).flatMap(([destination, { deferred, rejected }]) => [
        ...reasons('deferred', deferred, destination),
        ...reasons('dead', rejected, destination),
      ]),
    ),
  ];
}

function ownFamilies({ version, process }: MetricsFacts): readonly Family[] {
  return [
    gauge(
      metricNames.build,
      'The version of License Sentinel. Always 1.',
      sampleOf({ [label.version]: version }, 1),
    ),
    gauge(metricNames.residentMemory, 'Resident memory.', sampleOf({}, process.residentBytes)),
    counter(metricNames.cpu, 'CPU time, user and system.', sampleOf({}, process.cpuSeconds)),
    gauge(metricNames.start, 'When the process started.', sampleOf({}, process.startedAt)),
    gauge(
      metricNames.eventLoopLag,
      'By how much timers come late, mean since the last scrape.',
      sampleOf({}, process.eventLoopLagSeconds),
    ),
  ];
}
