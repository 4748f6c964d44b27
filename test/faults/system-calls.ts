/** Faults below the program: strace ends it at a system call, or lets the call fail, without the program's knowing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cleanup, newFolder } from '../end-to-end/program.ts';
import { pathOf } from '../servers/describe-with.ts';
import type { Trial } from './crew.ts';
import { type Fault, ordeal, prepared } from './ordeal.ts';
import { setStage } from './stage.ts';
import type { Story } from './stories.ts';

/** SQLite, as Node.js builds it, uses no others to write and to sync. */
export type CallName = 'fsync' | 'pwrite64';
export type Injection = 'signal=SIGKILL' | 'error=EIO' | 'error=ENOSPC';

/** Without `--seccomp-bpf`, with which strace 6 injects nothing. `-D` keeps the program a child of ours. */
const strace = (...expressions: readonly string[]): readonly string[] => [
  pathOf('strace')!,
  ...'-D -f -qq'.split(' '),
  ...expressions.flatMap((expression) => ['-e', expression]),
];

/** How often an undisturbed life of the story calls each of them, in the thread that has the store. */
export async function callCounts(cleanup: Cleanup, story: Story): Promise<ReadonlyMap<CallName, number>> {
  const stage = await setStage(cleanup);
  const base = await prepared(cleanup, stage, story);
  const log = join(await newFolder(cleanup), 'calls');
  await ordeal(cleanup, { stage, story, base }, [{ under: [...strace('trace=fsync,pwrite64'), '-o', log] }]);
  const counts = new Map<CallName, number>();
  for (const [, name] of (await readFile(log, 'latin1')).matchAll(/^\d+ +(fsync|pwrite64)\(/gm)) {
    counts.set(name as CallName, (counts.get(name as CallName) ?? 0) + 1);
  }
  return counts;
}

/**
 * Trials at every `step`-th call.
 *
 * @param folder where strace writes what it did, for `injectionsIn`
 */
export function* trialsAt(
  name: CallName,
  injection: Injection,
  {
    counts,
    folder,
    step = 1,
  }: { readonly counts: ReadonlyMap<CallName, number>; readonly folder: string; readonly step?: number },
): Generator<Trial> {
  for (let nth = 1; nth <= (counts.get(name) ?? 0); nth += step) {
    const isKill = injection === 'signal=SIGKILL';
    const fault: Fault = {
      under: [
        ...strace(`trace=${name}`, `inject=${name}:${injection}:when=${nth}`),
        '-o',
        join(folder, `${name}-${injection}-${nth}`),
      ],
      // What a failed check could not store, the next one says again.
      ...(!isKill && { every: 'every 1 s' }),
    };
    yield {
      name: `${injection} at ${name} number ${nth}`,
      faults: [fault],
      endsAlike: isKill,
      untrue: untrueAfter(name, injection),
    };
  }
}

/** SQLite gives a write that failed the code that a used-up quota has, so that one may be told as a full disk. */
function untrueAfter(name: CallName, injection: Injection): readonly string[] {
  const isFull = injection === 'error=ENOSPC' || (injection === 'error=EIO' && name === 'pwrite64');
  return ['store-replaced', 'store-gone', ...(isFull ? [] : ['store-full'])];
}

/** How many of the trials came to the call that was to fail. */
export async function injectionsIn(folder: string): Promise<number> {
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')),
  );
  return texts.filter((text) => /\(INJECTED\)|killed by SIGKILL/.test(text)).length;
}
