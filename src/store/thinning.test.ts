import { describe, expect, it } from 'vitest';
import { builtReading } from '../../test/fakes/messages.ts';
import type { CheckRecord } from './store.ts';
import { isThinnable, MS_PER_DAY } from './thinning.ts';

type Outcome = CheckRecord['outcome'];
const verdict = { state: 'valid', endDate: '2027-05-06', daysLeft: 163, remarks: [] } as const;
const read = (reading: object = {}, judged: object = {}): Outcome => ({
  kind: 'reading',
  reading: { ...builtReading, ...reading },
  verdict: { ...verdict, ...judged },
});
const failed = (reason: 'refused' | 'timeout', detail = ''): Outcome => ({ kind: 'failed', reason, detail });

/** Two checks in a row, and a later one of the same day. */
const mayGo = (previous: Outcome, outcome: Outcome) =>
  isThinnable({ outcome: previous }, { at: 1000, outcome }, { at: 2000 });

describe('an old check may go', () => {
  it.each<[string, Outcome, Outcome]>([
    ['the same', read(), read()],
    ['the same failure, in other words', failed('refused', 'one'), failed('refused', 'other')],
    ['the same with a day less', read(), read({}, { daysLeft: 162 })],
    ['the same after a refresh of the definition', read(), read({ definitionUpdatedAt: 1 })],
    [
      'the same remarks in another order',
      read({}, { remarks: ['no-flag', 'ambiguous-date'] }),
      read({}, { remarks: ['ambiguous-date', 'no-flag'] }),
    ],
  ])('that says %s as the one before', (_what, previous, outcome) => {
    expect(mayGo(previous, outcome)).toBe(true);
  });

  const flags = { expired: null, blacklisted: false, invalid: false };
  it.each<[string, Outcome, Outcome]>([
    ['another state', read(), read({}, { state: 'expiring' })],
    ['another end', read(), read({}, { endDate: '2028-05-06' })],
    ['another remark', read(), read({}, { remarks: ['no-flag'] })],
    ['another number', read(), read({ licenseNumber: '…9999' })],
    ['another license', read(), read({ fingerprint: 'ffffffff' })],
    ['that it has expired', read({ flags }), read({ flags: { ...flags, expired: true } })],
    ['that it is deny-listed', read({ flags }), read({ flags: { ...flags, blacklisted: true } })],
    ['that it is invalid', read({ flags }), read({ flags: { ...flags, invalid: true } })],
    ['another failure', failed('refused'), failed('timeout')],
    ['a failure after a reading', read(), failed('refused')],
    ['a reading after a failure', failed('refused'), read()],
  ])('but not one that says %s', (_what, previous, outcome) => {
    expect(mayGo(previous, outcome)).toBe(false);
  });

  it('but not the last of a UTC day, the first of all, or the last of all', () => {
    const [check, outcome] = [{ at: MS_PER_DAY - 1, outcome: read() }, read()];
    expect(isThinnable({ outcome }, check, { at: MS_PER_DAY })).toBe(false);
    expect(isThinnable({ outcome }, check, undefined)).toBe(false);
    expect(isThinnable(undefined, check, { at: MS_PER_DAY - 1 })).toBe(false);
    expect(isThinnable({ outcome }, check, { at: MS_PER_DAY - 1 })).toBe(true);
  });
});
