import { expect, it } from 'vitest';
import * as z from 'zod';
import { commonSettings } from './common-section.ts';

const Section = z.strictObject(commonSettings);

it('needs a name only', () => {
  expect(Section.parse({ name: 'hook' })).toEqual({
    name: 'hook',
    sendRecurring: true,
    sendAlert: true,
    minimumSeverity: 'info',
    timeout: 10_000,
    giveUpAfter: 7 * 86_400_000,
  });
  expect(Section.safeParse({}).success).toBe(false);
});

it('takes every setting', () => {
  const settings = {
    name: 'hook',
    sendRecurring: false,
    sendAlert: false,
    minimumSeverity: 'critical',
    timeout: '5 s',
    giveUpAfter: '1 h',
    rateLimit: '2 s',
    repeatsAtMostEvery: '1 min',
  };
  expect(Section.parse(settings)).toEqual({
    ...settings,
    timeout: 5_000,
    giveUpAfter: 3_600_000,
    rateLimit: 2_000,
    repeatsAtMostEvery: 60_000,
  });
  expect(Section.safeParse({ ...settings, minimumSeverity: 'loud' }).success).toBe(false);
});

it.each(['a', '7', 'Ops_1.alarm-hook', 'x'.repeat(64)])('allows the name %s', (name) => {
  expect(Section.safeParse({ name }).success).toBe(true);
});

it.each(['', '-a', '.a', '_a', 'a b', ' a', 'a ', 'a\n', 'ö', 'a/b', 'x'.repeat(65)])(
  'refuses the name %j, and says what is allowed',
  (name) => {
    expect(Section.safeParse({ name }).error?.issues.map(({ message }) => message)).toEqual([
      'use letters, digits, dots, dashes and underscores, at most 64',
    ]);
  },
);
