/**
 * Measurement points as InfluxDB line protocol. Pure.
 *
 * Syntax: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/, the same for versions 1, 2 and 3.
 */
import type { FieldValue, Point } from '../../../license/points.ts';

/** What needs care in a name or a tag value. The backslash only matters at the end, but is rare enough. */
const SPECIAL_IN_KEY = /[,= \n\r\t\\]/;
const SPECIAL_IN_TEXT = /["\\\n\r]/;

/**
 * The points as lines with a time stamp in milliseconds, joined by line feeds; `''` when none has a field.
 *
 * Left out, because the protocol has no way to write them: empty tags, numbers that are not finite, points without a
 * field, and backslashes at the end of names and tag values, where they would hide the next separator. A line break
 * becomes the two characters `\n`, as in the vendor's own client.
 *
 * @param staticTags added to every point that has no tag of that name
 */
export function encodePoints(points: readonly Point[], staticTags: Readonly<Record<string, string>>): string {
  let lines = '';
  for (const point of points) {
    const line = encodePoint(point, staticTags);
    if (line !== '') lines += lines === '' ? line : `\n${line}`;
  }
  return lines;
}

function encodePoint(point: Point, staticTags: Readonly<Record<string, string>>): string {
  let fields = '';
  for (const name in point.fields) {
    const key = encodeKey(name);
    const value = encodeValue(point.fields[name]!);
    if (value !== '' && key !== '') fields += `${fields === '' ? '' : ','}${key}=${value}`;
  }
  if (fields === '') return '';
  let series = encodeMeasurement(point.measurement);
  for (const name in staticTags) {
    if (!Object.hasOwn(point.tags, name)) series += encodeTag(name, staticTags[name]!);
  }
  for (const name in point.tags) series += encodeTag(name, point.tags[name]!);
  return `${series} ${fields} ${point.at}`;
}

function encodeTag(name: string, value: string): string {
  const key = encodeKey(name);
  const text = encodeKey(value);
  return key === '' || text === '' ? '' : `,${key}=${text}`;
}

/** Empty when there is nothing to write. Numbers without a suffix are floats. */
function encodeValue(value: FieldValue): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value !== 'string') return value ? 'true' : 'false';
  return SPECIAL_IN_TEXT.test(value) ? `"${escapeText(value)}"` : `"${value}"`;
}

function escapeText(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** Keys of tags and fields, and values of tags. */
function encodeKey(text: string): string {
  return SPECIAL_IN_KEY.test(text) ? escapeControls(text).replace(/[,= ]/g, '\\$&') : text;
}

function encodeMeasurement(name: string): string {
  return SPECIAL_IN_KEY.test(name) ? escapeControls(name).replace(/[, ]/g, '\\$&') : name;
}

function escapeControls(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t').replace(/\\+$/, '');
}
