/** Plays one life of a license before one program, with one fault. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startBroker } from './broker.ts';
import type { Fault, Scene } from './faults.ts';
import type { Life } from './life.ts';
import type { AlertingProgram, Cleanup } from './program.ts';
import { startReceiver } from './receiver.ts';
import { type Course, type Score, scoreOf } from './score.ts';
import { startSite } from './site.ts';

export interface Play {
  readonly life: Life;
  readonly fault: Fault;
  readonly program: AlertingProgram;
  /** How long to wait for what is not told when the life and the fault are over. */
  readonly patienceMs: number;
  /** How long to look for repeats after everything was told. */
  readonly quietMs: number;
}

/** Which condition, counted from 0, the fault begins in; and in which one a long fault ends. */
const FAULT_FROM = 1;
const LONG_FAULT_TO = 4;

export async function play({ life, fault, program, patienceMs, quietMs }: Play): Promise<Score> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-faults-'));
  const stops: (() => unknown)[] = [];
  const cleanup = ((stop: () => unknown) => void stops.push(stop)) as Cleanup;
  try {
    const receiver = await (program.sendsTo === 'broker' ? startBroker : startReceiver)(cleanup);
    const site = await startSite(cleanup, join(folder, 'certificates'));
    const needsDatabase = fault.needsDatabase === true;
    const running = await program.start({ folder, site, receiver, cleanup, needsDatabase });
    const ending = new AbortController();
    const scene: Scene = {
      receiver,
      program: running,
      told: program.told,
      first: life.conditions[FAULT_FROM]!,
      ending: ending.signal,
    };
    const entered: Course['entered'][number][] = [];
    const span = { fromMs: 0, toMs: 0 };
    let going: Promise<unknown> = Promise.resolve();

    async function endFault(): Promise<void> {
      ending.abort();
      await going;
      await fault.end?.(scene);
      span.toMs = performance.now();
    }
    for (const [index, condition] of life.conditions.entries()) {
      if (index === FAULT_FROM) {
        span.fromMs = performance.now();
        await fault.begin?.(scene);
      }
      const atMs = performance.now();
      entered.push({ condition, atMs });
      site.become(condition);
      if (index === FAULT_FROM) going = fault.meanwhile?.(scene) ?? Promise.resolve();
      const isLast = index === (fault.length === 'brief' ? FAULT_FROM : LONG_FAULT_TO);
      if (isLast) {
        await setTimeout(life.eachMs * (fault.length === 'brief' ? 0.6 : 0.2));
        await endFault();
      }
      const lastsMs = isLast ? life.recoveryMs : life.eachMs;
      await setTimeout(Math.max(0, atMs + lastsMs - performance.now()));
    }

    const course = (): Course => ({
      entered,
      fault: fault.begin === undefined && fault.meanwhile === undefined ? null : span,
      taken: receiver.arrivals.items
        .filter(({ isTaken }) => isTaken)
        .map(({ atMs, body }) => ({ atMs, told: program.told(body) })),
      requests: receiver.arrivals.items.length,
    });
    const isComplete = () => {
      const { lost, toldWhenOver } = scoreOf(course());
      return lost.length + toldWhenOver.length === 0;
    };
    const untilMs = performance.now() + patienceMs;
    while (!isComplete() && performance.now() < untilMs) await setTimeout(200);
    await setTimeout(quietMs);
    return scoreOf(course());
  } finally {
    for (const stop of stops.toReversed()) await stop();
    await rm(folder, { recursive: true, force: true });
  }
}
