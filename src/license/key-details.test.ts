import { describe, expect, it } from 'vitest';
import { parseKeyDetails } from './key-details.ts';

const sample = [
  'isBlackListed: False',
  'License Number: 9999 0000 0000 1234',
  'Valid From: 0001-01-01  12:00:00 AM',
  'Valid To: 2027-03-16  12:00:00 AM',
  'Allotment professional:100;',
  'Valid To: 2027-12-31;',
  'Allotment sapconnector:1;',
  'Valid From: 2026-01-01',
  'Valid To: 2026-12-31',
];
const expected = {
  licenseNumber: '9999 0000 0000 1234',
  isBlacklisted: false,
  hasAllotments: true,
  ofLicense: { from: ['0001-01-01  12:00:00 AM'], to: ['2027-03-16  12:00:00 AM'] },
  ofAllotments: { from: ['2026-01-01'], to: ['2027-12-31', '2026-12-31'] },
};

describe('the lines of the key details', () => {
  it.each([
    ['line feeds', sample.join('\n')],
    ['carriage returns and line feeds', sample.join('\r\n')],
    ['carriage returns', sample.join('\r')],
    ['indentation', sample.join('\n        ')],
    ['empty lines', sample.join('\n\n')],
    [
      'capital letters',
      sample.map((line) => line.replace(/^[^:]+/, (label) => label.toUpperCase())).join('\n'),
    ],
    [
      'blanks in and after the label',
      sample.map((line) => line.replace(' ', '  ').replace(':', ' : ')).join('\n'),
    ],
    ['further lines', ['Product: 2', ...sample, '...', 'Valid Toy: 2025-01-01', ': 2025-01-01'].join('\n')],
  ])('are read with %s', (_, text) => {
    const { ofLicense, ...rest } = parseKeyDetails(text);
    expect({
      ...rest,
      ofLicense: { from: ofLicense.from.map(single), to: ofLicense.to.map(single) },
    }).toEqual({
      ...expected,
      ofLicense: { from: expected.ofLicense.from.map(single), to: expected.ofLicense.to.map(single) },
    });
  });

  it.each([
    ['isBlackListed: True', true],
    ['ISBLACKLISTED : true', true],
    ['isBlackListed: False', false],
    ['isBlackListed: True\nisBlackListed: False', true],
    ['isBlackListed: False\nisBlackListed: True', true],
    ['isBlackListed: perhaps', null],
    ['', null],
  ])('say of %j that deny-listed is %s', (text, isBlacklisted) => {
    expect(parseKeyDetails(text).isBlacklisted).toBe(isBlacklisted);
  });

  it('have no number when its line is empty', () => {
    expect(parseKeyDetails('License Number:').licenseNumber).toBeNull();
  });

  it('keep an end without a text, because it is a line all the same', () => {
    expect(parseKeyDetails('Valid To: ').ofLicense.to).toEqual(['']);
  });
});

const single = (text: string) => text.replace(/\s+/g, ' ');
