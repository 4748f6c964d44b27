/** Every state and remark, from the reply as the server sends it to the verdict. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseLicenseReply } from '../sense/license-reply.ts';
import { judgeLicense } from './judge.ts';
import { readLicense } from './read-license.ts';
import type { DateOrder, Verdict } from './reading.ts';

interface LicenseCase {
  readonly name: string;
  readonly why: string;
  readonly now: string;
  readonly timeZone: string;
  readonly dateOrder: DateOrder;
  readonly license: unknown;
  readonly expect: Verdict;
}

const file = new URL('../../test/fixtures/license-states.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly LicenseCase[];

it.each(cases)(
  '$name: $expect.state ($why)',
  ({ license, timeZone, dateOrder, expect: expected, ...rest }) => {
    const now = new Date(rest.now);
    const reply = parseLicenseReply(license);
    if (reply === undefined) throw new Error('not a license reply');

    const reading = readLicense(reply, { now, timeZone, dateOrder, perpetual: false, manualEndDate: null });
    const verdict = judgeLicense(reading, { now, timeZone, widestRung: 90, staleAfterDays: 3 });

    expect({ ...verdict, remarks: new Set(verdict.remarks) }).toEqual({
      ...expected,
      remarks: new Set(expected.remarks),
    });
  },
);
