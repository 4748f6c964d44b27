/** What holds for every license text, not only for those that someone thought of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLicenseReply } from '../sense/license-reply.ts';
import { calendarDate, isCalendarDay } from './calendar-day.ts';
import { judgeLicense } from './judge.ts';
import { type ReadSettings, readLicense } from './read-license.ts';

const settings: ReadSettings = {
  now: new Date('2026-11-24T10:00:00Z'),
  timeZone: 'UTC',
  dateOrder: 'auto',
  perpetual: false,
  manualEndDate: null,
};

/** The reading and the verdict on any parsed JSON; null when it is no license. */
function lookAt(json: unknown, more: Partial<ReadSettings> = {}) {
  const reply = parseLicenseReply(json);
  if (reply === undefined) return null;
  const reading = readLicense(reply, { ...settings, ...more });
  const verdict = judgeLicense(reading, { ...settings, widestRung: 90, staleAfterDays: 3 });
  return { reading, verdict };
}

const day = fc
  .record({
    // Between them lie years of the Buddhist calendar.
    year: fc.oneof(fc.integer({ min: 1901, max: 2549 }), fc.integer({ min: 2651, max: 8999 })),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
  })
  .filter(({ year, month, day }) => isCalendarDay(year, month, day));

const rendering = fc
  .record({
    day,
    order: fc.constantFrom('ymd', 'dmy', 'mdy'),
    separator: fc.constantFrom('-', '/', '.', ' '),
    isPadded: fc.boolean(),
    time: fc.constantFrom(
      '',
      ' 00:00:00',
      '  12:00:00 AM',
      ' 12:00:00 a. m.',
      ' 12:00:00 a.m.',
      ' 0.00.00',
      ' 0:00',
      ' 11:59:59 PM',
      'T00:00:00Z',
      'T00:00:00.000+02:00',
      'T23:59:59.9999999-08:00',
      '        23:59:59',
    ),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    indentation: fc.constantFrom('', ' ', '        ', '\t', '\u00a0'),
    label: fc.constantFrom('Valid To:', 'valid to :', 'VALID TO : ', 'Valid  To:\t'),
  })
  .map(({ day, order, separator, isPadded, time, lineEnd, indentation, label }) => {
    const written = (value: number) => String(value).padStart(isPadded ? 2 : 1, '0');
    const parts = {
      ymd: [String(day.year), written(day.month), written(day.day)],
      dmy: [written(day.day), written(day.month), String(day.year)],
      mdy: [written(day.month), written(day.day), String(day.year)],
    }[order];
    const lines = [
      'License Number: 9999 0000 0000 1234',
      `${label} ${parts.join(separator)}${time}`,
      'Allotment a:1;',
    ];
    const swapped = isCalendarDay(day.year, day.day, day.month)
      ? calendarDate(day.year, day.day, day.month)
      : null;
    return {
      keyDetails: lines.map((line) => `${indentation}${line}`).join(lineEnd),
      order,
      date: calendarDate(day.year, day.month, day.day),
      isAmbiguous: order !== 'ymd' && swapped !== null && day.day !== day.month,
      swapped,
    };
  });

describe('every real date in every rendering', () => {
  it('comes back as that date, or as the earlier of the two that it can be, with a remark', () => {
    fc.assert(
      fc.property(rendering, ({ keyDetails, date, isAmbiguous, swapped }) => {
        const seen = lookAt({ keyDetails });
        const earlier = isAmbiguous && swapped !== null && swapped < date ? swapped : date;
        expect(seen?.reading.end).toEqual({ kind: 'date', date: earlier });
        expect(seen?.reading.remarks).toEqual([...(isAmbiguous ? ['ambiguous-date'] : []), 'no-flag']);
      }),
      { numRuns: 5000 },
    );
  });

  it('comes back as that date when the order is configured', () => {
    fc.assert(
      fc.property(rendering, ({ keyDetails, date, order }) => {
        const seen = lookAt({ keyDetails }, { dateOrder: order });
        expect(seen?.reading.end).toEqual({ kind: 'date', date });
        expect(seen?.reading.remarks).toEqual(['no-flag']);
      }),
      { numRuns: 2000 },
    );
  });

  it('is counted in whole days, or in none at all', () => {
    fc.assert(
      fc.property(rendering, ({ keyDetails }) => {
        expect(lookAt({ keyDetails })?.verdict.daysLeft).toSatisfy(Number.isInteger);
      }),
      { numRuns: 1000 },
    );
  });
});

const licenseText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'Valid To:',
          'Valid From:',
          'License Number:',
          'isBlackListed:',
          'Allotment',
          'TIMELIMIT;',
        ),
        fc.constantFrom(
          '\n',
          '\r',
          ';',
          ':',
          '/',
          '.',
          '-',
          ' ',
          'T',
          'Z',
          'AM',
          '0',
          '12',
          '2027',
          '9999',
          'True',
        ),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 30 },
    )
    .map((pieces) => pieces.join('')),
);

const license = fc.record(
  {
    serial: licenseText,
    key: licenseText,
    keyDetails: licenseText,
    lef: licenseText,
    check: licenseText,
    name: licenseText,
    organization: licenseText,
    isExpired: fc.oneof(fc.boolean(), licenseText, fc.jsonValue()),
    isSubscription: fc.oneof(fc.boolean(), fc.jsonValue()),
    expiredReason: licenseText,
    updated: licenseText,
  },
  { requiredKeys: [] },
);

describe('no reply', () => {
  it('makes it throw, whatever the JSON is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything(), license), (json) => {
        const seen = lookAt(json);
        if (seen === null) return;
        const { daysLeft, endDate, state } = seen.verdict;
        expect(daysLeft === null).toBe(endDate === null);
        expect(daysLeft).toSatisfy((days: number | null) => days === null || Number.isInteger(days));
        if (state === 'valid' || state === 'expiring') expect(daysLeft).not.toBeNull();
      }),
      { numRuns: 5000 },
    );
  });

  it('makes a subscription perpetual', () => {
    fc.assert(
      fc.property(license, (json) => {
        const seen = lookAt({ ...json, isSubscription: true });
        expect(seen?.verdict.state).not.toBe('perpetual');
      }),
      { numRuns: 2000 },
    );
  });

  it('makes it fail by its depth', () => {
    const deep = `{"license":${'['.repeat(3000)}${']'.repeat(3000)}}`;
    const key = `e30.${Buffer.from(deep).toString('base64url')}.s`;
    expect(lookAt({ key, keyDetails: null })?.verdict.state).toBe('unreadable');
  });
});

describe('time', () => {
  const KIB = 1024;
  const filled = (piece: string, length: number) =>
    piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  const texts: readonly [string, (length: number) => Record<string, string>][] = [
    ['blanks in a date', (n) => ({ keyDetails: `Valid To: 2027-05-06${filled(' ', n)}x` })],
    ['blanks in a label', (n) => ({ keyDetails: `Valid${filled(' ', n)}To: 2027-05-06` })],
    ['digits', (n) => ({ keyDetails: `Valid To: ${filled('1/', n)}`, serial: filled('1', n) })],
    ['colons', (n) => ({ keyDetails: filled(':', n) })],
    ['carriage returns', (n) => ({ keyDetails: filled('\r', n), lef: filled('\r\n\r', n) })],
    ['end dates', (n) => ({ keyDetails: filled('Valid To: 01/02/2027 12:00:00 a. m.\n', n) })],
    ['different riddles', (n) => ({ keyDetails: filled('Allotment a:1;\nValid To: soon\n', n) })],
    ['semicolons', (n) => ({ lef: filled(';', n) })],
    ['time limits', (n) => ({ lef: filled('TIMELIMIT;2027-01-02;;\n', n) })],
    ['dots in a key', (n) => ({ key: filled('.', n) })],
    ['a payload without end', (n) => ({ key: `e30.${filled('W1tb', n)}.s` })],
    [
      'a reason that is a secret',
      (n) => ({ expiredReason: filled('ab', n), lef: filled('ab', n), key: filled('ab', n) }),
    ],
    [
      'a reason of control characters',
      (n) => ({ expiredReason: filled('\u0000 \u001b', n), name: filled('\u0301', n) }),
    ],
    [
      'a reason and many secrets',
      (n) => ({ expiredReason: filled('abc', n), lef: filled('ab\nbca\ncab;\n', n) }),
    ],
    ['an instant', (n) => ({ serial: '1', updated: filled('2026-11-23T09:17:16.', n) })],
  ];

  it.each(texts)('grows with the length and no faster for %s', (_, textsOf) => {
    // CPU time of this thread, because what else the machine does is not to count.
    const fastestMs = (length: number) => {
      const json = textsOf(length);
      const runs = Array.from({ length: 3 }, () => {
        const before = process.threadCpuUsage();
        lookAt(json);
        const { user, system } = process.threadCpuUsage(before);
        return (user + system) / 1000;
      });
      return Math.min(...runs);
    };
    fastestMs(64 * KIB);
    const small = fastestMs(64 * KIB);
    const large = fastestMs(512 * KIB);
    // Eight times the text: linear is 8, quadratic 64. The constant forgives what a busy machine adds.
    expect(large).toBeLessThan(small * 30 + 50);
  });
});

describe('secrets', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{16,24}$/);
  const digits = fc.stringMatching(/^[1-9][0-9]{15}$/);
  const planted = fc
    .record({
      key: secret,
      lef: secret,
      check: secret,
      name: secret,
      organization: secret,
      digits,
      where: fc.nat(5),
    })
    .map(({ where, digits, ...secrets }) => {
      const serial = digits.replace(/(.{4})(?=.)/g, '$1 ');
      const all = [...Object.values(secrets), serial];
      const chosen = all[where] ?? serial;
      return {
        all: [...all, digits],
        json: {
          ...secrets,
          serial,
          lef: `${digits}\r\n${secrets.lef}\r\nTIMELIMIT;${secrets.lef};;${chosen}`,
          keyDetails: `License Number: ${serial}\nValid From: ${chosen}\nValid To: ${chosen}\nAllotment a:1;\nValid To: 2027-05-06 ${chosen}`,
          expiredReason: `${chosen} ${digits} ${serial.replaceAll(' ', '-')} ${all.join(' ').toLowerCase()}`,
          updated: chosen,
        },
      };
    });

  it('never leave, wherever the server repeats them', () => {
    fc.assert(
      fc.property(planted, fc.boolean(), ({ all, json }, isLef) => {
        const seen = lookAt(isLef ? { ...json, keyDetails: '' } : json);
        const shown = JSON.stringify(seen).toLowerCase();
        for (const text of all) expect(shown).not.toContain(text.toLowerCase());
        expect(seen?.reading.licenseNumber).toMatch(/^…\d{4}$/);
      }),
      { numRuns: 1000 },
    );
  });
});
