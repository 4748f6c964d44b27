import { expect, it } from 'vitest';
import { parseInstant } from './instant.ts';

it.each<[string, number | null, string]>([
  ['2026-11-23T09:17:16.366Z', Date.UTC(2026, 10, 23, 9, 17, 16, 366), ''],
  ['2026-11-23T09:17:16Z', Date.UTC(2026, 10, 23, 9, 17, 16), ''],
  ['2026-11-23T09:17:16.3Z', Date.UTC(2026, 10, 23, 9, 17, 16, 300), ''],
  ['2026-11-23T09:17:16.3669999Z', Date.UTC(2026, 10, 23, 9, 17, 16, 366), 'the seven digits of .NET'],
  ['2026-11-23T09:17:16+02:00', Date.UTC(2026, 10, 23, 7, 17, 16), ''],
  ['2026-11-23T09:17:16-0530', Date.UTC(2026, 10, 23, 14, 47, 16), ''],
  ['0001-01-01T00:00:00Z', null, 'never'],
  ['2026-02-30T00:00:00Z', null, 'no such day'],
  ['2026-11-23T25:00:00Z', null, 'no such time'],
  ['2026-11-23T09:17:16', null, 'nobody says where'],
  ['2026-11-23', null, 'a day'],
  ['yesterday', null, ''],
  ['', null, ''],
])('%j is %j %s', (text, expected) => {
  expect(parseInstant(text)).toBe(expected);
});
