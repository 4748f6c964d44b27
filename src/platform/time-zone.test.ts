import { expect, it } from 'vitest';
import { isTimeZone } from './time-zone.ts';

it.each([
  ['UTC', true],
  ['Europe/Stockholm', true],
  ['Europe/Atlantis', false],
  ['', false],
])('%j is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
