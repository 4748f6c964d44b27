import { describe, expect, it } from 'vitest';
import { noLicense, reading, seen, unseen } from '../../test/fakes/readings.ts';
import { AlertPolicy } from './policy.ts';
import { initialAlertState } from './state.ts';
import { stepAlert } from './step.ts';
import { wordNotice, wordStatus } from './wording.ts';

const rules = { site: 'prod', timeZone: 'UTC', policy: AlertPolicy.parse({}) };

/** The words of everything said over a history. */
function words(...history: Parameters<typeof stepAlert>[1][]) {
  let state = initialAlertState;
  return history.flatMap((observation) => {
    const step = stepAlert(state, observation, rules);
    state = step.state;
    return step.notices.map((notice) =>
      wordNotice(notice, { site: 'prod', expiredReason: 'Contract ended', licenseNumber: '…1234' }),
    );
  });
}

describe('the title says what happened, in one line', () => {
  it.each([
    ['2027-04-06', 'prod: Qlik Sense license ends in 30 days, on 2027-05-06'],
    ['2027-05-05', 'prod: Qlik Sense license ends tomorrow, on 2027-05-06'],
    ['2027-05-06', 'prod: Qlik Sense license ends today, on 2027-05-06'],
    ['2027-05-07', 'prod: Qlik Sense license ended yesterday, on 2027-05-06'],
    ['2027-05-09', 'prod: Qlik Sense license ended 3 days ago, on 2027-05-06'],
  ])('on %s: %s', (day, title) => {
    expect(words(seen(`${day}T10:00:00Z`, reading()))[0]!.title).toBe(title);
  });

  it('never speaks of null, NaN or undefined, whatever happened', () => {
    const flags = { expired: true, blacklisted: false, invalid: false };
    const everything = words(
      unseen('2026-11-01T10:00:00Z'),
      unseen('2026-11-02T10:00:00Z'),
      unseen('2026-11-03T10:00:00Z'),
      seen('2026-11-04T10:00:00Z', noLicense),
      seen('2026-11-05T10:00:00Z', reading({ remarks: ['several-end-dates', 'ambiguous-date'] })),
      seen('2026-11-06T10:00:00Z', reading({ flags })),
      seen('2026-11-07T10:00:00Z', reading({ flags: { ...flags, blacklisted: true } })),
      seen('2026-11-08T10:00:00Z', reading({ end: { kind: 'unreadable', why: 'not-understood' } })),
      seen('2026-11-09T10:00:00Z', reading({ end: { kind: 'perpetual' } })),
      seen('2026-11-10T10:00:00Z', reading({ fingerprint: 'ffffffff', endDate: '2026-11-20' })),
      seen('2026-11-21T10:00:00Z', reading({ fingerprint: 'ffffffff', endDate: '2026-11-20' })),
      seen('2026-11-22T10:00:00Z', reading({ fingerprint: 'ffffffff', startDate: '2027-01-01' })),
      seen('2026-11-23T10:00:00Z', reading({ end: { kind: 'perpetual' }, flags })),
    );
    expect(everything.length).toBeGreaterThan(12);
    for (const { title, text } of everything) {
      expect(`${title} ${text}`).not.toMatch(/\b(?:null|NaN|undefined|Invalid Date)\b/);
      expect(title).not.toContain('\n');
    }
  });
});

describe('the text says what to do', () => {
  it('names the skipped rungs', () => {
    expect(words(seen('2027-04-26T10:00:00Z', reading()))[0]!.text).toContain('90, 60 and 30 days ahead');
  });

  it('says since when the number is not confirmed', () => {
    const [, unconfirmed] = words(seen('2027-04-21T10:00:00Z', reading()), unseen('2027-04-22T10:00:00Z'));
    expect(unconfirmed!.text).toContain('Last confirmed at 2027-04-21 10:00 UTC');
  });

  it("shows the server's own reason for an expired license", () => {
    const expired = reading({ flags: { expired: true, blacklisted: false, invalid: false } });
    expect(words(seen('2027-05-09T10:00:00Z', expired))[0]!.text).toContain('Contract ended');
  });

  it('says why a site cannot be read', () => {
    const days = ['2026-11-01', '2026-11-02', '2026-11-03'];
    const [unreachable] = words(...days.map((day) => unseen(`${day}T10:00:00Z`)));
    expect(unreachable!.text).toContain('Nobody listens on port 4242');
    expect(unreachable!.text).toContain('never been read');
  });
});

describe('the status', () => {
  it('says what is known and how fresh it is', () => {
    const verdict = { state: 'valid', endDate: '2027-05-06', daysLeft: 163, remarks: [] } as const;
    const confirmed = Date.parse('2026-11-24T10:00:00Z');
    expect(wordStatus('prod', { verdict, lastConfirmedAt: confirmed, failure: null })).toEqual({
      title: 'prod: license ends in 163 days, on 2027-05-06',
      text: 'Checked and confirmed at 2026-11-24 10:00 UTC.',
    });
    expect(wordStatus('prod', { verdict: null, lastConfirmedAt: null, failure: 'Nobody listens.' })).toEqual({
      title: 'prod: cannot be read; license not read yet',
      text: 'Nobody listens. It has never been read.',
    });
  });
});
