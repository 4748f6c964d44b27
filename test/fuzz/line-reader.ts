/** Reads a line of line protocol as InfluxDB does (https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/). */
import type { FieldValue } from '../../src/license/points.ts';

export interface ReadLine {
  readonly measurement: string;
  readonly tags: (readonly [string, string])[];
  readonly fields: (readonly [string, FieldValue])[];
  readonly at: string;
}

/** @throws when it is not a line that InfluxDB takes */
export function readLine(line: string): ReadLine {
  let at = 0;
  const measurement = until(/[, ]/);
  const tags: [string, string][] = [];
  while (line[at] === ',') {
    at += 1;
    const key = until(/[,= ]/);
    expectNext('=');
    const value = until(/[,= ]/);
    if (key === '' || value === '') throw new Error(`an empty tag: ${line}`);
    tags.push([key, value]);
  }
  const fields: [string, FieldValue][] = [];
  expectNext(' ');
  do {
    if (fields.length > 0) at += 1;
    const key = until(/[,= ]/);
    if (key === '') throw new Error(`a field without a name: ${line}`);
    expectNext('=');
    fields.push([key, line[at] === '"' ? text() : plain()]);
  } while (line[at] === ',');
  expectNext(' ');
  const time = line.slice(at);
  if (measurement === '' || !/^-?\d+$/.test(time)) throw new Error(`not a line: ${line}`);
  return { measurement, tags, fields, at: time };

  function expectNext(character: string): void {
    if (line[at] !== character) throw new Error(`no ${character} at ${at}: ${line}`);
    at += 1;
  }

  /** Up to a separator before which no backslash stands; a backslash before another character is itself. */
  function until(separator: RegExp): string {
    let read = '';
    while (at < line.length && !separator.test(line[at]!)) {
      if (line[at] === '\\' && /[,= ]/.test(line[at + 1] ?? '')) at += 1;
      read += line[at];
      at += 1;
    }
    return read;
  }

  function text(): string {
    let read = '';
    for (at += 1; line[at] !== '"'; at += 1) {
      if (at >= line.length) throw new Error(`a text without an end: ${line}`);
      if (line[at] === '\\' && /["\\]/.test(line[at + 1] ?? '')) at += 1;
      read += line[at];
    }
    at += 1;
    return read;
  }

  function plain(): FieldValue {
    const [written = ''] = /^[^, ]*/.exec(line.slice(at)) ?? [];
    at += written.length;
    if (/^(?:t|true)$/i.test(written)) return true;
    if (/^(?:f|false)$/i.test(written)) return false;
    if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(written)) throw new Error(`not a value: ${written}`);
    return Number(written);
  }
}
