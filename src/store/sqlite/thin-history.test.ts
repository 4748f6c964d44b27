import { describe, expect, it, onTestFinished } from 'vitest';
import { builtAt, checkRecord } from '../../../test/fakes/messages.ts';
import { connect } from './connect.ts';
import { prepareCheck } from './history.ts';
import { noReserve } from './reserve.ts';
import { tablesIn } from './tables.ts';
import { thinningIn } from './thin-history.ts';

const DAY = 86_400_000;
const now = 100 * DAY;

function historyOf(checks: Readonly<Record<string, readonly number[]>>) {
  const { db } = connect(':memory:', () => new Date(builtAt), noReserve);
  onTestFinished(() => db.close());
  const tables = tablesIn(db, { longLaneRows: 100, maxStatusRowsPerLane: 1000, onDropped: () => undefined });
  db.exec('BEGIN');
  for (const [site, times] of Object.entries(checks)) {
    for (const at of times) tables.history.add(prepareCheck(checkRecord({ site, at })));
  }
  db.exec('COMMIT');
  const { thin, clearOldest } = thinningIn(db, tables.history, tables.receipts);
  return {
    add(site: string, times: readonly number[]) {
      db.exec('BEGIN');
      for (const at of times) tables.history.add(prepareCheck(checkRecord({ site, at })));
      db.exec('COMMIT');
    },
    forget: () => thin({ now, thinAfterDays: 1000, keepDays: 10 }),
    thin: () => thin({ now, thinAfterDays: 10, keepDays: 1000 }),
    clearOldest,
    times: (site: string) =>
      tables.history.range(site, { from: 0, to: now, limit: 10_000 }).map(({ at }) => at),
    findings: () => db.prepare('SELECT 1 FROM finding').all().length,
  };
}

/** That many checks, a minute apart. */
const minutes = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n * 60_000);

describe('one call does a piece of the work, because nothing else happens meanwhile:', () => {
  it('it forgets a thousand checks of all sites together, the oldest of a site first, and says whether there are more', () => {
    const { forget, times } = historyOf({ a: minutes(600), b: minutes(600) });
    expect(forget()).toBe(true);
    expect([times('a').length, times('b').length].sort()).toEqual([0, 200]);
    expect(times('a').length > 0 ? times('a') : times('b')).toEqual(minutes(200, 400 * 60_000));
    expect(forget()).toBe(false);
    expect([...times('a'), ...times('b')]).toEqual([]);
  });

  it('it has done all when the last check that is too old fits into it', () => {
    const { forget, times } = historyOf({ a: [...minutes(1000), 95 * DAY] });
    expect(forget()).toBe(false);
    expect(times('a')).toEqual([95 * DAY]);
  });

  it('it thins a thousand checks of all sites together, and goes on where it stopped', () => {
    const { thin, times } = historyOf({ a: minutes(700), b: minutes(700) });
    expect(thin()).toBe(true);
    const [shorter, longer] = [times('a').length, times('b').length].sort((a, b) => a - b);
    expect(shorter).toBe(2);
    // The last one that was looked at waits for the next call, with what stands beside it.
    expect(longer).toBe(700 - 298);
    for (let calls = 0; thin(); calls += 1) expect(calls).toBeLessThan(5);
    expect(times('a')).toEqual([0, 699 * 60_000]);
    expect(times('b')).toEqual([0, 699 * 60_000]);
  });

  it('it gets past more checks of one instant than it looks at', () => {
    const at = 5 * DAY;
    const { thin, times } = historyOf({ a: [0, ...Array.from({ length: 2500 }, () => at), at + 1, at + 2] });
    let calls = 1;
    for (; thin(); calls += 1) expect(calls).toBeLessThan(5);
    expect(times('a').at(0)).toBe(0);
    expect(times('a').at(-1)).toBe(at + 2);
  });
});

it('checks from before what was thinned already, made after the clock was set back, are thinned as well', () => {
  const { add, thin, times } = historyOf({ a: [0, 20 * DAY] });
  expect(thin()).toBe(false);
  add('a', minutes(5, 5 * DAY));
  expect(thin()).toBe(false);
  expect(times('a')).toEqual([0, 5 * DAY + 4 * 60_000, 20 * DAY]);
});

it('what lies beside the piece is looked at, so that no change and no end of a day is lost between two calls', () => {
  const { thin, times } = historyOf({ a: minutes(3000) });
  for (let calls = 0; thin(); calls += 1) expect(calls).toBeLessThan(9);
  expect(times('a')).toEqual([0, DAY - 60_000, 2 * DAY - 60_000, 2999 * 60_000]);
});

describe('on a full disk', () => {
  it('the oldest hundred checks of each site are cleared away, however new, and counted', () => {
    const { clearOldest, times, findings } = historyOf({ a: minutes(150), b: minutes(30, 99 * DAY) });
    expect(clearOldest()).toBe(130);
    expect(times('a')).toEqual(minutes(50, 100 * 60_000));
    expect(times('b')).toEqual([]);
    expect(findings()).toBe(1);
    expect(clearOldest()).toBe(50);
    expect(clearOldest()).toBe(0);
    expect(findings()).toBe(0);
  });

  it('of twenty sites at once, those first whose history goes back furthest', () => {
    const sites = Array.from({ length: 25 }, (_, n) => [`site-${n}`, [(50 - n) * DAY]] as const);
    const { clearOldest, times } = historyOf(Object.fromEntries(sites));
    expect(clearOldest()).toBe(20);
    const left = sites.map(([site]) => site).filter((site) => times(site).length > 0);
    expect(left).toEqual(['site-0', 'site-1', 'site-2', 'site-3', 'site-4']);
  });
});
