/** Reads the license enabler file of a license that is activated by serial and control number. */
import { type DateLine, parseDateLine } from './valid-to.ts';

export interface Lef {
  /** Whether there is any attribute line, that is, one with four columns. */
  readonly isRecognised: boolean;
  /** One per `TIMELIMIT` line: when it ends. Not understood when the line has no date. */
  readonly timeLimits: readonly DateLine[];
  /** From when a time limit counts. */
  readonly starts: readonly DateLine[];
  /** `PRODUCTLEVEL`: the last day on which a new release may be installed. Not an expiry. */
  readonly maintenanceEnds: readonly DateLine[];
  /** All other lines: number, product, owner, checksum. They identify the license, so they are secrets. */
  readonly otherLines: readonly string[];
}

/**
 * The dates of a LEF: lines `Attribute;Value;ValidFrom;ValidTo` with any line end. A `TIMELIMIT` with no `ValidTo`
 * but a date for its value ends on that date.
 *
 * Source: Qlik's support articles on LEF attributes; the tool of Qlik Support reads the same two.
 */
export function parseLef(text: string): Lef {
  const timeLimits: DateLine[] = [];
  const starts: DateLine[] = [];
  const maintenanceEnds: DateLine[] = [];
  const otherLines: string[] = [];
  let isRecognised = false;

  for (const line of text.split(/\r\n|\n|\r/)) {
    // More columns than these are never looked at; the limit keeps a line of nothing but semicolons cheap.
    const columns = line.split(';', 5).map((column) => column.trim());
    const [attribute = '', value = '', from = '', to = ''] = columns;
    const name = attribute.toUpperCase();
    if (name === '' || (columns.length < 4 && name !== 'TIMELIMIT')) {
      if (line.trim() !== '') otherLines.push(line.trim());
      continue;
    }
    isRecognised = true;
    if (name === 'TIMELIMIT') {
      timeLimits.push(endOfTimeLimit(value, to));
      if (from !== '') starts.push(parseDateLine(from));
    } else if (name === 'PRODUCTLEVEL' && to !== '') {
      maintenanceEnds.push(parseDateLine(to));
    }
  }
  return { isRecognised, timeLimits, starts, maintenanceEnds, otherLines };
}

/** A time limit without a date still limits: it must not pass for a license without an end. */
function endOfTimeLimit(value: string, to: string): DateLine {
  const text = to === '' ? value : to;
  return text === '' ? { text, from: null, to: { kind: 'not-understood' } } : parseDateLine(text);
}
