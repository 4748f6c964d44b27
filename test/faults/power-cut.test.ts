/**
 * The power goes: what was written and not synced is gone. A run of the real program is recorded call by call; for every
 * moment at which the disk holds something else, the program starts on what a power cut would have left. By then the
 * license is another one, so that no alert that was lost can come again by itself.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { newFolder, writeConfig } from '../end-to-end/program.ts';
import { describeWith } from '../servers/describe-with.ts';
import { diskWith, type Image, type Step, stepsIn, tracing } from './disk-log.ts';
import { drawsFrom } from './draws.ts';
import { endWhenTold, keyOf, prepared, startTouched } from './ordeal.ts';
import { type Committed, committedAlerts, remainsOf } from './remains.ts';
import { destinations, type Stage, setStage } from './stage.ts';
import { type Story, sites, stories } from './stories.ts';

type Cleanup = TestContext['onTestFinished'];

/** A moment of the recorded run. */
interface Cut {
  /** Counts the steps before it. */
  readonly at: number;
  readonly image: Image;
  /** Ids of alerts that somebody outside has heard of by then. */
  readonly heard: ReadonlySet<string>;
  /** Some of what was not synced has landed all the same. */
  readonly isTorn: boolean;
}

describeWith(['strace'], 'a power cut', () => {
  it.for(stories)(
    'at any moment loses nothing that anybody was told: $name',
    { timeout: 300_000 },
    async (story, { onTestFinished }) => {
      const scene = await record(onTestFinished, story);
      expect(await unsafe(onTestFinished, scene)).toEqual([]);
      expect(await faultsAfter(onTestFinished, scene, distinct(scene.cuts))).toEqual([]);
    },
  );

  it.for(['NORMAL', 'OFF'])(
    'would lose alerts with synchronous = %s',
    { timeout: 120_000 },
    async (level, { onTestFinished }) => {
      const scene = await record(onTestFinished, stories[1]!, { TOUCH_SYNCHRONOUS: level });
      expect(await unsafe(onTestFinished, scene)).toContainEqual(expect.stringContaining('not on the disk'));
      const most = Math.max(...scene.cuts.map(({ heard }) => heard.size));
      const first = scene.cuts.filter(({ heard, isTorn }) => heard.size === most && !isTorn).slice(0, 1);
      expect(await faultsAfter(onTestFinished, scene, first)).toContainEqual(expect.stringContaining('lost'));
    },
  );
});

interface Recording {
  readonly stage: Stage;
  readonly story: Story;
  readonly cuts: readonly Cut[];
  /** All alerts of the run, as the store has them in the end. */
  readonly alerts: readonly Committed[];
}

/** One undisturbed life of the story, with a cut before and after every sync and every word to the outside. */
async function record(
  cleanup: Cleanup,
  story: Story,
  env: Readonly<Record<string, string>> = {},
): Promise<Recording> {
  const stage = await setStage(cleanup);
  const folder = await prepared(cleanup, stage, story);
  const log = join(await newFolder(cleanup), 'calls');
  const before = await imageIn(folder);
  stage.forget();
  story.begin(stage);
  await writeConfig(folder, stage.config('every 1 hour', story.hasLab));
  const program = startTouched(cleanup, folder, { env, under: tracing(log) });
  endWhenTold(program, stage, story);
  expect(await program.ended).toMatchObject({ code: 0 });
  const alerts = await committedAlerts(folder);
  const ids = new Set(alerts.map(({ message }) => message.id));
  return { stage, story, alerts, cuts: cutsOf(await stepsIn(log, folder), before, ids) };
}

function cutsOf(steps: readonly Step[], before: Image, ids: ReadonlySet<string>): readonly Cut[] {
  const disk = diskWith(before);
  const draw = drawsFrom(1);
  const heard = new Set<string>();
  return steps.flatMap((step, at): Cut[] => {
    const isMoment = step.kind === 'say' || step.kind === 'sync' || step.kind === 'sync-folder';
    const torn = isMoment
      ? { at, image: disk.torn(() => draw() < 0.5), heard: new Set(heard), isTorn: true }
      : undefined;
    disk.take(step);
    if (torn === undefined) return [];
    if (step.kind === 'say') {
      const text = step.bytes.toString();
      for (const id of ids) if (text.includes(id)) heard.add(id);
    }
    return [torn, { at: at + 1, image: disk.durable(), heard: new Set(heard), isTorn: false }];
  });
}

/** The moments at which the disk holds something else, or somebody has heard more. */
function distinct(cuts: readonly Cut[]): readonly Cut[] {
  const seen = new Set<string>();
  return cuts.filter(({ image, heard }) => {
    const key = `${image['store.db']?.toString('latin1')}|${image['store.db-wal']?.toString('latin1')}|${[...heard].join()}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What somebody has heard of has to be on the disk, for each of its destinations. */
async function unsafe(cleanup: Cleanup, { cuts, alerts }: Recording): Promise<readonly string[]> {
  const folder = await newFolder(cleanup);
  const problems: string[] = [];
  for (const { at, image, heard } of distinct(cuts)) {
    if (heard.size === 0) continue;
    await lay(image, folder);
    const kept = await committedAlerts(folder).catch(() => undefined);
    if (kept === undefined) {
      problems.push(`step ${at}: the store is damaged`);
      continue;
    }
    const keys = new Set(kept.map(({ destination, message }) => keyOf(destination, message.id)));
    for (const { destination, message } of alerts) {
      if (heard.has(message.id) && !keys.has(keyOf(destination, message.id))) {
        problems.push(`step ${at}: not on the disk: ${destination} "${message.title}"`);
      }
    }
  }
  return problems;
}

/** Starts the program on what each cut left, with another license, and says what is wrong in the end. */
async function faultsAfter(
  cleanup: Cleanup,
  { stage, story, alerts }: Recording,
  cuts: readonly Cut[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { at, image, heard } of cuts) {
    const folder = await newFolder(cleanup);
    await lay(image, folder);
    stage.forget();
    story.begin(stage);
    stage.site.endsIn(14);
    await writeConfig(folder, stage.config('every 1 hour', story.hasLab));
    const program = startTouched(cleanup, folder);
    const lastDay = stage.site.dateIn(14);
    await stage.arrivals.until((arrivals) =>
      destinations.every((name) =>
        arrivals.some(
          ({ destination, kind, text, isAccepted }) =>
            destination === name && isAccepted && kind === 'expiring' && text.includes(lastDay),
        ),
      ),
    );
    expect(await program.stop()).toMatchObject({ code: 0 });
    const { receipts } = await remainsOf(folder, sites);
    for (const { destination, message } of alerts) {
      if (!heard.has(message.id)) continue;
      if (!receipts.some((each) => each.destination === destination && each.message.id === message.id)) {
        problems.push(`step ${at}: lost: ${destination} "${message.title}"`);
      }
    }
    if (stage.arrivals.items.some(({ kind }) => kind.startsWith('store-'))) {
      problems.push(`step ${at}: the store was taken for damaged`);
    }
    await rm(folder, { recursive: true });
  }
  return problems;
}

async function imageIn(folder: string): Promise<Image> {
  const read = (name: string) => readFile(join(folder, name)).catch(() => null);
  return { 'store.db': await read('store.db'), 'store.db-wal': await read('store.db-wal') };
}

async function lay(image: Image, folder: string): Promise<void> {
  for (const [name, bytes] of Object.entries(image)) {
    await rm(join(folder, name), { force: true });
    if (bytes !== null) await writeFile(join(folder, name), bytes);
  }
}
