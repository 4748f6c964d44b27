import { describe, expect, it } from 'vitest';
import { dateTextToShow, scrubbed } from './scrub.ts';

const secrets = [
  '9999 0000 0000 1234',
  'eyJhbGciOiJSUzUxMiJ9.eyJsaWNlbnNlIjoiOTk5OSJ9.c2lnbmF0dXJl',
  '12345',
  'Jörg Öst',
  '',
];

describe('a scrubbed text', () => {
  it.each([
    ['License 9999 0000 0000 1234 has expired', 'License … has expired', ''],
    ['License 9999000000001234 has expired', 'License … has expired', 'without blanks'],
    ['License 9999-0000-0000-1234.', 'License ….', 'with dashes'],
    ['License 9999\u200b0000\n0000  1234', 'License …', 'with other blanks'],
    ['key EYJHBGCIOIJSUZUXMIJ9.x', 'key ….x', 'a piece, in capital letters'],
    ['signature c2lnbmF0dXJl', 'signature …', 'a piece at the end'],
    ['control 12345, owner JÖRG  ÖST', 'control …, owner …', 'short ones'],
    ['owner Jo\u0308rg O\u0308st', 'owner …', 'accents written as marks of their own'],
    ['1234 and 0000 remain', '1234 and 0000 remain', 'what is too short to tell'],
    ['expired', 'expired', ''],
    ['a\u0000b\u001b[31mc\r\nd\u202ee', 'ab[31mc de', 'control characters go, line ends become blanks'],
    ['\ud800x', '\ufffdx', 'half a character'],
  ])('%j becomes %j (%s)', (text, expected) => {
    expect(scrubbed(text, secrets)).toBe(expected);
  });

  it('is cut to 200 characters', () => {
    expect(scrubbed('lorem '.repeat(1000), [])).toHaveLength(200);
  });

  it('does not show the start of a secret that the cut would split', () => {
    const text = `${'x'.repeat(195)} 9999 0000 0000 1234`;
    expect(scrubbed(text, secrets)).toBe(`${'x'.repeat(195)} …`);
  });
});

describe('a date text is shown', () => {
  it.each([
    '2027-05-06',
    '2027-03-16  12:00:00 AM',
    '5/6/2027 12:00:00 a. m.',
    '2027-05-06T00:00:00Z',
    '31/31/2027',
    '06/05/27',
    '2026-05-06/2027-05-06',
  ])('when it is %j', (text) => {
    expect(dateTextToShow(text, secrets)).toBe(text);
  });

  it.each([
    ['soon', 'no date'],
    ['', ''],
    ['am', 'no digit'],
    ['9999 0000 0000 1234', 'the serial'],
    ['9999-0000.0000/1234', 'the serial'],
    ['12345', 'the control number'],
    ['2027-05-06 Jane', 'other letters'],
    ['2027-05-06'.padEnd(41), 'too long'],
  ])('but not when it is %j (%s)', (text) => {
    expect(dateTextToShow(text, secrets)).toBeNull();
  });
});
