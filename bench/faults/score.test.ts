import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Condition } from './life.ts';
import type { Told } from './program.ts';
import { toldByUs } from './programs/license-sentinel.ts';
import { toldByAlertmanager } from './programs/prometheus.ts';
import { pageOf, type Report } from './report.ts';
import { type Course, scoreOf } from './score.ts';

const entered: Course['entered'] = [
  { condition: '30', atMs: 0 },
  { condition: '7', atMs: 10_000 },
  { condition: 'expired', atMs: 20_000 },
];
const fault = { fromMs: 9_000, toMs: 30_000 };

const now = (condition: Condition, id: string = condition): Told => ({ id, condition, how: 'now' });
const over = (condition: Condition): Told => ({ id: `${condition} over`, condition, how: 'over' });

const scoreWith = (...taken: readonly (readonly [number, ...Told[]])[]) =>
  scoreOf({
    entered,
    fault,
    taken: taken.map(([atMs, ...told]) => ({ atMs, told })),
    requests: taken.length,
  });

describe('the score of a run', () => {
  it('has nothing to say against a program that tells everything once and in time', () => {
    expect(scoreWith([500, now('30')], [31_000, now('7')], [32_000, now('expired')])).toEqual({
      conditions: 3,
      lost: [],
      toldWhenOver: [],
      repeated: 0,
      late: [],
      falselyOver: [],
      longestDelayMs: 2_000,
      requests: 3,
    });
  });

  it('counts as lost what was never told', () => {
    expect(scoreWith([500, now('30')]).lost).toEqual(['7', 'expired']);
  });

  it('does not count what came before its condition began as told', () => {
    expect(scoreWith([500, now('30'), now('7')]).lost).toContain('7');
  });

  it('tells apart what was told only when it was over', () => {
    const score = scoreWith([500, now('30')], [31_000, now('expired'), over('7')]);
    expect(score).toMatchObject({ lost: [], toldWhenOver: ['7'] });
  });

  it('counts messages that say nothing new', () => {
    expect(scoreWith([1, now('30')], [2, now('30')], [3, now('30')]).repeated).toBe(2);
    expect(scoreWith([1, now('30')], [31_000, now('30'), now('7')]).repeated).toBe(0);
  });

  it('counts lateness from the end of a fault, or from the condition where that is later', () => {
    expect(scoreWith([40_000, now('7')], [40_001, now('expired')]).late).toEqual(['expired']);
    const late = (atMs: number) =>
      scoreOf({ entered, fault: null, requests: 1, taken: [{ atMs, told: [now('7')] }] }).late;
    expect(late(20_000)).toEqual([]);
    expect(late(20_001)).toEqual(['7']);
  });

  it('counts a condition that is said to be over while it lasts', () => {
    expect(scoreWith([9_000, over('30')], [21_000, over('7')], [90_000, over('expired')])).toMatchObject({
      falselyOver: ['30', 'expired'],
    });
  });
});

describe('what a message tells', () => {
  it('is the rung or the kind of an alert of License Sentinel, and nothing for a status', () => {
    const said = (more: object) => toldByUs(JSON.stringify({ id: 'x', topic: 'alert', rung: null, ...more }));
    expect(said({ kind: 'expiring', rung: 14 })).toEqual([now('14', 'x')]);
    expect(said({ kind: 'renewed' })).toEqual([now('renewed', 'x')]);
    expect(said({ kind: 'shortened' })).toEqual([{ id: 'x', condition: null, how: 'now' }]);
    expect(said({ topic: 'status', kind: 'status' })).toEqual([]);
    expect(toldByUs('')).toEqual([]);
  });

  it('is every alert of a notification of Alertmanager, and a renewal where the license is no longer expired', () => {
    const alert = (condition: string, status: string) => ({
      status,
      labels: { condition },
      fingerprint: condition,
      startsAt: 'then',
    });
    const body = JSON.stringify({ alerts: [alert('14', 'firing'), alert('expired', 'resolved')] });
    expect(toldByAlertmanager(body).map(({ condition, how }) => [condition, how])).toEqual([
      ['14', 'now'],
      ['expired', 'over'],
      ['renewed', 'now'],
    ]);
    expect(toldByAlertmanager('')).toEqual([]);
  });
});

it('is shown by docs/reliability-compared.md as it was kept', () => {
  const kept = readFileSync(join(import.meta.dirname, 'results.generated.json'), 'utf8');
  const page = readFileSync(join(import.meta.dirname, '../../docs/reliability-compared.md'), 'utf8');
  expect(page).toBe(pageOf(JSON.parse(kept) as Report));
});
