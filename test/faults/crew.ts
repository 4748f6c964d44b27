/** Several stages side by side, because most of an ordeal is waiting; and one undisturbed run to compare with. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cleanup, newFolder } from '../end-to-end/program.ts';
import { type Fault, type Ordeal, ordeal, prepared, type Setting } from './ordeal.ts';
import { setStage } from './stage.ts';
import type { Story } from './stories.ts';
import type { Place } from './touches.ts';
import { verdict } from './verdict.ts';

const STAGES = 6;
/** How far a run comes before it is told to end varies: a retry or a further check may still fit in. */
const UNDISTURBED_RUNS = 3;

export interface Crew {
  readonly undisturbed: Ordeal;
  /** The places that the undisturbed run came by. */
  readonly places: readonly Place[];
  /** How many places the shortest of a few undisturbed runs came by. */
  readonly fewestPlaces: number;
  /**
   * Puts the program through every ordeal that comes out of `next`, until it gives none or `isEnough` says so of one.
   */
  run(trials: Iterator<Trial>, isEnough?: (ordeal: Ordeal) => boolean): Promise<Result>;
}

export interface Trial {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** False where the state in the end may be another one, as after a full disk. */
  readonly endsAlike: boolean;
  /** Kinds of alerts that would be untrue. */
  readonly untrue?: readonly string[];
}

export interface Result {
  /** What is wrong, with the name of the trial before it. */
  readonly faults: readonly string[];
  /** In how many trials the program was killed. */
  readonly deaths: number;
}

/** @param reads places after statements that only read count, too */
export async function gather(cleanup: Cleanup, story: Story, reads = false): Promise<Crew> {
  const stages = await Promise.all(Array.from({ length: STAGES }, () => setStage(cleanup)));
  const base = await prepared(cleanup, stages[0]!, story);
  const settings = stages.map((stage): Setting => ({ stage, story, base }));
  const runs = await Promise.all(
    settings.slice(0, UNDISTURBED_RUNS).map((setting) => runUndisturbed(cleanup, setting, reads)),
  );
  const { undisturbed, places } = runs[0]!;

  return {
    undisturbed,
    places,
    fewestPlaces: Math.min(...runs.map((run) => run.places.length)),
    async run(trials, isEnough = () => false) {
      const faults: string[] = [];
      let deaths = 0;
      let isOver = false;
      const work = async (setting: Setting) => {
        while (!isOver) {
          const { value: trial, done = false } = trials.next();
          if (done || trial === undefined) return;
          const result = await ordeal(cleanup, setting, trial.faults);
          if (result.signal === 'SIGKILL') deaths += 1;
          isOver ||= isEnough(result);
          const problems = [
            ...verdict(result, trial.endsAlike ? undisturbed : undefined),
            ...result.arrivals
              .filter(({ kind }) => trial.untrue?.includes(kind))
              .map(({ text }) => `untrue: ${text}`),
          ];
          if (problems.length === 0) continue;
          faults.push(...problems.map((problem) => `${trial.name}: ${problem}`), result.output);
        }
      };
      await Promise.all(settings.map(work));
      return { faults, deaths };
    },
  };
}

async function runUndisturbed(
  cleanup: Cleanup,
  setting: Setting,
  reads: boolean,
): Promise<Pick<Crew, 'undisturbed' | 'places'>> {
  const list = join(await newFolder(cleanup), 'places');
  const undisturbed = await ordeal(cleanup, setting, [
    { env: { TOUCH_LIST: list, ...(reads && { TOUCH_READS: '1' }) } },
  ]);
  const problems = verdict(undisturbed, undisturbed);
  if (undisturbed.signal !== null || problems.length > 0) {
    throw new Error(`even an undisturbed run goes wrong: ${problems.join('; ')}\n${undisturbed.output}`);
  }
  const lines = (await readFile(list, 'utf8')).trim().split('\n');
  return { undisturbed, places: lines.map((line) => JSON.parse(line) as Place) };
}
