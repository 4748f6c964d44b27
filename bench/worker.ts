/** Runs one part of a benchmark in a process of its own, so that its memory and CPU are its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { keepHeapSmall } from '../bin/small-heap.mjs';

/** Starts `workers/<name>.ts` with the task as its argument; resolves to the one message that it sends. */
export function runWorker<Task, Answer>(name: string, task: Task): Promise<Answer> {
  const script = join(import.meta.dirname, `workers/${name}.ts`);
  const profile = process.env['BENCH_CPU_PROFILE'];
  const child = fork(script, [JSON.stringify(task)], {
    execArgv: ['--expose-gc', ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`])],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the worker ${name} ended with code ${code}`)));
  });
}

/** What the worker is to do. Takes over the settings of the memory that the program itself runs with. */
export function taskOfWorker<Task>(): Task {
  keepHeapSmall();
  return JSON.parse(process.argv[2]!) as Task;
}

/** Sends the answer and lets the process end. */
export function answerOfWorker<Answer>(answer: Answer): void {
  process.send!(answer, () => process.disconnect());
}
