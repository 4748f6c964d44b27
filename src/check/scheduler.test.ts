import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { type Logger, silentLogger } from '../platform/logger.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import { type SchedulerOptions, startScheduler } from './scheduler.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const middle = () => 0.5;

function schedule(text: string): Schedule {
  const parsed = parseSchedule(text);
  if (parsed.kind === 'problem') throw new Error(parsed.detail);
  return parsed;
}

/** A site that notes when each check starts, in seconds of monotonic time. */
function site(clock: FakeClock, name: string, text: string, run?: (signal: AbortSignal) => Promise<void>) {
  const starts: number[] = [];
  return {
    name,
    starts,
    schedule: schedule(text),
    async run(signal: AbortSignal) {
      starts.push(clock.monotonicMs() / 1000);
      await run?.(signal);
    },
  };
}

function start(clock: FakeClock, options: Partial<SchedulerOptions> & Pick<SchedulerOptions, 'sites'>) {
  const scheduler = startScheduler({ clock, random: middle, logger: silentLogger, ...options });
  onTestFinished(async () => {
    const stopped = scheduler.stop();
    await clock.advance(11_000);
    await stopped;
  });
  return scheduler;
}

function recorder() {
  const lines: string[] = [];
  const note = (_fields: object, message: string) => void lines.push(message);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  return { lines, logger };
}

const never = () => new Promise<void>(() => {});

describe('intervals', () => {
  it('checks every site at once at the start, and then after each interval', async () => {
    const clock = new FakeClock();
    const [a, b] = [site(clock, 'a', 'every hour'), site(clock, 'b', '90 min')];
    start(clock, { sites: [a, b] });
    await clock.advance(3 * HOUR);
    expect(a.starts).toEqual([0, 3600, 7200, 10_800]);
    expect(b.starts).toEqual([0, 5400, 10_800]);
  });

  it.each([
    ['every hour', 0, 3420],
    ['every hour', 0.999999, 3780],
    ['every 24 hours', 0, 86_100],
    ['every 24 hours', 0.999999, 86_700],
  ])('moves "%s" by at most 5 %% and 5 min', async (text, chance, expected) => {
    const clock = new FakeClock();
    const a = site(clock, 'a', text);
    start(clock, { sites: [a], random: () => chance });
    await clock.advance(25 * HOUR);
    expect(a.starts[1]).toBeCloseTo(expected, 0);
  });

  it('takes no notice of a wall clock that is stepped a little or back', async () => {
    const clock = new FakeClock();
    const a = site(clock, 'a', 'every hour');
    start(clock, { sites: [a] });
    await clock.advance(10 * MINUTE);
    clock.jump(-24 * HOUR);
    await clock.advance(10 * MINUTE);
    clock.jump(MINUTE);
    await clock.advance(HOUR);
    expect(a.starts).toEqual([0, 3600]);
  });

  it('checks at once when the machine was suspended, once, and counts on from there', async () => {
    const clock = new FakeClock();
    const a = site(clock, 'a', 'every hour');
    start(clock, { sites: [a] });
    await clock.advance(10 * MINUTE);
    clock.jump(9 * HOUR);
    await clock.advance(HOUR);
    expect(a.starts).toHaveLength(2);
    expect(a.starts[1]).toBeLessThanOrEqual(630);
    await clock.advance(30_000);
    expect(a.starts).toHaveLength(3);
  });

  it('never overlaps checks of one site; a late one follows at once', async () => {
    const clock = new FakeClock();
    const a = site(clock, 'a', '1 min', (signal) => clock.sleep(150_000, signal));
    start(clock, { sites: [a] });
    await clock.advance(500_000);
    expect(a.starts).toEqual([0, 150, 300, 450]);
  });

  it('spreads the first checks where it is asked to', async () => {
    const clock = new FakeClock();
    const sites = ['a', 'b', 'c', 'd'].map((name) => site(clock, name, 'every hour'));
    start(clock, { sites, startSpreadMs: 40_000 });
    await clock.advance(MINUTE);
    expect(sites.map(({ starts }) => starts)).toEqual([[0], [10], [20], [30]]);
  });
});

describe('cron texts', () => {
  it('checks at the start, and then at the instants', async () => {
    const clock = new FakeClock('2026-11-24T10:30:00Z');
    const a = site(clock, 'a', '0 * * * *');
    start(clock, { sites: [a], random: () => 0 });
    await clock.advance(2 * HOUR);
    expect(a.starts).toEqual([0, 1800, 5400]);
  });

  it('comes at most 30 s late on purpose, never early', async () => {
    const clock = new FakeClock('2026-11-24T10:30:00Z');
    const a = site(clock, 'a', '0 * * * *');
    start(clock, { sites: [a], random: () => 0.999999 });
    await clock.advance(HOUR);
    expect(a.starts[1]).toBeCloseTo(1830, 0);
  });

  it('fires once when the wall clock leaps over several instants', async () => {
    const clock = new FakeClock('2026-11-24T10:30:00Z');
    const a = site(clock, 'a', '0 * * * *');
    start(clock, { sites: [a], random: () => 0 });
    await clock.advance(MINUTE);
    clock.jump(5 * HOUR);
    await clock.advance(MINUTE);
    expect(a.starts).toHaveLength(2);
    await clock.advance(28 * MINUTE);
    expect(a.starts).toEqual([0, expect.closeTo(75, -2), 1800]);
  });

  it('does not repeat an instant when the wall clock steps back over it', async () => {
    const clock = new FakeClock('2026-11-24T05:59:00Z');
    const a = site(clock, 'a', '0 6 * * *');
    start(clock, { sites: [a], random: () => 0 });
    await clock.advance(90_000);
    clock.jump(-2 * MINUTE);
    await clock.advance(10 * MINUTE);
    expect(a.starts).toEqual([0, 60]);
  });

  it('does not skip instants when the wall clock steps back far', async () => {
    const clock = new FakeClock('2026-11-24T10:30:00Z');
    const a = site(clock, 'a', '0 * * * *');
    start(clock, { sites: [a], random: () => 0 });
    await clock.advance(45 * MINUTE);
    clock.jump(-24 * HOUR);
    await clock.advance(2 * HOUR);
    expect(a.starts).toEqual([0, 1800, 5400, 9000]);
  });

  it('fires an instant that the stepped clock passes before anybody has looked', async () => {
    const clock = new FakeClock('2026-11-24T10:30:00Z');
    const a = site(clock, 'a', '0 * * * *');
    start(clock, { sites: [a], random: () => 0 });
    await clock.advance(45 * MINUTE + 5000);
    clock.jump(-(2 * HOUR + 15 * MINUTE + 10_000));
    await clock.advance(MINUTE);
    expect(a.starts).toHaveLength(3);
  });

  it('still fires when the clock steps back between the instant and its jitter', async () => {
    const clock = new FakeClock('2026-11-24T10:59:50Z');
    const a = site(clock, 'a', '0 * * * *');
    start(clock, { sites: [a], random: () => 0.999999 });
    await clock.advance(20_000);
    clock.jump(-3000);
    await clock.advance(MINUTE);
    expect(a.starts).toHaveLength(2);
  });

  it('fires early instants neither twice nor never after a check was asked for', async () => {
    const clock = new FakeClock('2026-11-24T10:30:00Z');
    const a = site(clock, 'a', '0 * * * *');
    const scheduler = start(clock, { sites: [a], random: () => 0 });
    await clock.advance(MINUTE);
    void scheduler.runNow('a');
    await clock.advance(HOUR);
    expect(a.starts).toEqual([0, 60, 1800]);
  });
});

describe('many sites and slow ones', () => {
  it('runs no more at once than it may', async () => {
    const clock = new FakeClock();
    let running = 0;
    let most = 0;
    const sites = Array.from({ length: 50 }, (_, index) =>
      site(clock, `s${index}`, 'every hour', async (signal) => {
        running += 1;
        most = Math.max(most, running);
        await clock.sleep(1000, signal);
        running -= 1;
      }),
    );
    start(clock, { sites, concurrency: 8 });
    await clock.advance(7000);
    expect(most).toBe(8);
    expect(sites.every(({ starts }) => starts.length === 1)).toBe(true);
  });

  it('takes the slot from a check that never ends, aborts it, and does not start that site again', async () => {
    const clock = new FakeClock();
    const { lines, logger } = recorder();
    let aborted = false;
    const hangs = site(clock, 'hangs', '1 min', (signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return never();
    });
    const other = site(clock, 'other', '1 min');
    const scheduler = start(clock, { sites: [hangs, other], concurrency: 1, logger });
    await clock.advance(6 * MINUTE);
    expect(aborted).toBe(true);
    expect(hangs.starts).toEqual([0]);
    expect(other.starts).toEqual([300, 360]);
    expect(lines.join()).toContain('does not end after 5 min');
    expect(scheduler.nextAt('hangs')).toBeUndefined();
    expect(await scheduler.runNow('hangs')).toBe('hanging');
  });

  it('checks a site again when the check that took too long has ended after all', async () => {
    const clock = new FakeClock();
    const ignoresAbort = new AbortController().signal;
    const slow = site(clock, 'slow', '1 min', () => clock.sleep(10 * MINUTE, ignoresAbort));
    start(clock, { sites: [slow], concurrency: 1 });
    await clock.advance(11 * MINUTE);
    expect(slow.starts).toEqual([0, 600]);
  });

  it('goes on after a check that fails, and logs it', async () => {
    const clock = new FakeClock();
    const { lines, logger } = recorder();
    const bad = site(clock, 'bad', '1 min', () => Promise.reject(new Error('boom')));
    start(clock, { sites: [bad], logger });
    await clock.advance(2 * MINUTE);
    expect(bad.starts).toEqual([0, 60, 120]);
    expect(lines).toEqual(Array(3).fill('the check failed; the next one is on'));
  });

  it('keeps 10,000 sites with a single sleeper', async () => {
    const clock = new FakeClock();
    const sites = Array.from({ length: 10_000 }, (_, index) => site(clock, `s${index}`, 'every hour'));
    start(clock, { sites, startSpreadMs: 10 * MINUTE });
    await clock.advance(MINUTE / 60);
    expect(clock.sleeping).toBe(1);
  });
});

describe('asking and stopping', () => {
  it('checks a site when asked to, joins a running check, and counts the interval from there', async () => {
    const clock = new FakeClock();
    const a = site(clock, 'a', 'every hour', (signal) => clock.sleep(1000, signal));
    const scheduler = start(clock, { sites: [a] });
    await clock.advance(10 * MINUTE);
    const asked = Promise.all([scheduler.runNow('a'), scheduler.runNow('a')]);
    await clock.advance(HOUR);
    expect(await asked).toEqual(['checked', 'checked']);
    expect(a.starts).toEqual([0, 600, 4200]);
    expect(await scheduler.runNow('nobody')).toBe('unknown-site');
  });

  it('says when the next check is due', async () => {
    const clock = new FakeClock('2026-11-24T10:00:00Z');
    const scheduler = start(clock, { sites: [site(clock, 'a', '6h'), site(clock, 'b', 'at 06:00')] });
    await clock.advance(MINUTE);
    expect(scheduler.nextAt('a')?.toISOString()).toBe('2026-11-24T16:00:00.000Z');
    expect(scheduler.nextAt('b')?.toISOString()).toBe('2026-11-25T06:00:15.000Z');
    expect(scheduler.nextAt('nobody')).toBeUndefined();
  });

  it('does not change its mind about that while time passes', async () => {
    const clock = new FakeClock('2026-11-24T10:00:00Z');
    const scheduler = start(clock, { sites: [site(clock, 'a', 'every hour')] });
    const said = new Set<string | undefined>();
    for (let n = 0; n < 20; n += 1) {
      // As on a real machine: the wall clock shows whole milliseconds, the other one parts of them.
      await clock.advance(7.3);
      said.add(scheduler.nextAt('a')?.toISOString());
    }
    expect([...said]).toEqual(['2026-11-24T11:00:00.000Z']);
  });

  it('says of a check that waits for its turn since when it is due', async () => {
    const clock = new FakeClock('2026-11-24T10:00:00Z');
    const slow = site(clock, 'slow', '1 min', (signal) => clock.sleep(3 * MINUTE, signal));
    const scheduler = start(clock, { sites: [slow, site(clock, 'waits', 'every hour')], concurrency: 1 });
    await clock.advance(2 * MINUTE);
    expect(scheduler.nextAt('waits')?.toISOString()).toBe('2026-11-24T10:00:00.000Z');
  });

  it('follows the wall clock when that is stepped', async () => {
    const clock = new FakeClock('2026-11-24T10:00:00Z');
    const scheduler = start(clock, { sites: [site(clock, 'a', '6h')] });
    await clock.advance(MINUTE);
    clock.jump(1.5 * MINUTE);
    await clock.advance(MINUTE);
    expect(scheduler.nextAt('a')?.toISOString()).toBe('2026-11-24T16:01:30.000Z');
  });

  it('aborts running checks at the end, waits for them, and starts no more', async () => {
    const clock = new FakeClock();
    let cleaned = false;
    const a = site(clock, 'a', '1 min', async (signal) => {
      await clock.sleep(HOUR, signal).catch(() => undefined);
      cleaned = true;
    });
    const scheduler = startScheduler({ sites: [a], clock, random: middle, logger: silentLogger });
    await clock.advance(1000);
    await scheduler.stop();
    expect(cleaned).toBe(true);
    expect(await scheduler.runNow('a')).toBe('stopped');
    await clock.advance(HOUR);
    expect(a.starts).toEqual([0]);
    expect(clock.sleeping).toBe(0);
  });

  it('does not wait for ever for a check that does not listen', async () => {
    const clock = new FakeClock();
    const scheduler = startScheduler({
      sites: [site(clock, 'a', '1 min', never)],
      clock,
      random: middle,
      logger: silentLogger,
    });
    await clock.advance(1000);
    const stopped = scheduler.stop();
    await clock.advance(11_000);
    await stopped;
  });

  it('can be stopped from within a check', async () => {
    const clock = new FakeClock();
    const a = site(clock, 'a', '1 min', async () => {
      void scheduler.stop();
    });
    const scheduler = startScheduler({ sites: [a], clock, random: middle, logger: silentLogger });
    await clock.advance(1000);
    await scheduler.stop();
    expect(clock.sleeping).toBe(0);
  });
});

it('keeps its promises whatever the wall clock does', async () => {
  const moves = fc.array(
    fc.record({
      advanceS: fc.integer({ min: 1, max: 900 }),
      jumpS: fc.integer({ min: -90_000, max: 90_000 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const cases = fc.record({
    moves,
    runS: fc.integer({ min: 0, max: 200 }),
    everyS: fc.integer({ min: 20, max: 600 }),
    chances: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ moves: steps, runS, everyS, chances }) => {
      const clock = new FakeClock();
      let turn = 0;
      const overlaps: string[] = [];
      const sites = [`${everyS} s`, '*/2 * * * *', '1 min'].map((text) => {
        let busy = false;
        return site(clock, text, text, async (signal) => {
          if (busy) overlaps.push(text);
          busy = true;
          await clock.sleep(runS * 1000, signal).catch(() => undefined);
          busy = false;
        });
      });
      const random = () => chances[turn++ % chances.length]!;
      const scheduler = startScheduler({ sites, clock, random, logger: silentLogger });
      for (const { advanceS, jumpS } of steps) {
        await clock.advance(advanceS * 1000);
        clock.jump(jumpS * 1000);
      }
      await clock.advance(MINUTE);
      const endS = clock.monotonicMs() / 1000;
      await scheduler.stop();
      expect(overlaps).toEqual([]);
      // Each small step back can make a cron text wait for its instant once more.
      const steppedBackS = steps.reduce(
        (sum, { jumpS }) => sum + (jumpS < 0 && jumpS > -400 ? -jumpS : 0),
        0,
      );
      const longest = [everyS * 1.05, 2 * (120 + 6) + 30 + steppedBackS, 63];
      for (const [index, { starts }] of sites.entries()) {
        const longestS = longest[index]! + runS;
        const gaps = [...starts, endS].slice(1).map((at, turns) => at - starts[turns]!);
        expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(longestS + 0.001);
      }
    }),
    { numRuns: 40 },
  );
});
