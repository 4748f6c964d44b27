import { describe, expect, it } from 'vitest';
import type { Remark, Verdict } from '../license/reading.ts';
import type { Notice } from './notice.ts';
import { stateInWords, wordNotice, wordStatus } from './wording.ts';

const at = Date.parse('2027-04-06T10:00:00Z');
const ending: Verdict = { state: 'expiring', endDate: '2027-05-06', daysLeft: 30, remarks: [] };
const undated = { endDate: null, daysLeft: null };

function notice(changes: Partial<Notice>): Notice {
  return {
    id: '0123456789abcdef0123456789abcdef',
    kind: 'expiring',
    severity: 'warning',
    at,
    verdict: ending,
    lastConfirmedAt: at,
    rung: null,
    skippedRungs: [],
    silencedRungs: [],
    reminder: false,
    previous: null,
    remark: null,
    certificateEndsAt: null,
    unreachable: null,
    ...changes,
  };
}

/** What a person reads when the license number is not known and the server gave no reason. */
function read(changes: Partial<Notice>, context: { expiredReason?: string; licenseNumber?: string } = {}) {
  return wordNotice(notice(changes), { site: 'prod', expiredReason: '', licenseNumber: null, ...context });
}

const renewalAdvice =
  'A renewal takes its time in purchasing. Once renewed, a site with internet access shows the new date within 24 hours, or at once ' +
  'after a license refresh in the QMC; an offline site needs the new signed license definition applied by hand.';
const applyIt =
  'The site is disabled or about to be. Apply the renewed license in the QMC, then refresh it there.';
const whenItWas = { endDate: '2027-01-31', licenseNumber: '…9876' };
const unreachable = {
  since: Date.parse('2027-04-05T08:00:00Z'),
  reason: 'refused',
  detail: 'Nobody listens.',
};

describe('each kind of message says in full what happened and what to do next', () => {
  it.each<[string, Partial<Notice>, string, string]>([
    [
      'expiring',
      {},
      'Qlik Sense license ends in 30 days, on 2027-05-06',
      `The server license ends in 30 days, on 2027-05-06. When the license ends, the site is disabled and nobody can work. ${renewalAdvice}`,
    ],
    [
      'expired by its date',
      { kind: 'expired', verdict: { ...ending, state: 'expired', daysLeft: -1 } },
      'Qlik Sense license ended yesterday, on 2027-05-06',
      `The server license ended yesterday, on 2027-05-06. ${applyIt}`,
    ],
    [
      'expired, though its last day has not passed',
      { kind: 'expired', verdict: { ...ending, state: 'expired', daysLeft: 0 } },
      'Qlik Sense license has expired, says the server',
      `The server says that its license has expired, although its end date is 2027-05-06. ${applyIt}`,
    ],
    [
      'expired without a date',
      { kind: 'expired', verdict: { ...ending, ...undated, state: 'expired' } },
      'Qlik Sense license has expired, says the server',
      `The server says that its license has expired. ${applyIt}`,
    ],
    [
      'renewed',
      { kind: 'renewed', previous: whenItWas },
      'Qlik Sense license renewed, now ends on 2027-05-06',
      'The end date moved from 2027-01-31 to 2027-05-06. Nothing to do; reminders about the old date end.',
    ],
    [
      'renewed for ever',
      { kind: 'renewed', verdict: { ...ending, ...undated, state: 'perpetual' }, previous: whenItWas },
      'Qlik Sense license renewed, now without an end date',
      'The end date moved from 2027-01-31 to none. Nothing to do; reminders about the old date end.',
    ],
    [
      'renewed where no date was known',
      { kind: 'renewed' },
      'Qlik Sense license renewed, now ends on 2027-05-06',
      'The end date moved from none to 2027-05-06. Nothing to do; reminders about the old date end.',
    ],
    [
      'shortened',
      { kind: 'shortened', previous: { ...whenItWas, endDate: '2028-01-31' } },
      'Qlik Sense license now ends earlier, on 2027-05-06',
      'The end date moved from 2028-01-31 to 2027-05-06. If nobody changed the license on purpose, ask your Qlik contact.',
    ],
    [
      'shortened from no end at all',
      { kind: 'shortened' },
      'Qlik Sense license now ends earlier, on 2027-05-06',
      'The end date moved from none to 2027-05-06. If nobody changed the license on purpose, ask your Qlik contact.',
    ],
    [
      'replaced',
      { kind: 'replaced', previous: whenItWas },
      'Qlik Sense license replaced by one with another number',
      'It was …9876, ending on 2027-01-31; the new one is: license ends in 30 days, on 2027-05-06.',
    ],
    [
      'replaced, and nothing is known of either',
      { kind: 'replaced', verdict: null },
      'Qlik Sense license replaced by one with another number',
      'It was unknown; the new one is unknown.',
    ],
    [
      'blocked',
      { kind: 'blocked' },
      'Qlik Sense license is blocked',
      'The server says that its license is deny-listed or invalid, so users may be locked out. Look at the license in the QMC and ' +
        'contact Qlik Support with the license number.',
    ],
    [
      'missing',
      { kind: 'missing', previous: whenItWas },
      'Qlik Sense site has no license',
      'The server says that no license is installed, so nobody can work. The last one known ended on 2027-01-31. Apply a license in the QMC.',
    ],
    [
      'missing from the beginning',
      { kind: 'missing' },
      'Qlik Sense site has no license',
      'The server says that no license is installed, so nobody can work. Apply a license in the QMC.',
    ],
    [
      'unreadable',
      { kind: 'unreadable', previous: whenItWas },
      'Qlik Sense license has an end date that is not understood',
      'A license is installed, but when it ends cannot be told, so no countdown can warn you. The last end date that was understood is ' +
        '2027-01-31. Look at the date in the QMC, set `manualEndDate` for this site in the configuration (or `perpetual: true` if it has ' +
        'none), and report the rendering of the date so that it can be supported.',
    ],
    [
      'unreadable from the beginning',
      { kind: 'unreadable' },
      'Qlik Sense license has an end date that is not understood',
      'A license is installed, but when it ends cannot be told, so no countdown can warn you. Look at the date in the QMC, set ' +
        '`manualEndDate` for this site in the configuration (or `perpetual: true` if it has none), and report the rendering of the date ' +
        'so that it can be supported.',
    ],
    [
      'not started',
      { kind: 'not-started' },
      'Qlik Sense license has not started yet',
      'The installed license starts in the future and ends on 2027-05-06, so nobody can work until then. If that is not wanted, apply a ' +
        'license that is valid today.',
    ],
    [
      'not started, without an end',
      { kind: 'not-started', verdict: { ...ending, ...undated, state: 'not-started' } },
      'Qlik Sense license has not started yet',
      'The installed license starts in the future, so nobody can work until then. If that is not wanted, apply a license that is valid today.',
    ],
    [
      'recovered',
      { kind: 'recovered' },
      'Qlik Sense license works again: license ends in 30 days, on 2027-05-06',
      'The earlier problem is gone. Nothing to do.',
    ],
    [
      'unreachable from the beginning',
      { kind: 'unreachable', verdict: null, lastConfirmedAt: null, unreachable },
      'Qlik Sense license cannot be read since 2027-04-05 08:00 UTC',
      'Nobody listens. It has never been read, so nobody watches its end date.',
    ],
    [
      'unreachable after it was read',
      { kind: 'unreachable', lastConfirmedAt: at - 3_600_000, unreachable },
      'Qlik Sense license cannot be read since 2027-04-05 08:00 UTC',
      'Nobody listens. The countdown goes on from the last reading: license ends in 30 days, on 2027-05-06. Last confirmed at ' +
        '2027-04-06 09:00 UTC; the site could not be read since then.',
    ],
    [
      'reachable',
      { kind: 'reachable', unreachable },
      'Qlik Sense license can be read again: license ends in 30 days, on 2027-05-06',
      'It could not be read since 2027-04-05 08:00 UTC. Nothing to do.',
    ],
    [
      'reachable, with nothing known of the license',
      { kind: 'reachable', verdict: null, unreachable },
      'Qlik Sense license can be read again',
      'It could not be read since 2027-04-05 08:00 UTC. Nothing to do.',
    ],
    [
      'certificate ends',
      { kind: 'certificate-expiring', certificateEndsAt: at + 60_000 },
      'client certificate ends at 2027-04-06 10:01 UTC',
      'Without it the site cannot be read, and nobody watches the end of its license. Export new certificates from the QMC ' +
        '(Certificates, format PEM, with secret key) into the folder named in the configuration; they are picked up without a restart.',
    ],
    [
      'certificate ended this moment',
      { kind: 'certificate-expiring', certificateEndsAt: at },
      'client certificate ended at 2027-04-06 10:00 UTC',
      'Without it the site cannot be read, and nobody watches the end of its license. Export new certificates from the QMC ' +
        '(Certificates, format PEM, with secret key) into the folder named in the configuration; they are picked up without a restart.',
    ],
  ])('%s', (_what, changes, title, text) => {
    expect(read(changes)).toEqual({ title: `prod: ${title}`, text });
  });

  it.each<[Remark, string, string]>([
    [
      'flags-disagree',
      'Qlik Sense contradicts itself about its license',
      "The server's own flag and the end date 2027-05-06 do not agree on whether the license has expired. The worse of the two counts. " +
        'Refresh the license in the QMC and check the date and clock there.',
    ],
    [
      'several-end-dates',
      'Qlik Sense license has several end dates, the earliest is 2027-05-06',
      'Parts of the license end on different days. The earliest governs the alerts.',
    ],
    [
      'ambiguous-date',
      'Qlik Sense license end date is ambiguous, read as 2027-05-06',
      'Day and month could be the other way round; the earlier reading counts until then. Look at the date in the QMC and set ' +
        '`dateOrder: dmy` or `mdy` for this site in the configuration.',
    ],
    [
      'definition-stale',
      'Qlik Sense has not refreshed its license definition for days',
      'A site with internet access refreshes it every 24 hours; without that a renewal does not arrive by itself. Check its way to the ' +
        'license server, or for an offline site set `definitionStaleAfterDays: null`.',
    ],
    ['no-flag', 'Qlik Sense license: no-flag', ''],
    ['manual-end-date', 'Qlik Sense license: manual-end-date', ''],
  ])('the remark %s', (remark, title, text) => {
    expect(read({ kind: 'remark', remark })).toEqual({ title: `prod: ${title}`, text });
  });
});

describe('the text adds what the reader should know besides', () => {
  it.each<[string, Partial<Notice>, { expiredReason?: string; licenseNumber?: string }, string]>([
    [
      'one rung that was skipped',
      { skippedRungs: [60] },
      {},
      'because nobody could look in time: 60 days ahead.',
    ],
    [
      'rungs that were silenced',
      { silencedRungs: [90, 60] },
      {},
      'because it was acknowledged: 90 and 60 days ahead.',
    ],
    ['that it is a reminder', { reminder: true }, {}, 'This is a reminder.'],
    [
      'that the date is set by hand',
      { verdict: { ...ending, remarks: ['no-flag', 'manual-end-date'] } },
      {},
      'The end date is the one set in the configuration, not one that the server told.',
    ],
    ['the end of the license number', {}, { licenseNumber: '…1234' }, 'License number …1234.'],
    [
      "the server's reason",
      { kind: 'expired', verdict: { ...ending, state: 'expired', daysLeft: -1 } },
      { expiredReason: 'Contract ended' },
      "The server's reason: Contract ended",
    ],
  ])('%s', (_what, changes, context, sentence) => {
    expect(read(changes, context).text).toContain(sentence);
    expect(read({}).text).not.toContain(sentence);
  });
});

describe('a verdict in a few words', () => {
  it.each<[Partial<Verdict>, string]>([
    [{ state: 'valid', daysLeft: 163 }, 'license ends in 163 days, on 2027-05-06'],
    [{ state: 'expiring', daysLeft: 1 }, 'license ends tomorrow, on 2027-05-06'],
    [{ state: 'expired', daysLeft: -2 }, 'license ended 2 days ago, on 2027-05-06'],
    [{ state: 'expired', daysLeft: 0 }, 'license expired, ends today, on 2027-05-06'],
    [{ state: 'expired', ...undated }, 'license expired'],
    [{ state: 'blocked' }, 'license blocked, ends in 30 days, on 2027-05-06'],
    [{ state: 'blocked', ...undated }, 'license blocked'],
    [{ state: 'missing' }, 'no license installed'],
    [{ state: 'not-started' }, 'license not started yet, ends in 30 days, on 2027-05-06'],
    [{ state: 'perpetual', ...undated }, 'license without an end date'],
    [{ state: 'unreadable', ...undated }, 'license with an end date that is not understood'],
    [{ state: 'valid', ...undated }, 'license has no end date'],
  ])('%o', (changes, words) => {
    expect(stateInWords({ ...ending, ...changes })).toBe(words);
  });
});

it('the status of a site that cannot be read says when it last could', () => {
  expect(wordStatus('prod', { verdict: ending, lastConfirmedAt: at, failure: 'Nobody listens.' })).toEqual({
    title: 'prod: cannot be read; license ends in 30 days, on 2027-05-06',
    text: 'Nobody listens. Last confirmed at 2027-04-06 10:00 UTC.',
  });
});
