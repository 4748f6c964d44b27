import { expect, it } from 'vitest';
import { compareVersions, productInWords, versionInWords } from './product-version.ts';

it.each<[string, string, number | undefined, string]>([
  ['14.254.6', '14.254.6', 0, 'the same'],
  ['14.254.6', '14.254.7', -1, 'a later patch'],
  ['14.9.0', '14.10.0', -1, 'numbers, not texts'],
  ['15.0.0', '14.254.6', 1, 'a downgrade'],
  ['14.254', '14.254.0', 0, 'a missing part is 0'],
  ['14.254', '14.254.1', -1, 'a missing part is 0, so this is later'],
  ['014.254.06', '14.254.6', 0, 'leading zeros mean nothing'],
  ['10.25.0-1489', '10.25.0-1490', -1, 'a time stamp behind the version'],
  ['99999999999999999999.1', '99999999999999999999.2', -1, 'larger than a number can hold'],
  ['14.254.6', '15.0.0-beta', -1, 'decided before the part that is no number'],
  ['14.254.alpha', '14.254.beta', undefined, 'no numbers to compare'],
])('%s against %s is %s: %s', (a, b, expected) => {
  expect(compareVersions(a, b)).toBe(expected);
  if (expected !== undefined) expect(compareVersions(b, a)).toBe(0 - expected);
});

it.each([
  ['14.254.6', 'May 2026 Patch 2', 'Qlik Sense May 2026 Patch 2 (14.254.6)'],
  ['14.254.6', null, 'Qlik Sense 14.254.6'],
  [null, 'May 2026', 'Qlik Sense May 2026'],
  ['10.25.0', 'Qlik Sense 3.2 SR1', 'Qlik Sense 3.2 SR1 (10.25.0)'],
  [null, null, 'Qlik Sense of an unknown version'],
])('version %s and label %s read: %s', (version, releaseLabel, words) => {
  expect(productInWords({ version, releaseLabel })).toBe(words);
});

it('leaves the name of the product out where it is said already', () => {
  expect(versionInWords({ version: '14.254.6', releaseLabel: 'May 2026' })).toBe('May 2026 (14.254.6)');
});
