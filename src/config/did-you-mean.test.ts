import { expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

const keys = ['port', 'host', 'thresholdDays', 'sendAlert', 'org'];

it.each([
  ['prot', 'port'],
  ['Port', 'port'],
  ['threshold_days', 'thresholdDays'],
  ['tresholdDays', 'thresholdDays'],
  ['send-alerts', 'sendAlert'],
  ['hots', 'host'],
])('takes %s for %s', (written, meant) => {
  expect(didYouMean(written, keys)).toBe(`; did you mean "${meant}"?`);
});

it.each(['xyz', '', 'certificates', 'p'.repeat(10_000)])(
  'does not guess what is far from everything',
  (written) => {
    expect(didYouMean(written, keys)).toBe('');
  },
);
