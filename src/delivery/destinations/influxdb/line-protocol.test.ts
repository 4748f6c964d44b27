import { Point as VendorPoint } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../../license/points.ts';
import { encodePoints } from './line-protocol.ts';

const point = (overrides: Partial<Point> = {}): Point => ({
  measurement: 'm',
  tags: {},
  fields: { f: 1 },
  at: 1_795_493_319_035,
  ...overrides,
});
const line = (overrides: Partial<Point>, staticTags = {}) => encodePoints([point(overrides)], staticTags);

describe('a point as line protocol', () => {
  it.each<[string, Partial<Point>, string]>([
    ['a number without a suffix, which is a float', { fields: { f: 30 } }, 'm f=30 1795493319035'],
    ['a negative number', { fields: { f: -5.5 } }, 'm f=-5.5 1795493319035'],
    ['booleans', { fields: { a: true, b: false } }, 'm a=true,b=false 1795493319035'],
    ['a text', { fields: { f: '2026-12-24' } }, 'm f="2026-12-24" 1795493319035'],
    ['an empty text', { fields: { f: '' } }, 'm f="" 1795493319035'],
    ['quotes and backslashes in a text', { fields: { f: 'a "b" \\' } }, 'm f="a \\"b\\" \\\\" 1795493319035'],
    ['line breaks in a text', { fields: { f: 'a\r\nb' } }, 'm f="a\\r\\nb" 1795493319035'],
    ['commas and blanks in the measurement', { measurement: 'a, b=c' }, 'a\\,\\ b=c f=1 1795493319035'],
    [
      'commas, blanks and equals signs in a tag',
      { tags: { 'a, =': 'b, =' } },
      'm,a\\,\\ \\==b\\,\\ \\= f=1 1795493319035',
    ],
    ['the same in the name of a field', { fields: { 'a, =': 1 } }, 'm a\\,\\ \\==1 1795493319035'],
    ['line breaks in a tag', { tags: { t: 'a\r\nb\tc' } }, 'm,t=a\\r\\nb\\tc f=1 1795493319035'],
    [
      'no backslash at the end of a tag',
      { tags: { t: 'C:\\Qlik\\\\', u: 'v' } },
      'm,t=C:\\Qlik,u=v f=1 1795493319035',
    ],
    ['other alphabets as they are', { tags: { t: 'Göteborg 漢' } }, 'm,t=Göteborg\\ 漢 f=1 1795493319035'],
    ['no empty tag', { tags: { a: '', b: 'c', '': 'd', e: '\\' } }, 'm,b=c f=1 1795493319035'],
    ['no number that is not finite', { fields: { a: Number.NaN, b: 1, c: Infinity } }, 'm b=1 1795493319035'],
    ['no field of which no name is left', { fields: { '\\': 1, '\\\\': 2, b: 3 } }, 'm b=3 1795493319035'],
    ['nothing at all without a field', { fields: { a: Number.NaN } }, ''],
    ['a time before 1970', { at: -1 }, 'm f=1 -1'],
  ])('has %s', (_, overrides, expected) => {
    expect(line(overrides)).toBe(expected);
  });

  it('gets the static tags, but its own ones win', () => {
    expect(line({ tags: { env: 'lab' } }, { env: 'prod', team: 'b i' })).toBe(
      'm,team=b\\ i,env=lab f=1 1795493319035',
    );
  });

  it('stands on a line of its own, and one without a field leaves no empty line', () => {
    expect(encodePoints([point(), point({ fields: {} }), point({ at: 2 })], {})).toBe(
      'm f=1 1795493319035\nm f=1 2',
    );
  });
});

describe('compared with the encoder of the vendor', () => {
  // Differences that are meant: the vendor sorts tags and fields, writes booleans as T and F, keeps line breaks in
  // texts (which its own reference forbids), and backslashes at the end (which break the line).
  const unit = fc.constantFrom('a', 'B', ' ', ',', '=', '"', '\\', '\n', '\t', 'é', '漢', '🦄');
  const name = fc.string({ unit, minLength: 1, maxLength: 6 }).filter((text) => !text.endsWith('\\'));
  const text = fc.string({ unit: unit.filter((c) => c !== '\n'), maxLength: 6 });
  const value = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());

  it('writes the same line', () => {
    fc.assert(
      fc.property(
        name,
        fc.dictionary(name, name, { noNullPrototype: true }),
        fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true }),
        fc.integer({ min: 0, max: 4e12 }),
        (measurement, tags, fields, at) => {
          const vendor = new VendorPoint(measurement).timestamp(at);
          for (const [key, tag] of Object.entries(tags)) vendor.tag(key, tag);
          for (const [key, field] of Object.entries(fields)) {
            if (typeof field === 'string') vendor.stringField(key, field);
            else if (typeof field === 'number') vendor.floatField(key, field);
            else vendor.booleanField(key, field);
          }
          const expected = vendor.toLineProtocol({ convertTime: (time: unknown) => String(time) } as never);
          const ours = encodePoints([{ measurement, tags: sorted(tags), fields: sorted(fields), at }], {});
          expect(withLongBooleans(ours)).toBe(withLongBooleans(expected!));
        },
      ),
      { numRuns: 2000 },
    );
  });

  const sorted = <Value>(record: Record<string, Value>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const withLongBooleans = (line: string) =>
    line.replace(/=(?:T|true)(?=[, ])/g, '=true').replace(/=(?:F|false)(?=[, ])/g, '=false');
});
