import { describe, expect, it } from 'vitest';
import { AlertPolicy } from './policy.ts';

const accepts = (section: object) => AlertPolicy.safeParse(section).success;

describe('the section `alerts`', () => {
  it('takes a ladder in any order, and each rung once', () => {
    expect(AlertPolicy.parse({ thresholdDays: [7, 90, 7, 30] }).thresholdDays).toEqual([90, 30, 7]);
    expect(AlertPolicy.parse({ thresholdDays: 30 }).thresholdDays).toEqual([30]);
  });

  it.each([
    ['thresholdDays', 0, 3650],
    ['remindFromDays', 0, 3650],
    ['criticalFromDays', 0, 3650],
    ['certificateDays', 0, 3650],
    ['definitionStaleAfterDays', 1, 3650],
  ])('takes %s from %d to %d', (name, least, most) => {
    const taken = [least - 1, least, most, most + 1].map((days) => accepts({ [name]: days }));
    expect(taken).toEqual([false, true, true, false]);
  });

  it('takes one rung to fifty', () => {
    const rungs = (count: number) => ({ thresholdDays: Array.from({ length: count }, (_, days) => days) });
    expect([0, 1, 50, 51].map((count) => accepts(rungs(count)))).toEqual([false, true, true, false]);
  });

  it('takes a severity for whole numbers of days only', () => {
    const rungs = ['30', '0', '30 days', 'x30', ''];
    expect(rungs.map((days) => accepts({ severityByRung: { [days]: 'critical' } }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('reminds daily unless told otherwise', () => {
    expect(AlertPolicy.parse({}).remind).toBe('daily');
    const reminders = ['never', 'daily', 'every-check', '12 h', 'sometimes'];
    expect(reminders.map((remind) => accepts({ remind }))).toEqual([true, true, true, true, false]);
  });
});
