import { describe, expect, it } from 'vitest';
import { CLOCK_TOLERANCE_MS, enterRung, passAllRungs, silenceRungs } from './ladder.ts';
import type { Ladder } from './state.ts';

const endDate = '2027-05-06';
const now = Date.UTC(2027, 3, 1);
/** As somebody may have written it. */
const thresholdDays = [7, 90, 30, 60];

const at = (daysLeft: number, more: { endDate?: string; now?: number } = {}) => ({
  endDate,
  daysLeft,
  thresholdDays,
  now,
  ...more,
});
const rungsOf = (ladders: readonly Ladder[], date = endDate) =>
  ladders.find((ladder) => ladder.endDate === date)?.rungs.map(({ days, how }) => `${days} ${how}`) ?? null;

describe('a rung that is entered', () => {
  it('is the tightest that is reached, in whatever order the ladder was written, and names the wider ones, widest first', () => {
    expect(enterRung([], at(29))).toMatchObject({ rung: 30, skipped: [90, 60], silenced: [] });
  });

  it('is none while none is reached, and nothing is remembered then', () => {
    expect(enterRung([], at(91))).toEqual({ ladders: [], rung: null, skipped: [], silenced: [] });
  });

  it('speaks once, and names nothing the second time', () => {
    const { ladders } = enterRung([], at(30));
    expect(enterRung(ladders, at(30))).toEqual({ ladders, rung: null, skipped: [], silenced: [] });
  });

  it('is remembered as spoken, and those it passed over as skipped', () => {
    expect(rungsOf(enterRung([], at(29)).ladders)).toEqual(['90 skipped', '60 skipped', '30 spoken']);
  });

  it('does not name again what it passed over before', () => {
    const { ladders } = enterRung([], at(30));
    expect(enterRung(ladders, at(7))).toMatchObject({ rung: 7, skipped: [] });
  });

  it('speaks when it was only silenced, and names the silenced ones that are wider', () => {
    const ladders = silenceRungs([], at(30));
    expect(rungsOf(ladders)?.toSorted()).toEqual(['30 silenced', '60 silenced', '90 silenced']);
    expect(enterRung(ladders, at(30))).toMatchObject({ rung: 30, skipped: [], silenced: [90, 60] });
  });
});

describe('rungs that are silenced', () => {
  it('change nothing when there is no new one', () => {
    const { ladders } = enterRung([], at(30));
    expect(silenceRungs(ladders, at(30))).toBe(ladders);
  });
});

describe('an end date that has passed', () => {
  it('passes every rung over that nobody announced, widest first, and remembers that', () => {
    const { ladders } = enterRung([], at(60));
    const passed = passAllRungs(ladders, endDate, thresholdDays, now);
    expect(passed).toMatchObject({ skipped: [30, 7], silenced: [] });
    expect(rungsOf(passed.ladders)).toEqual(['90 skipped', '60 spoken', '30 skipped', '7 skipped']);
  });
});

describe('a clock that turns out to have been ahead', () => {
  const { ladders } = enterRung([], at(30, { now: now + CLOCK_TOLERANCE_MS }));

  it('leaves rungs passed over within a day', () => {
    expect(enterRung(ladders, at(60))).toMatchObject({ rung: null });
  });

  it('brings them back when it was ahead by more', () => {
    expect(enterRung(ladders, at(60, { now: now - 1 }))).toMatchObject({ rung: 60, skipped: [90] });
  });

  it('does not make a spoken rung speak again', () => {
    expect(enterRung(ladders, at(30, { now: 0 }))).toMatchObject({ rung: null });
  });
});

describe('the end dates that are remembered', () => {
  const dates = ['2027-01-01', '2027-02-01', '2027-03-01', '2027-04-01', '2027-05-01', '2027-06-01'];
  const ladders = dates.reduce<readonly Ladder[]>(
    (before, date) => enterRung(before, at(30, { endDate: date })).ladders,
    [],
  );

  it('are the latest five', () => {
    expect(ladders.map((ladder) => ladder.endDate)).toEqual(dates.slice(1));
  });

  it('keep their own rungs, so that a date that comes back does not speak again', () => {
    expect(enterRung(ladders, at(30, { endDate: '2027-02-01' })).rung).toBeNull();
    expect(enterRung(ladders, at(7, { endDate: '2027-02-01' })).ladders).toHaveLength(5);
  });
});
