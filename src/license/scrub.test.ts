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
    ['  expired  ', 'expired', 'blanks around it go'],
    ['a\u0000b', 'ab', 'a control character within a word'],
    ['\ud800x', '\ufffdx', 'half a character'],
  ])('%j becomes %j (%s)', (text, expected) => {
    expect(scrubbed(text, secrets)).toBe(expected);
  });

  it('is cut to 200 characters', () => {
    expect(scrubbed('lorem '.repeat(1000), [])).toHaveLength(200);
  });

  it('is cut after its first 1000 characters, so that a huge one costs nothing', () => {
    expect(scrubbed(`${'9999 0000 0000 1234 '.repeat(60)}rest`, secrets)).not.toContain('rest');
  });

  it('hides a long secret wherever two pieces of it stand', () => {
    const text = '99990000000, 9999 0000 0000 then 0000 0000 1234.';
    expect(scrubbed(text, secrets)).toBe('99990000000, … then ….');
  });

  it('hides a secret of twelve letters, the shortest piece there is, and one of two, the shortest there is', () => {
    expect(scrubbed('abcdefghijkl xy z', ['ABCDEFGHIJKL', 'xy', 'z'])).toBe('… … z');
  });

  it.each(['000000000000', '999999999999', 'AAAAAAAAAAAA', 'ZZZZZZZZZZZZ', 'aaaaaaaaaaaa', 'zzzzzzzzzzzz'])(
    'hides %s, at the edge of the letters and digits, in a text no longer than it',
    (secret) => {
      expect(scrubbed(secret, [secret])).toBe('…');
      expect(scrubbed(`${secret.slice(1)}!`, [secret])).toBe(`${secret.slice(1)}!`);
    },
  );

  it('hides a short secret that is long only by what does not count', () => {
    expect(scrubbed('number 12-34', ['  1 . 2 . 3 . 4 . . . . .  '])).toBe('number …');
    expect(scrubbed('1234', ['@@@@[[[[````{{{{////:::: 1234'])).toBe('…');
  });

  it('hides each of two secrets that overlap', () => {
    expect(scrubbed('x abcdef y', ['abcd', 'cdef'])).toBe('x … y');
  });

  it('hides a secret each time it stands there', () => {
    expect(scrubbed('12345 and 12345; 9999 0000 0000 1234 and 9999000000001234', secrets)).toBe(
      '… and …; … and …',
    );
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
    '2027-05-06'.padEnd(40),
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
