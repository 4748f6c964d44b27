import { describe, expect, it } from 'vitest';
import { noLicense, reading, seen, unseen } from '../../test/fakes/readings.ts';
import type { Observation } from '../license/observation.ts';
import type { Notice } from './notice.ts';
import { AlertPolicy } from './policy.ts';
import { type AlertState, initialAlertState } from './state.ts';
import { stepAlert } from './step.ts';

const DAY = 86_400_000;
const at = (day: string) => `${day}T10:00:00Z`;

function rules(policy: object = {}) {
  return { site: 'prod', timeZone: 'UTC', policy: AlertPolicy.parse(policy) };
}

/** Everything said over a history, each as `day: kind …`, in the order said. */
function told(history: readonly Observation[], policy: object = {}): string[] {
  return replay(history, policy).map(({ notice }) => {
    const day = new Date(notice.at).toISOString().slice(0, 10);
    const rung = notice.rung === null ? '' : ` ${notice.rung}`;
    const skipped = notice.skippedRungs.length > 0 ? ` skipping ${notice.skippedRungs.join(',')}` : '';
    return `${day}: ${notice.reminder ? 'reminder ' : ''}${notice.kind}${rung}${skipped}`;
  });
}

function replay(
  history: readonly Observation[],
  policy: object = {},
): { notice: Notice; state: AlertState }[] {
  let state = initialAlertState;
  return history.flatMap((observation) => {
    const step = stepAlert(state, observation, rules(policy));
    state = step.state;
    return step.notices.map((notice) => ({ notice, state }));
  });
}

/** One observation a day, at 10:00 UTC, from a day on. */
function daily(
  from: string,
  days: number,
  observe: (at: number, index: number) => Observation,
): Observation[] {
  return Array.from({ length: days }, (_, index) => observe(Date.parse(at(from)) + index * DAY, index));
}

const noReminders = { remind: 'never' };

describe('the ladder', () => {
  it('speaks once per rung on the way down, then once on expiry', () => {
    const history = daily('2027-01-01', 130, (now) => seen(now, reading({ endDate: '2027-05-06' })));
    expect(told(history, noReminders)).toEqual([
      '2027-02-05: expiring 90',
      '2027-03-07: expiring 60',
      '2027-04-06: expiring 30',
      '2027-04-22: expiring 14',
      '2027-04-29: expiring 7',
      '2027-05-03: expiring 3',
      '2027-05-05: expiring 1',
      '2027-05-06: expiring 0',
      '2027-05-07: expired',
    ]);
  });

  it('speaks only the tightest rung after a gap, and names those it skipped', () => {
    const license = reading({ endDate: '2027-05-06' });
    const history = [
      seen(at('2027-01-30'), license),
      seen(at('2027-02-05'), license),
      seen(at('2027-04-26'), license),
    ];
    expect(told(history, noReminders)).toEqual([
      '2027-02-05: expiring 90',
      '2027-04-26: expiring 14 skipping 60,30',
    ]);
  });

  it('names the skipped rungs in the expiry alert when nobody could look in time', () => {
    const license = reading({ endDate: '2027-05-06' });
    const history = [seen(at('2027-04-29'), license), seen(at('2027-05-09'), license)];
    expect(told(history, noReminders)).toEqual([
      '2027-04-29: expiring 7 skipping 90,60,30,14',
      '2027-05-09: expired skipping 3,1,0',
    ]);
  });

  it('goes on from the last confirmed end date while the site cannot be read, and says since when', () => {
    const history = [
      seen(at('2027-04-05'), reading({ endDate: '2027-05-06' })),
      ...daily('2027-04-06', 32, (now) => unseen(now)),
    ];
    expect(told(history, { ...noReminders, visibility: { failures: 1000 } })).toEqual([
      '2027-04-05: expiring 60 skipping 90',
      '2027-04-06: expiring 30',
      '2027-04-22: expiring 14',
      '2027-04-29: expiring 7',
      '2027-05-03: expiring 3',
      '2027-05-05: expiring 1',
      '2027-05-06: expiring 0',
      '2027-05-07: expired',
    ]);
    const { notice } = replay(history).at(-1)!;
    expect(notice.lastConfirmedAt).toBe(Date.parse(at('2027-04-05')));
  });

  it('does not speak again when the clock steps back over a rung', () => {
    const license = reading({ endDate: '2027-05-06' });
    const history = ['2027-04-06T00:30:00Z', '2027-04-05T23:30:00Z', '2027-04-06T00:30:00Z'].map((now) =>
      seen(now, license),
    );
    expect(told(history, { ...noReminders, thresholdDays: [30, 60] })).toEqual([
      '2027-04-06: expiring 30 skipping 60',
    ]);
  });

  it('announces every rung in time after a clock that was months ahead was set right', () => {
    const license = reading({ endDate: '2027-05-06' });
    const history = [
      seen(at('2027-01-01'), license),
      seen(at('2027-05-04'), license), // the clock is four months ahead
      ...daily('2027-01-02', 126, (now) => seen(now, license)),
    ];
    expect(told(history, noReminders)).toEqual([
      '2027-05-04: expiring 3 skipping 90,60,30,14,7',
      '2027-02-05: expiring 90',
      '2027-03-07: expiring 60',
      '2027-04-06: expiring 30',
      '2027-04-22: expiring 14',
      '2027-04-29: expiring 7',
      '2027-05-05: expiring 1',
      '2027-05-06: expiring 0',
      '2027-05-07: expired',
    ]);
  });

  it('counts the calendar days of the site, not of UTC', () => {
    const observation = seen('2027-04-06T03:00:00Z', reading({ endDate: '2027-05-06' }));
    const policy = AlertPolicy.parse({ thresholdDays: 30 });
    const inNewYork = stepAlert(initialAlertState, observation, {
      site: 'a',
      timeZone: 'America/New_York',
      policy,
    });
    const inTokyo = stepAlert(initialAlertState, observation, { site: 'a', timeZone: 'Asia/Tokyo', policy });
    expect(inNewYork.notices).toEqual([]);
    expect(inTokyo.notices).toMatchObject([{ kind: 'expiring', rung: 30 }]);
  });

  it('says nothing about a license that is valid for long, perpetual, or seen again', () => {
    expect(told(daily('2026-11-24', 3, (now) => seen(now, reading())))).toEqual([]);
    const perpetual = reading({ end: { kind: 'perpetual' } });
    expect(told(daily('2026-11-24', 3, (now) => seen(now, perpetual)))).toEqual([]);
  });
});

describe('severity', () => {
  const severityAt = (day: string, policy: object = {}) =>
    replay([seen(at(day), reading({ endDate: '2027-05-06' }))], policy)[0]?.notice.severity;

  it.each([
    ['2027-04-06', 'warning', '30 days left'],
    ['2027-04-28', 'warning', '8 days left'],
    ['2027-04-29', 'critical', '7 days left'],
    ['2027-05-06', 'critical', 'ends today'],
    ['2027-05-07', 'critical', 'expired'],
  ])('on %s is %s (%s)', (day, expected) => {
    expect(severityAt(day)).toBe(expected);
  });

  it('can be set for a single rung', () => {
    expect(severityAt('2027-04-06', { severityByRung: { '30': 'critical' } })).toBe('critical');
  });
});

describe('reminders', () => {
  it('come daily from seven days left and after expiry, not on a day on which a rung spoke', () => {
    const history = daily('2027-04-28', 11, (now) => seen(now, reading({ endDate: '2027-05-06' })));
    expect(told(history, { thresholdDays: [14, 7, 0] })).toEqual([
      '2027-04-28: expiring 14',
      '2027-04-29: expiring 7',
      '2027-04-30: reminder expiring',
      '2027-05-01: reminder expiring',
      '2027-05-02: reminder expiring',
      '2027-05-03: reminder expiring',
      '2027-05-04: reminder expiring',
      '2027-05-05: reminder expiring',
      '2027-05-06: expiring 0',
      '2027-05-07: expired',
      '2027-05-08: reminder expired',
    ]);
  });

  it('come once a day however often the site is checked', () => {
    const license = reading({ endDate: '2027-05-06' });
    const hours = ['04', '08', '12', '16', '20'];
    const history = hours.map((hour) => seen(`2027-05-04T${hour}:00:00Z`, license));
    expect(told([seen(at('2027-05-03'), license), ...history])).toEqual([
      '2027-05-03: expiring 3 skipping 90,60,30,14,7',
      '2027-05-04: reminder expiring',
    ]);
  });

  it('can come at every check, or after a duration', () => {
    const license = reading({ endDate: '2027-05-06' });
    const hours = ['04', '10', '16', '22'].map((hour) => seen(`2027-05-03T${hour}:00:00Z`, license));
    expect(told(hours, { remind: 'every-check' })).toHaveLength(4);
    expect(told(hours, { remind: '12 h' })).toHaveLength(2);
  });

  it('do not come before as many days are left as are set', () => {
    const history = daily('2027-04-20', 10, (now) => seen(now, reading({ endDate: '2027-05-06' })));
    expect(told(history, { thresholdDays: 30, remindFromDays: 8 })).toEqual([
      '2027-04-20: expiring 30',
      '2027-04-28: reminder expiring',
      '2027-04-29: reminder expiring',
    ]);
  });

  it('come after a duration that counts from what was said last, not from midnight', () => {
    const license = reading({ endDate: '2027-05-06' });
    const hours = ['10', '13', '21', '22'].map((hour) => seen(`2027-05-03T${hour}:00:00Z`, license));
    expect(replay(hours, { remind: '12 h' }).map(({ notice }) => notice.at)).toEqual([
      Date.parse('2027-05-03T10:00:00Z'),
      Date.parse('2027-05-03T22:00:00Z'),
    ]);
  });

  it('go on at once after a clock that was far ahead came back', () => {
    const license = reading({ endDate: '2027-05-06' });
    const history = ['2027-05-05T10:00:00Z', '2027-05-03T10:00:00Z'].map((now) => seen(now, license));
    expect(told(history, { thresholdDays: 7, remind: '12 h' })).toEqual([
      '2027-05-05: expiring 7',
      '2027-05-03: reminder expiring',
    ]);
  });

  it('are as urgent as what they repeat', () => {
    const history = daily('2027-04-28', 11, (now) => seen(now, reading({ endDate: '2027-05-06' })));
    const reminders = replay(history, { thresholdDays: 30, remindFromDays: 30 }).slice(1);
    expect(reminders.map(({ notice }) => `${notice.kind} ${notice.severity}`)).toEqual([
      ...Array.from({ length: 8 }, () => 'expiring critical'),
      'expired critical',
      'expired critical',
    ]);
  });

  it('do not come for an end date that is not understood', () => {
    const unreadable = reading({ end: { kind: 'unreadable', why: 'not-understood' } });
    expect(told(daily('2026-11-24', 3, (now) => seen(now, unreadable)))).toEqual(['2026-11-24: unreadable']);
  });

  it('end when the license is renewed', () => {
    const history = [
      seen(at('2027-05-05'), reading({ endDate: '2027-05-06' })),
      ...daily('2027-05-06', 3, (now) => seen(now, reading({ endDate: '2028-05-06' }))),
    ];
    expect(told(history)).toEqual(['2027-05-05: expiring 1 skipping 90,60,30,14,7,3', '2027-05-06: renewed']);
  });

  it('do not repeat a day when the clock went ahead and came back', () => {
    const license = reading({ endDate: '2027-05-06' });
    const days = ['2027-05-04', '2027-05-05', '2027-05-04', '2027-05-05'];
    const history = days.map((day) => seen(at(day), license));
    expect(told(history, { thresholdDays: [7] })).toEqual([
      '2027-05-04: expiring 7',
      '2027-05-05: reminder expiring',
    ]);
  });
});

describe('changes of the license', () => {
  it('tells a renewal with the old end date, and starts a new ladder', () => {
    const history = [
      seen(at('2027-04-30'), reading({ endDate: '2027-05-06' })),
      seen(at('2027-05-01'), reading({ endDate: '2027-06-01' })),
    ];
    expect(told(history)).toEqual([
      '2027-04-30: expiring 7 skipping 90,60,30,14',
      '2027-05-01: renewed',
      '2027-05-01: expiring 60 skipping 90',
    ]);
    expect(replay(history)[1]!.notice.previous?.endDate).toBe('2027-05-06');
  });

  it('tells an end date that moved earlier', () => {
    const history = [
      seen(at('2026-11-24'), reading()),
      seen(at('2026-11-25'), reading({ endDate: '2027-04-01' })),
    ];
    expect(told(history)).toEqual(['2026-11-25: shortened']);
  });

  it('are as urgent as the license is: shortened by what is left, replaced a warning, renewed for information', () => {
    const severities = (...days: readonly (readonly [string, string, string?])[]) =>
      replay(
        days.map(([day, endDate, fingerprint = '0a1b2c3d']) =>
          seen(at(day), reading({ endDate, fingerprint })),
        ),
        { thresholdDays: 0, remind: 'never' },
      ).map(({ notice }) => `${notice.kind} ${notice.severity}`);
    expect(severities(['2026-11-24', '2027-05-06'], ['2026-11-24', '2026-12-02'])).toEqual([
      'shortened warning',
    ]);
    expect(severities(['2026-11-24', '2027-05-06'], ['2026-11-24', '2026-12-01'])).toEqual([
      'shortened critical',
    ]);
    expect(severities(['2026-11-24', '2027-05-06'], ['2026-11-24', '2028-05-06', 'ffffffff'])).toEqual([
      'replaced warning',
      'renewed info',
    ]);
  });

  it('are none when the same date is only written differently', () => {
    const written = (endText: string) => ({
      source: 'key-details' as const,
      endText,
      dateOrder: null,
      endDates: [],
    });
    const history = ['2027-05-06', '06.05.2027', '2027-05-06'].map((endText, day) =>
      seen(at(`2026-11-2${day}`), reading({ evidence: written(endText) })),
    );
    expect(told(history)).toEqual([]);
  });

  it('tells apart a license that no longer ends, and one that ends after all', () => {
    const ends = (...all: readonly (string | null)[]) =>
      replay(
        all.map((date, day) =>
          seen(
            at(`2026-11-2${day}`),
            reading({
              end: date === null ? { kind: 'perpetual' } : { kind: 'date', date },
              evidence: { source: 'key-details', endText: date, dateOrder: null, endDates: [] },
            }),
          ),
        ),
      ).map(({ notice }) => [notice.kind, notice.severity, notice.previous?.endDate]);
    expect(ends('2027-05-06', null)).toEqual([['renewed', 'info', '2027-05-06']]);
    expect(ends(null, '2027-05-06')).toEqual([['shortened', 'warning', null]]);
    expect(ends(null, null)).toEqual([]);
  });

  it('gives two changes to the same end date different ids, as each came from another one', () => {
    const ends = ['2027-05-06', '2027-08-01', '2027-06-06', '2027-08-01', '2027-04-06', '2027-03-06'];
    const shortenedToo = [...ends, '2027-04-01', '2027-03-06'];
    const history = shortenedToo.map((endDate, day) => seen(at(`2026-11-2${day}`), reading({ endDate })));
    const ids = replay(history, { thresholdDays: 0 }).map(({ notice }) => notice.id);
    expect(ids).toHaveLength(7);
    expect(new Set(ids).size).toBe(7);
  });

  it('keeps the number that is known while a reading has none', () => {
    const history = [
      seen(at('2026-11-24'), reading()),
      seen(at('2026-11-25'), reading({ fingerprint: null, licenseNumber: null })),
      seen(at('2026-11-26'), reading({ fingerprint: 'ffffffff', licenseNumber: '…9999' })),
    ];
    expect(told(history)).toEqual(['2026-11-26: replaced']);
  });

  it('tells a license with another number, and its later end as a renewal', () => {
    const other = reading({ fingerprint: 'ffffffff', licenseNumber: '…9999', endDate: '2028-01-01' });
    const history = [seen(at('2026-11-24'), reading()), seen(at('2026-11-25'), other)];
    expect(told(history)).toEqual(['2026-11-25: replaced', '2026-11-25: renewed']);
    expect(replay(history)[0]!.notice.previous).toEqual({ endDate: '2027-05-06', licenseNumber: '…1234' });
  });

  it('holds back the renewal until the server no longer says expired', () => {
    const flagged = { expired: true, blacklisted: false, invalid: false };
    const history = [
      seen(at('2027-05-07'), reading({ endDate: '2027-05-06', flags: flagged })),
      seen(at('2027-05-08'), reading({ endDate: '2028-05-06', flags: flagged })),
      seen(at('2027-05-09'), reading({ endDate: '2028-05-06', flags: { ...flagged, expired: false } })),
    ];
    expect(told(history, noReminders)).toEqual([
      '2027-05-07: expired skipping 90,60,30,14,7,3,1,0',
      '2027-05-08: remark',
      '2027-05-09: renewed',
    ]);
  });

  it('does not take the other reading of the same date text for a renewal', () => {
    const evidence = { source: 'key-details', endText: '05/02/2027', dateOrder: null, endDates: [] } as const;
    const history = [
      seen(at('2026-11-24'), reading({ endDate: '2027-02-05', evidence, remarks: ['ambiguous-date'] })),
      seen(at('2026-11-25'), reading({ endDate: '2027-05-02', evidence })),
    ];
    expect(told(history).filter((line) => /renewed|shortened/.test(line))).toEqual([]);
  });

  it('does not take a date set in the configuration for a renewal', () => {
    const evidence = { source: 'configuration', endText: null, dateOrder: null, endDates: [] } as const;
    const history = [
      seen(at('2026-11-24'), reading()),
      seen(at('2026-11-25'), reading({ endDate: '2029-01-01', evidence })),
      seen(at('2026-11-26'), reading()),
    ];
    expect(told(history)).toEqual([]);
  });
});

describe('trouble', () => {
  const blocked = reading({ flags: { expired: false, blacklisted: true, invalid: false } });
  const future = reading({ startDate: '2027-01-01' });
  const unreadable = reading({ end: { kind: 'unreadable', why: 'not-understood' } });

  it.each([
    ['blocked', blocked],
    ['missing', noLicense],
    ['not-started', future],
    ['unreadable', unreadable],
  ] as const)('%s is told once, its end as recovered', (kind, license) => {
    const healthy = reading();
    const history = [
      seen(at('2026-11-24'), healthy),
      seen(at('2026-11-25'), license),
      seen(at('2026-11-26'), license),
      seen(at('2026-11-27'), healthy),
    ];
    expect(told(history, noReminders)).toEqual([`2026-11-25: ${kind}`, '2026-11-27: recovered']);
  });

  it('gives a second occurrence another id than the first', () => {
    const history = [blocked, reading(), blocked, reading(), blocked].map((license, day) =>
      seen(at(`2026-11-2${day}`), license),
    );
    const ids = replay(history, noReminders).map(({ notice }) => notice.id);
    expect(new Set(ids).size).toBe(5);
  });

  it('passes from one kind of trouble to another without an all-clear between', () => {
    const history = [seen(at('2026-11-24'), blocked), seen(at('2026-11-25'), noLicense)];
    expect(told(history, noReminders)).toEqual(['2026-11-24: blocked', '2026-11-25: missing']);
  });

  it('does not end by the calendar alone, without anybody looking; but the countdown goes on', () => {
    const short = reading({ startDate: '2026-12-01', endDate: '2027-01-15' });
    const history = [
      seen(at('2026-11-30'), short),
      unseen(at('2026-12-02')),
      unseen(at('2026-12-20')),
      seen(at('2026-12-21'), short),
    ];
    expect(told(history, { ...noReminders, thresholdDays: [60, 30], visibility: { failures: 9 } })).toEqual([
      '2026-11-30: not-started',
      '2026-12-02: expiring 60',
      '2026-12-20: expiring 30',
      '2026-12-21: recovered',
    ]);
  });

  it('of a license that nobody sees any more does not end with its countdown outside the ladder', () => {
    const short = reading({ startDate: '2026-12-01', endDate: '2027-05-06' });
    const history = [seen(at('2026-11-30'), short), unseen(at('2026-12-02')), seen(at('2026-12-03'), short)];
    expect(told(history, { ...noReminders, thresholdDays: 30, visibility: { failures: 9 } })).toEqual([
      '2026-11-30: not-started',
      '2026-12-03: recovered',
    ]);
  });

  it('is told anew, once, when another license has the same', () => {
    const other = reading({ ...blocked, fingerprint: 'ffffffff', licenseNumber: '…9999' });
    const history = [
      seen(at('2026-11-24'), blocked),
      seen(at('2026-11-25'), other),
      seen(at('2026-11-26'), other),
    ];
    expect(told(history, noReminders)).toEqual([
      '2026-11-24: blocked',
      '2026-11-25: replaced',
      '2026-11-25: blocked',
    ]);
  });

  it('goes on as a reminder when the license only becomes shorter', () => {
    const shorter = reading({ ...blocked, endDate: '2027-04-01' });
    const evidence = { ...shorter.evidence, endText: '2027-04-01' };
    const history = [
      seen(at('2026-11-24'), blocked),
      seen(at('2026-11-25'), { ...shorter, end: { kind: 'date', date: '2027-04-01' }, evidence }),
    ];
    expect(told(history, noReminders)).toEqual(['2026-11-24: blocked', '2026-11-25: shortened']);
  });

  it('is repeated daily where users cannot work', () => {
    expect(told(daily('2026-11-24', 3, (now) => seen(now, noLicense)))).toEqual([
      '2026-11-24: missing',
      '2026-11-25: reminder missing',
      '2026-11-26: reminder missing',
    ]);
  });

  it('names the last end date that was understood', () => {
    const history = [seen(at('2026-11-24'), reading()), seen(at('2026-11-25'), unreadable)];
    expect(replay(history)[0]!.notice.previous?.endDate).toBe('2027-05-06');
  });

  it('tells expiry again after the clock was wrong, with another id', () => {
    const license = reading({ endDate: '2027-05-06' });
    const history = ['2028-01-01', '2026-11-24', '2027-05-07'].map((day) => seen(at(day), license));
    const notices = replay(history, noReminders).map(({ notice }) => notice);
    expect(notices.map(({ kind }) => kind)).toEqual(['expired', 'recovered', 'expired']);
    expect(notices[0]!.id).not.toBe(notices[2]!.id);
  });
});

describe('remarks', () => {
  it('are told once for a license and its end date', () => {
    const license = reading({
      remarks: ['several-end-dates', 'ambiguous-date', 'no-flag', 'manual-end-date'],
    });
    const history = daily('2026-11-24', 3, (now) => seen(now, license));
    expect(replay(history).map(({ notice }) => notice.remark)).toEqual([
      'several-end-dates',
      'ambiguous-date',
    ]);
  });

  it.each([
    ['ambiguous-date', 'warning'],
    ['several-end-dates', 'info'],
  ] as const)('%s is told as %s', (remark, severity) => {
    const { notice } = replay([seen(at('2026-11-24'), reading({ remarks: [remark] }))])[0]!;
    expect(notice).toMatchObject({ kind: 'remark', remark, severity });
  });

  it('that contradict the end date are a warning, told as soon as they are read', () => {
    const flags = { expired: true, blacklisted: false, invalid: false };
    const { notice } = replay([seen(at('2026-11-24'), reading({ flags }))]).at(-1)!;
    expect(notice).toMatchObject({ kind: 'remark', remark: 'flags-disagree', severity: 'warning' });
  });

  it('that contradict a later end date still do so while the site cannot be read', () => {
    const flags = { expired: true, blacklisted: false, invalid: false };
    const history = [seen(at('2026-11-24'), reading({ flags })), unseen(at('2026-11-25'))];
    expect(replay(history).at(-1)!.notice.verdict!.remarks).toEqual(['flags-disagree']);
  });

  it('about an old definition are told when read, not when the site could not be read since', () => {
    const license = reading({ definitionUpdatedAt: Date.parse(at('2026-11-20')) });
    expect(
      replay([seen(at('2026-11-24'), license)]).map(({ notice }) => [notice.remark, notice.severity]),
    ).toEqual([['definition-stale', 'info']]);
    const later = [seen(at('2026-11-22'), { ...license, remarks: ['no-flag'] }), unseen(at('2027-02-05'))];
    expect(replay(later).at(-1)!.notice).toMatchObject({
      kind: 'expiring',
      verdict: { remarks: ['no-flag'] },
    });
  });

  it('are none about a site that was never read, and are told again for another license', () => {
    expect(told([unseen(at('2026-11-24'))])).toEqual([]);
    const ambiguous = (fingerprint: string | null) => reading({ fingerprint, remarks: ['ambiguous-date'] });
    const history = ['0a1b2c3d', 'ffffffff', 'ffffffff', null, null].map((fingerprint, day) =>
      seen(at(`2026-11-2${day}`), ambiguous(fingerprint)),
    );
    const remarks = replay(history).filter(({ notice }) => notice.kind === 'remark');
    expect(remarks.map(({ notice }) => new Date(notice.at).getUTCDate())).toEqual([20, 21, 23]);
    expect(new Set(remarks.map(({ notice }) => notice.id)).size).toBe(3);
  });

  it('of one license have ids of their own', () => {
    const license = reading({ remarks: ['several-end-dates', 'ambiguous-date'] });
    const ids = replay([seen(at('2026-11-24'), license)]).map(({ notice }) => notice.id);
    expect(new Set(ids).size).toBe(2);
  });

  it('do not call a flag from before the end date a contradiction', () => {
    const flags = { expired: false, blacklisted: false, invalid: false };
    const history = [
      seen(at('2027-05-06'), reading({ endDate: '2027-05-06', flags })),
      unseen(at('2027-05-08')),
    ];
    const notices = replay(history).map(({ notice }) => notice);
    expect(notices.map(({ kind }) => kind)).toEqual(['expiring', 'expired']);
    expect(notices[1]!.verdict!.remarks).toEqual([]);
  });
});

describe('visibility', () => {
  it('tells a site that cannot be read after enough failures and long enough, once, and when it can again', () => {
    const minute = 60_000;
    const start = Date.parse(at('2026-11-24'));
    const failures = [0, 10, 20, 30, 60, 90, 600].map((minutes) => unseen(start + minutes * minute));
    const history = [...failures, seen(start + 700 * minute, reading())];
    expect(replay(history).map(({ notice }) => [notice.kind, (notice.at - start) / minute])).toEqual([
      ['unreachable', 60],
      ['reachable', 700],
    ]);
  });

  it('needs several failures, however long they take', () => {
    expect(told([unseen(at('2026-11-24')), unseen(at('2026-11-25'))])).toEqual([]);
    expect(told(daily('2026-11-24', 3, (now) => unseen(now)))).toEqual(['2026-11-26: unreachable']);
  });

  it('says why, since when, and that it was never read', () => {
    const { notice } = replay(daily('2026-11-24', 3, (now) => unseen(now)))[0]!;
    expect(notice).toMatchObject({
      verdict: null,
      lastConfirmedAt: null,
      unreachable: { since: Date.parse(at('2026-11-24')), reason: 'refused' },
    });
  });

  it('is a warning, and its end is for information and says how long it was and why', () => {
    const history = [...daily('2026-11-24', 3, (now) => unseen(now)), seen(at('2026-11-28'), reading())];
    const unreachable = {
      since: Date.parse(at('2026-11-24')),
      reason: 'refused',
      detail: expect.stringContaining('port 4242'),
    };
    expect(replay(history).map(({ notice }) => notice)).toMatchObject([
      { kind: 'unreachable', severity: 'warning', unreachable },
      { kind: 'reachable', severity: 'info', unreachable },
    ]);
  });

  it('gives each episode its own id', () => {
    const episode = (from: string) => daily(from, 3, (now) => unseen(now));
    const history = [...episode('2026-11-01'), seen(at('2026-11-05'), reading()), ...episode('2026-11-10')];
    const ids = replay(history).map(({ notice }) => notice.id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  it('does not hide the license track', () => {
    const history = [
      seen(at('2027-05-04'), reading({ endDate: '2027-05-06' })),
      ...daily('2027-05-05', 3, (now) => unseen(now)),
    ];
    expect(told(history, noReminders)).toEqual([
      '2027-05-04: expiring 3 skipping 90,60,30,14,7',
      '2027-05-05: expiring 1',
      '2027-05-06: expiring 0',
      '2027-05-07: unreachable',
      '2027-05-07: expired',
    ]);
  });
});

describe('the client certificate', () => {
  const ends = { client: Date.parse('2026-12-24T08:00:00Z'), root: null, server: null };

  it('is told 30, 7 and 1 days before its end and on the day, each once', () => {
    const history = daily('2026-11-20', 36, (now) => seen(now, reading(), ends));
    expect(told(history)).toEqual([
      '2026-11-24: certificate-expiring',
      '2026-12-17: certificate-expiring',
      '2026-12-23: certificate-expiring',
      '2026-12-24: certificate-expiring',
    ]);
  });

  it('is told also when the site cannot be read', () => {
    expect(told([unseen(at('2026-12-01'), ends)])).toEqual(['2026-12-01: certificate-expiring']);
  });

  it('becomes critical in its last week; every warning has its own id and says when it ends', () => {
    const history = daily('2026-11-20', 36, (now) => seen(now, reading(), ends));
    const notices = replay(history).map(({ notice }) => notice);
    expect(notices.map(({ severity }) => severity)).toEqual(['warning', 'critical', 'critical', 'critical']);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(4);
    expect(notices[0]!.certificateEndsAt).toBe(ends.client);
  });

  it('is a warning until its last week, also where it is told first at eight days', () => {
    const { notice } = replay([seen(at('2026-12-16'), reading(), ends)], { certificateDays: 8 })[0]!;
    expect(notice.severity).toBe('warning');
  });

  it('is not told earlier than was asked for', () => {
    const history = daily('2026-11-20', 36, (now) => seen(now, reading(), ends));
    expect(told(history, { certificateDays: 5 })).toEqual([
      '2026-12-19: certificate-expiring',
      '2026-12-23: certificate-expiring',
      '2026-12-24: certificate-expiring',
    ]);
  });

  it('is remembered as told, the latest twenty warnings', () => {
    const history = Array.from({ length: 9 }, (_, year) =>
      daily(`${2027 + year}-12-01`, 24, (now) =>
        unseen(now, { ...ends, client: Date.parse(`${2027 + year}-12-24T08:00:00Z`) }),
      ),
    ).flat();
    const { state } = replay(history, { visibility: { failures: 1000 } }).at(-1)!;
    const endsLast = Date.parse('2035-12-24T08:00:00Z');
    expect(state.certificatesTold).toHaveLength(20);
    expect(new Set(state.certificatesTold).size).toBe(20);
    expect(state.certificatesTold.slice(-4)).toEqual([30, 7, 1, 0].map((days) => `${endsLast}:${days}`));
  });

  it('is told anew for the next certificate', () => {
    const next = { ...ends, client: Date.parse('2027-12-24T08:00:00Z') };
    const history = [
      seen(at('2026-12-01'), reading(), ends),
      seen(at('2027-12-01'), reading({ endDate: '2030-01-01' }), next),
    ];
    expect(told(history).filter((line) => line.endsWith('certificate-expiring'))).toHaveLength(2);
  });
});
