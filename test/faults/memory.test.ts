/** The real program ends for want of memory while a large backlog is delivered: nothing is lost, and a small heap does. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { pointOfAlert } from '../../src/license/points.ts';
import { createInbox } from '../end-to-end/inbox.ts';
import { newFolder, readStore, startService, writeConfig } from '../end-to-end/program.ts';
import { startSite } from '../end-to-end/site.ts';
import { startHttpReceiver } from '../fakes/http-receiver.ts';
import { alertMessage, builtAt, routed } from '../fakes/messages.ts';

const BACKLOG = 200_000;
const AT_ONCE = 5_000;
/** Of old objects, in MB. */
const SMALL = 64;
/** All of it: the program, the heap, buffers, the cache of SQLite. */
const MOST_MEMORY_MB = 220;

it.skipIf(process.platform !== 'linux')(
  'a backlog of 200,000 points survives that, and takes a small heap',
  {
    timeout: 150_000,
  },
  async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const site = await startSite(onTestFinished, folder);
    const receiver = await startHttpReceiver();
    onTestFinished(() => receiver.stop());
    const arrived = new Set<string>();
    const progress = createInbox<number>('the database');
    receiver.answer(({ headers, bytes }) => {
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      for (const [, id] of body.toString().matchAll(/[ ,]id="(alert-\d+)"/g)) arrived.add(id!);
      progress.add(arrived.size);
      return { status: 200 };
    });
    await readStore(folder, async (store) => {
      for (let n = 0; n < BACKLOG; n += AT_ONCE) {
        const messages = Array.from({ length: AT_ONCE }, (_, k) =>
          routed(alertMessage({ id: `alert-${n + k}`, points: [pointOf(n + k)] }), 'metrics'),
        );
        await store.enqueue(messages, builtAt);
      }
    });
    await writeConfig(
      folder,
      `${site.config.replace('every 1 s', 'every 1 hour')}store: ./store.db
destinations: [{ name: metrics, kind: influxdb, version: 1, url: '${receiver.url}', database: qlik }]
`,
    );
    const start = (heapMb: number) =>
      startService(onTestFinished, folder, { nodeOptions: `--max-old-space-size=${heapMb}` });

    const dying = start(SMALL);
    await progress.until((sizes) => (sizes.at(-1) ?? 0) >= BACKLOG / 10);
    // Less address space than it has, so the next request for memory is refused, as under a limit: V8 or the allocator ends
    // the program. Room for just what it has would not do: it needs no more than that.
    const bytes = 512 * Number(/VmSize:\s+(\d+)/.exec(statusOf(dying.pid))![1]);
    execFileSync('prlimit', ['--pid', `${dying.pid}`, `--as=${bytes}:`]);
    const death = await dying.ended;
    expect(death.signal).toMatch(/^SIG(?:ABRT|TRAP|ILL|SEGV|BUS)$/);
    const atDeath = arrived.size;
    expect(atDeath).toBeLessThan(BACKLOG);

    const program = start(SMALL);
    let peakMb = 0;
    for (let wanted = atDeath; wanted < BACKLOG; ) {
      wanted = Math.min(wanted + BACKLOG / 10, BACKLOG);
      const goal = wanted;
      await progress.until((sizes) => sizes.at(-1)! >= goal);
      peakMb = memoryPeakMb(program.pid);
    }
    process.stdout.write(`${atDeath} points before it died; memory then peaked at ${peakMb} MB\n`);
    expect(peakMb).toBeLessThan(MOST_MEMORY_MB);
    expect(await program.stop()).toMatchObject({ code: 0 });
    expect(program.stderr()).toBe('');
  },
);

function pointOf(n: number) {
  const words = {
    kind: 'expiring',
    severity: 'warning',
    title: 'prod: license ends',
    daysLeft: 30,
    rung: 30,
  };
  return pointOfAlert({ ...words, id: `alert-${n}`, site: 'prod', tags: {}, at: builtAt + n });
}

const statusOf = (pid: number) => readFileSync(`/proc/${pid}/status`, 'utf8');

function memoryPeakMb(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(statusOf(pid))![1]) / 1024);
}
