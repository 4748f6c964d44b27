/**
 * One ordeal: the real program runs a story and dies at some place, starts again, and is left to finish; then the
 * license is renewed.
 */
import { cp, rm } from 'node:fs/promises';
import { packagedProgram } from '../end-to-end/package.ts';
import { preload } from '../end-to-end/preload.ts';
import { type Cleanup, newFolder, type Program, startService, writeConfig } from '../end-to-end/program.ts';
import { type Committed, committedAlerts, type Remains, remainsOf } from './remains.ts';
import { type Arrival, destinations, type Stage } from './stage.ts';
import { type Story, sites } from './stories.ts';

const launcher = await packagedProgram();
const touches = preload(new URL('touches.ts', import.meta.url));

/** How the program dies. Killed at a place of the preload module, or by whatever it runs under. */
export interface Fault {
  readonly env?: Readonly<Record<string, string>>;
  readonly under?: readonly string[];
  /** How often the life checks its site. Default: once. */
  readonly every?: string;
}

export interface Ordeal {
  /** How the last life that was to end early ended. */
  readonly signal: string | null;
  /** What the store held, and what had arrived, when it was dead. */
  readonly committed: readonly Committed[];
  readonly before: readonly Arrival[];
  /** Everything that arrived by the end. */
  readonly arrivals: readonly Arrival[];
  readonly remains: Remains;
  /** Alerts that were settled before the story began. */
  readonly settledBefore: ReadonlySet<string>;
  readonly lastCode: number | null;
  /** What the program wrote in each of its lives. */
  readonly output: string;
}

/** @param reads see `touches.ts` */
export const killAt = (place: number, reads = false): Fault => ({
  env: { TOUCH_KILL_AT: String(place), ...(reads && { TOUCH_READS: '1' }) },
});

/** The program with the preload module, and so with luck. */
export function startTouched(cleanup: Cleanup, folder: string, { env, under = [] }: Fault = {}): Program {
  return startService(cleanup, folder, {
    launcher,
    env: { NODE_OPTIONS: touches, ...env },
    under,
  });
}

/** Asks the program to end as soon as the story is told; once, because a second time would be impatience. */
export function endWhenTold(program: Program, stage: Stage, story: Story): void {
  let isAsked = false;
  stage.onArrival(() => {
    if (isAsked || !story.isTold(stage.arrivals.items)) return;
    isAsked = true;
    program.send('SIGTERM');
  });
}

/** Prepares the store of a story once for all its runs. */
export async function prepared(cleanup: Cleanup, stage: Stage, story: Story): Promise<string> {
  const folder = await newFolder(cleanup);
  stage.forget();
  await story.prepare?.(cleanup, stage, folder);
  return folder;
}

export interface Setting {
  readonly stage: Stage;
  readonly story: Story;
  /** The folder that `prepared` made. */
  readonly base: string;
}

/** @param faults one for each life that is to end early; the last life is left to finish */
export async function ordeal(
  cleanup: Cleanup,
  { stage, story, base }: Setting,
  faults: readonly Fault[],
): Promise<Ordeal> {
  const folder = await newFolder(cleanup);
  await cp(base, folder, { recursive: true });
  const settledBefore = new Set(
    (await committedAlerts(folder))
      .filter(({ isWaiting }) => !isWaiting)
      .map(({ destination, message }) => keyOf(destination, message.id)),
  );
  stage.forget();
  story.begin(stage);

  let output = '';
  let signal: string | null = null;
  for (const fault of faults) {
    await writeConfig(folder, stage.config(fault.every ?? 'every 1 hour', story.hasLab));
    const program = startTouched(cleanup, folder, fault);
    endWhenTold(program, stage, story);
    ({ signal } = await program.ended);
    output += program.stdout() + program.stderr();
  }
  await stage.whenQuiet();
  const before = [...stage.arrivals.items];
  const committed = await committedAlerts(folder);

  await writeConfig(folder, stage.config('every 1 s', story.hasLab));
  const last = startTouched(cleanup, folder);
  await last.whenLogged(({ msg, site }) => msg === 'site checked' && site === 'prod');
  // Else the last status of a busy machine may be from before the version was known.
  await last.whenLogged(({ msg, site }) => msg.startsWith('runs ') && site === 'prod');
  stage.site.endsIn(365);
  await stage.arrivals.until((arrivals) =>
    destinations.every((name) =>
      arrivals.some((each) => each.destination === name && each.kind === 'renewed' && each.isAccepted),
    ),
  );
  const { code: lastCode } = await last.stop();
  output += last.stdout() + last.stderr();
  const arrivals = [...stage.arrivals.items];
  const remains = await remainsOf(folder, sites);
  await rm(folder, { recursive: true });
  return { signal, committed, before, arrivals, remains, settledBefore, lastCode, output };
}

export const keyOf = (destination: string, id: string) => `${destination} ${id}`;
