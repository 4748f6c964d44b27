/** Whatever a point holds, a database reads from the line what the point says; and the vendor writes the same line. */
import { Point as VendorPoint } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { encodePoints } from '../../src/delivery/destinations/influxdb/line-protocol.ts';
import type { FieldValue } from '../../src/license/points.ts';
import { readLine } from './line-reader.ts';
import { nastyText, prototypeNames } from './nasty.ts';
import { property } from './runs.ts';

const piece = fc.oneof(
  fc.constantFrom(
    'a',
    'B',
    ' ',
    ',',
    '=',
    '"',
    '\\',
    '\n',
    '\r',
    '\t',
    'é',
    '漢',
    '🦄',
    '#',
    '\u0000',
    '\u202e',
  ),
  fc.constantFrom('\ud800', '\udfff', 'site', 'time', ...prototypeNames),
);
const name = fc.oneof(
  fc.array(piece, { maxLength: 5 }).map((parts) => parts.join('')),
  nastyText,
);
const value = fc.oneof(name, fc.double(), fc.boolean(), fc.constantFrom(-0, 1e300, 5e-324, 2 ** 53 + 2));
const recordOf = <Value>(values: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(name, values), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));
const cases = fc.record({
  measurement: fc.constantFrom('m', 'qlik_sense_server_license', 'a, b', 'a=b'),
  tags: recordOf(name),
  fields: recordOf<FieldValue>(value),
  staticTags: recordOf(name),
  at: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: -1e12, max: 0 })),
});

describe('a point as line protocol', () => {
  property('is one line that says what the point says, or none', cases, (one) => {
    const { measurement, tags, fields, staticTags, at } = one;
    const text = encodePoints([{ measurement, tags, fields, at }], staticTags);
    const written = Object.entries(fields)
      .filter(([key, field]) => inName(key) !== '' && (typeof field !== 'number' || Number.isFinite(field)))
      .map(([key, field]): [string, FieldValue] => [inName(key), inText(field)]);
    if (written.length === 0) {
      expect(text).toBe('');
      return;
    }
    expect(text).not.toMatch(/[\r\n]/);
    const own = new Set(Object.keys(tags));
    const all = [...Object.entries(staticTags).filter(([key]) => !own.has(key)), ...Object.entries(tags)];
    expect(readLine(text)).toEqual({
      measurement,
      tags: all.map((pair) => pair.map(inName)).filter(([key, tag]) => key !== '' && tag !== ''),
      fields: written,
      at: String(at),
    });
  });

  property('is the line that the client of the vendor writes', cases, ({ measurement, tags, fields, at }) => {
    // Meant differences: the vendor sorts, writes T and F, and keeps line breaks in texts and backslashes at the
    // end of names, both of which its own reference forbids.
    const tagPairs = sortedPairs(tags).filter((pair) => pair.every(isAlike));
    const fieldPairs = sortedPairs(fields).filter(
      ([key, field]) => isAlike(key) && (typeof field !== 'number' || Number.isFinite(field)),
    );
    const vendor = new VendorPoint(measurement).timestamp(at);
    for (const [key, tag] of tagPairs) vendor.tag(key, tag);
    for (const [key, field] of fieldPairs) {
      if (typeof field === 'string') vendor.stringField(key, field.replace(/[\r\n]/g, ''));
      else if (typeof field === 'number') vendor.floatField(key, field);
      else vendor.booleanField(key, field);
    }
    const point = {
      measurement,
      at,
      tags: Object.fromEntries(tagPairs),
      fields: Object.fromEntries(
        fieldPairs.map(([key, field]) => [
          key,
          typeof field === 'string' ? field.replace(/[\r\n]/g, '') : field,
        ]),
      ),
    };
    const expected = vendor.toLineProtocol({ convertTime: (time: unknown) => String(time) } as never) ?? '';
    const ours = encodePoints([point], {});
    expect(ours === '' ? '' : asPairs(ours)).toEqual(expected === '' ? '' : asPairs(expected));
  });
});

/** What of a name or a tag can be written. */
const inName = (text: string) =>
  text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t').replace(/\\+$/, '');
const inText = (field: FieldValue): FieldValue => {
  if (typeof field === 'string') return field.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return Object.is(field, -0) ? 0 : field;
};

/** The vendor keeps tags in an object, and so loses one that is called `__proto__`. */
const isAlike = (text: string) => text !== '' && !text.endsWith('\\') && text !== '__proto__';
/** An object puts names that are numbers first, so only the order of the vendor can be asked for. */
const sortedPairs = <Value>(record: Record<string, Value>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** A line with its tags and fields in the order of their names, each as it was written but for booleans. */
function asPairs(line: string) {
  const { tags, fields, ...rest } = readLine(line);
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);
  return { ...rest, tags: tags.toSorted(byName), fields: fields.toSorted(byName), raw: unordered(line) };
}

/** The characters of a line, whatever the order of its parts. */
const unordered = (line: string) =>
  line
    .replace(/=(?:T|true)(?=[, ])/g, '=true')
    .replace(/=(?:F|false)(?=[, ])/g, '=false')
    .split('')
    .sort()
    .join('');
