import { expect, it } from 'vitest';
import { reading, seen } from '../../test/fakes/readings.ts';
import { type AcknowledgementRequest, acknowledge, withdraw } from './acknowledgement.ts';
import { acknowledgementInWords, wordAcknowledgementNotice } from './acknowledgement-wording.ts';
import { AlertPolicy } from './policy.ts';
import { initialAlertState } from './state.ts';
import { stepAlert } from './step.ts';
import { wordNotice } from './wording.ts';

const rules = { site: 'prod', timeZone: 'UTC', policy: AlertPolicy.parse({}) };

function acknowledged(day: string, until: string, coversExpiredAndBlocked = false) {
  const at = Date.parse(`${day}T10:00:00Z`);
  const { state } = stepAlert(initialAlertState, seen(at, reading()), rules);
  const request: AcknowledgementRequest = {
    by: 'Anna',
    why: 'the renewal is ordered.',
    until: until === 'next-rung' ? { kind: until } : { kind: 'date', date: until },
    coversExpiredAndBlocked,
  };
  const result = acknowledge(state, request, rules, at);
  if (result.kind !== 'acknowledged') throw new Error(result.kind);
  return result;
}

it.each([
  ['2027-04-13', '2027-04-30', 'until 2027-04-30'],
  ['2027-04-13', 'next-rung', 'until the next rung, 14 days ahead, on 2027-04-22'],
  ['2027-05-04', 'next-rung', 'until the next rung, 1 day ahead, on 2027-05-05'],
  ['2027-05-06', 'next-rung', 'until the license has ended'],
])('on %s until %s: says by whom, why, and %s', (day, until, words) => {
  const { notice } = acknowledged(day, until);
  const { title, text } = wordAcknowledgementNotice(notice, rules);
  expect(title).toBe(`prod: Qlik Sense license acknowledged by Anna ${words}`);
  expect(text).toContain(`silenced ${words}; that it has expired or is blocked is told all the same.`);
  expect(text).toMatch(/The reason given: the renewal is ordered\.$/);
  expect(acknowledgementInWords(notice.acknowledgement)).toBe(
    `Acknowledged by Anna until ${until === 'next-rung' ? 'the next rung' : until}: the renewal is ordered.`,
  );
});

it('says when it covers more than usual', () => {
  const { notice } = acknowledged('2027-04-13', '2027-04-30', true);
  expect(wordAcknowledgementNotice(notice, rules).text).toContain(
    'asked for, that includes that it has expired or is blocked',
  );
});

it.each([
  ['Bert', 'prod: acknowledgement of Anna withdrawn by Bert'],
  ['Anna', 'prod: acknowledgement withdrawn by Anna'],
  [null, 'prod: acknowledgement of Anna withdrawn'],
])('withdrawn by %s: %s', (by, title) => {
  const { state } = acknowledged('2027-04-13', '2027-04-30');
  const { notice } = withdraw(state, by, rules, Date.parse('2027-04-14T10:00:00Z'))!;
  const words = wordAcknowledgementNotice(notice, rules);
  expect(words.title).toBe(title);
  expect(words.text).toContain('license ends in 22 days');
});

it('the alert after it names the rungs that it silenced', () => {
  const { state } = acknowledged('2027-04-13', '2027-05-01');
  const later = stepAlert(state, seen('2027-04-23T10:00:00Z', reading()), rules);
  const { notices } = stepAlert(later.state, seen('2027-05-01T10:00:00Z', reading()), rules);
  const { text } = wordNotice(notices[0]!, { site: 'prod', expiredReason: '', licenseNumber: null });
  expect(text).toContain('Not announced before, because it was acknowledged: 14 days ahead.');
});
