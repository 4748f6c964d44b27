/** Runs the check of every site when it is due: never two of one site at once, never more than so many in all. */
import { type Clock, type Random, woken } from '../platform/clock.ts';
import { renderDuration } from '../platform/duration.ts';
import type { Logger } from '../platform/logger.ts';
import { type Due, dueAfter, dueAfterStep, type Moment, msUntil } from './due.ts';
import type { Schedule } from './schedule.ts';

interface ScheduledSite {
  readonly name: string;
  readonly schedule: Schedule;
  /** One check. It has its own deadline; `signal` aborts when the service stops or the watchdog gives it up. */
  run(signal: AbortSignal): Promise<void>;
}

type RunNowResult = 'checked' | 'failed' | 'hanging' | 'unknown-site' | 'stopped';

export interface SchedulerCondition {
  /** Checks that went well since the start. */
  readonly made: number;
  /** Whether a check is due that has not begun. */
  readonly isBehind: boolean;
  /** Sites whose check did not end in time, and has still not ended. */
  readonly hanging: readonly string[];
  /** Sites whose last check threw. */
  readonly failing: readonly string[];
}

export interface Scheduler {
  /**
   * When the next check of a site is due, as planned now; in the past while it waits for its turn. Stays the same from one check
   * to the next, unless the wall clock is stepped. Undefined for a site that hangs or is unknown.
   */
  nextAt(site: string): Date | undefined;
  condition(): SchedulerCondition;
  /** Checks a site before its time, and says how that went. Joins a check that is already running. */
  runNow(site: string): Promise<RunNowResult>;
  /** Starts no more checks, aborts those that run, and waits up to 10 s for them. */
  stop(): Promise<void>;
}

export interface SchedulerOptions {
  readonly sites: readonly ScheduledSite[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How many checks may run at once. */
  readonly concurrency?: number;
  /** Spreads the first checks over this time; 0 starts them at once. */
  readonly startSpreadMs?: number;
  /** A check that takes longer has lost its way: it no longer counts as running, and says so in the log. */
  readonly watchdogMs?: number;
}

interface Entry {
  readonly site: ScheduledSite;
  phase: 'waiting' | 'ready' | 'running' | 'hanging';
  hasFailed: boolean;
  due: Due | undefined;
  lastInstantMs: number | undefined;
  startedAtMs: number;
  abort: AbortController;
  waiters: ((result: RunNowResult) => void)[];
}

/** Both clocks are looked at this often, so that a step of the wall clock or a suspended machine is noticed. */
const LONGEST_NAP_MS = 30_000;
/** A smaller difference between the two clocks is drift that cron texts, being wall time, follow by themselves. */
const CLOCK_STEP_MS = 1000;
const STOP_GRACE_MS = 10_000;

export function startScheduler({
  sites,
  clock,
  random,
  logger,
  concurrency = 16,
  startSpreadMs = 0,
  watchdogMs = 300_000,
}: SchedulerOptions): Scheduler {
  const startMs = clock.monotonicMs();
  const entries = new Map<string, Entry>();
  for (const [index, site] of sites.entries()) {
    entries.set(site.name, {
      site,
      phase: 'waiting',
      hasFailed: false,
      due: { by: 'monotonic', atMs: startMs + (index / sites.length) * startSpreadMs },
      lastInstantMs: undefined,
      startedAtMs: 0,
      abort: new AbortController(),
      waiters: [],
    });
  }
  /** First in, first out; a set so that `runNow` can put one at the head. */
  let ready = new Set<Entry>();
  const running = new Set<Promise<void>>();
  let slotsTaken = 0;
  let made = 0;
  let stopping = false;
  let nap = new AbortController();
  let offsetMs = wallAheadMs(moment());
  let lastLookMs = startMs;

  function namesWhere(holds: (entry: Entry) => boolean): readonly string[] {
    return [...entries.values()].filter(holds).map(({ site }) => site.name);
  }

  function moment(): Moment {
    return { wallMs: clock.now().getTime(), monotonicMs: clock.monotonicMs() };
  }

  /** By the offset as last noticed: reckoned from both clocks as they are now, it would waver by a millisecond. */
  function wallOf({ by, atMs }: Due): number {
    return by === 'wall' ? atMs : atMs + offsetMs;
  }

  function noticeClockStep(now: Moment): void {
    const stepMs = wallAheadMs(now) - offsetMs;
    const sinceLookMs = now.monotonicMs - lastLookMs;
    lastLookMs = now.monotonicMs;
    if (Math.abs(stepMs) < CLOCK_STEP_MS) return;
    offsetMs += stepMs;
    logger.info({ stepMs: Math.round(stepMs) }, 'the wall clock was stepped, or the machine slept');
    // The earliest that a clock stepped since the last look can have shown: no instant after that was seen.
    const stepped = { ...now, wallMs: now.wallMs - sinceLookMs };
    for (const entry of entries.values()) {
      if (entry.due === undefined) continue;
      entry.due = dueAfterStep(entry.due, stepMs, entry.site.schedule, stepped, random, entry.lastInstantMs);
    }
  }

  /** Releases what hangs, queues what is due, and says how long nothing else will be. */
  function look(now: Moment): number {
    let napMs = LONGEST_NAP_MS;
    for (const entry of entries.values()) {
      if (entry.phase === 'waiting' && entry.due !== undefined) {
        const leftMs = msUntil(entry.due, now);
        if (leftMs > 0) napMs = Math.min(napMs, leftMs);
        else queue(entry);
      } else if (entry.phase === 'running') {
        const leftMs = entry.startedAtMs + watchdogMs - now.monotonicMs;
        if (leftMs > 0) napMs = Math.min(napMs, leftMs);
        else giveUp(entry);
      }
    }
    return napMs;
  }

  function queue(entry: Entry): void {
    entry.phase = 'ready';
    ready.add(entry);
  }

  function giveUp(entry: Entry): void {
    entry.phase = 'hanging';
    slotsTaken -= 1;
    logger.error(
      { site: entry.site.name },
      `the check does not end after ${renderDuration(watchdogMs)}; it is aborted, and the site is not checked until it ends`,
    );
    tellWaiters(entry, 'hanging');
    entry.abort.abort(new Error('the check took too long'));
  }

  function startReady(now: Moment): void {
    for (const entry of ready) {
      if (slotsTaken >= concurrency) return;
      ready.delete(entry);
      slotsTaken += 1;
      entry.phase = 'running';
      entry.startedAtMs = now.monotonicMs;
      entry.abort = new AbortController();
      if (entry.due?.by === 'wall' && entry.due.instantMs <= now.wallMs) {
        entry.lastInstantMs = entry.due.instantMs;
      }
      entry.due = dueAfter(entry.site.schedule, now, random, entry.lastInstantMs);
      const run = runOne(entry).finally(() => running.delete(run));
      running.add(run);
    }
  }

  async function runOne(entry: Entry): Promise<void> {
    const { site, abort } = entry;
    let result: RunNowResult = 'checked';
    try {
      await site.run(abort.signal);
    } catch (error) {
      result = stopping ? 'stopped' : 'failed';
      if (!stopping) logger.error({ site: site.name, err: error }, 'the check failed; the next one is on');
    }
    if (result === 'checked') made += 1;
    entry.hasFailed = result === 'failed';
    if (entry.phase === 'running') slotsTaken -= 1;
    else logger.warn({ site: site.name }, 'the check that took too long has ended; checks go on');
    entry.phase = 'waiting';
    tellWaiters(entry, result);
    nap.abort(woken);
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      let napMs = LONGEST_NAP_MS;
      nap = new AbortController(); // first, so that whoever wakes the loop while it looks is heard
      try {
        const now = moment();
        noticeClockStep(now);
        napMs = look(now);
        startReady(now);
      } catch (error) {
        logger.error({ err: error }, 'the scheduler stumbled and goes on');
      }
      await clock.sleep(napMs, nap.signal).catch(() => undefined);
    }
  }

  const looping = loop();
  return {
    nextAt(name) {
      const entry = entries.get(name);
      if (entry?.due === undefined || entry.phase === 'hanging') return undefined;
      return new Date(Math.round(wallOf(entry.due)));
    },
    condition: () => ({
      made,
      isBehind: ready.size > 0,
      hanging: namesWhere(({ phase }) => phase === 'hanging'),
      failing: namesWhere(({ hasFailed }) => hasFailed),
    }),
    runNow(name) {
      const entry = entries.get(name);
      if (entry === undefined) return Promise.resolve('unknown-site');
      if (stopping) return Promise.resolve('stopped');
      if (entry.phase === 'hanging') return Promise.resolve('hanging');
      const result = new Promise<RunNowResult>((resolve) => entry.waiters.push(resolve));
      if (entry.phase !== 'running') {
        entry.phase = 'ready';
        ready = new Set([entry, ...ready]);
        nap.abort(woken);
      }
      return result;
    },
    async stop() {
      if (!stopping) {
        stopping = true;
        for (const entry of entries.values()) {
          if (entry.phase !== 'running') tellWaiters(entry, 'stopped');
          entry.abort.abort(new Error('the service stops'));
        }
        nap.abort(woken);
      }
      await looping;
      const enough = new AbortController();
      await Promise.race([
        Promise.allSettled(running),
        clock.sleep(STOP_GRACE_MS, enough.signal).catch(() => undefined),
      ]);
      enough.abort(woken);
    },
  };
}

function wallAheadMs(now: Moment): number {
  return now.wallMs - now.monotonicMs;
}

function tellWaiters(entry: Entry, result: RunNowResult): void {
  const waiters = entry.waiters.splice(0);
  for (const tell of waiters) tell(result);
}
