import { expect, it } from 'vitest';
import { relativeTo } from '../../web/words/instants.ts';

const now = Date.parse('2026-11-24T10:00:00Z');

it.each([
  [0, 'just now', 'this very moment is not ahead'],
  [-1, 'just now', 'a moment ago'],
  [999, 'just now', 'the clock of the service is known to the second'],
  [1000, 'in a moment', 'ahead'],
  [-59_999, 'just now', 'less than a minute ago'],
  [-3 * 3_600_000, '3 hours ago', 'longer ago'],
])('%d ms from now is "%s" (%s)', (distance, words) => {
  expect(relativeTo(now, new Date(now + distance).toISOString())).toBe(words);
});
