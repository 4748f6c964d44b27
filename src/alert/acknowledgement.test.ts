import { describe, expect, it } from 'vitest';
import { noLicense, reading, seen, unseen } from '../../test/fakes/readings.ts';
import type { Observation } from '../license/observation.ts';
import type { LicenseReading } from '../license/reading.ts';
import { type Acknowledged, acknowledge, withdraw } from './acknowledgement.ts';
import { acknowledgementAt, speaksAgainOn } from './acknowledgement-end.ts';
import { AlertPolicy } from './policy.ts';
import { type AlertState, initialAlertState } from './state.ts';
import { stepAlert } from './step.ts';
import { verdictAt } from './verdict.ts';

const DAY = 86_400_000;
const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);
const unreadable = reading({
  end: { kind: 'unreadable', why: 'not-understood' },
  evidence: { source: 'key-details', endText: null, dateOrder: null, endDates: [] },
});
const blocked = (license: LicenseReading): LicenseReading => ({
  ...license,
  flags: { expired: null, blacklisted: true, invalid: false },
});

/** One site through its days. Checks at 10:00 UTC, people at 12:00. */
function site(policy: object = {}) {
  const rules = { site: 'prod', timeZone: 'UTC', policy: AlertPolicy.parse(policy) };
  let state: AlertState = initialAlertState;
  const said: string[] = [];
  const ids: string[] = [];

  const self = {
    said,
    ids,
    state: () => state,
    rules,
    observe(observation: Observation) {
      const step = stepAlert(JSON.parse(JSON.stringify(state)) as AlertState, observation, rules);
      state = step.state;
      for (const notice of step.notices) {
        const day = new Date(notice.at).toISOString().slice(0, 10);
        const rung = notice.rung === null ? '' : ` ${notice.rung}`;
        const silenced = notice.silencedRungs.length > 0 ? ` silenced ${notice.silencedRungs.join(',')}` : '';
        const skipped = notice.skippedRungs.length > 0 ? ` skipping ${notice.skippedRungs.join(',')}` : '';
        said.push(`${day}: ${notice.reminder ? 'reminder ' : ''}${notice.kind}${rung}${skipped}${silenced}`);
        ids.push(notice.id);
      }
      return self;
    },
    check: (day: string, license: LicenseReading = reading()) =>
      self.observe(seen(`${day}T10:00:00Z`, license)),
    /** A check each day, from and to including. */
    days(from: string, to: string, license: LicenseReading = reading()) {
      for (let at = Date.parse(`${from}T10:00:00Z`); at <= Date.parse(`${to}T10:00:00Z`); at += DAY) {
        self.observe(seen(at, license));
      }
      return self;
    },
    try(
      day: string,
      until: string,
      more: { covers?: boolean; by?: string; why?: string } = {},
    ): Acknowledged {
      return acknowledge(
        state,
        {
          by: more.by ?? 'Anna',
          why: more.why ?? 'the renewal is ordered',
          until: until === 'next-rung' ? { kind: until } : { kind: 'date', date: until },
          coversExpiredAndBlocked: more.covers ?? false,
        },
        rules,
        noon(day),
      );
    },
    acknowledge(day: string, until: string, more: { covers?: boolean } = {}) {
      const result: Acknowledged = self.try(day, until, more);
      if (result.kind !== 'acknowledged') throw new Error(JSON.stringify(result));
      state = result.state;
      said.push(`${day}: acknowledged`);
      ids.push(result.notice.id);
      return self;
    },
    withdraw(day: string) {
      const withdrawn = withdraw(state, 'Bert', rules, noon(day));
      if (withdrawn === undefined) throw new Error('not acknowledged');
      state = withdrawn.state;
      said.push(`${day}: withdrawn`);
      ids.push(withdrawn.notice.id);
      return self;
    },
    holdsOn: (day: string) =>
      acknowledgementAt(state, verdictAt(state.confirmed, noon(day), rules), rules, noon(day)) !== null,
  };
  return self;
}

describe('until a date, it', () => {
  it('silences reminders and rungs, and that day the tightest rung that was silenced is spoken', () => {
    const { said } = site()
      .check('2027-04-01')
      .acknowledge('2027-04-01', '2027-05-01')
      .days('2027-04-02', '2027-05-04');
    expect(said).toEqual([
      '2027-04-01: expiring 60 skipping 90',
      '2027-04-01: acknowledged',
      '2027-05-01: expiring 7 silenced 30,14',
      '2027-05-02: reminder expiring',
      '2027-05-03: expiring 3',
      '2027-05-04: reminder expiring',
    ]);
  });

  it('is followed by reminders where no rung was silenced', () => {
    const { said } = site()
      .check('2027-04-29')
      .acknowledge('2027-04-29', '2027-05-01')
      .days('2027-04-30', '2027-05-02');
    expect(said.slice(2)).toEqual(['2027-05-01: reminder expiring', '2027-05-02: reminder expiring']);
  });

  it('names a silenced rung once, in the first alert after it', () => {
    const { said } = site({ remind: 'never' })
      .check('2027-04-01')
      .acknowledge('2027-04-01', '2027-04-10')
      .check('2027-04-06')
      .days('2027-04-22', '2027-04-30');
    expect(said.slice(2)).toEqual(['2027-04-22: expiring 14 silenced 30', '2027-04-29: expiring 7']);
  });

  it('counts the days of the site', () => {
    const rules = { site: 'prod', timeZone: 'Australia/Sydney', policy: AlertPolicy.parse({}) };
    const { state } = stepAlert(initialAlertState, seen('2027-04-30T01:00:00Z', reading()), rules);
    const request = { by: 'Anna', why: 'known', coversExpiredAndBlocked: false } as const;
    const result = acknowledge(
      state,
      { ...request, until: { kind: 'date', date: '2027-05-02' } },
      rules,
      Date.parse('2027-04-30T02:00:00Z'),
    );
    if (result.kind !== 'acknowledged') throw new Error(result.kind);
    // 2 May begins in Sydney at 14:00 UTC of 1 May.
    const before = stepAlert(result.state, seen('2027-05-01T13:59:00Z', reading()), rules);
    expect(before.notices).toEqual([]);
    expect(stepAlert(before.state, seen('2027-05-01T14:01:00Z', reading()), rules).notices).toHaveLength(1);
  });
});

describe('until the next rung, it', () => {
  it('silences reminders, and ends with exactly the next tighter rung', () => {
    const { said } = site()
      .check('2027-04-30')
      .acknowledge('2027-04-30', 'next-rung')
      .days('2027-05-01', '2027-05-04');
    expect(said.slice(1)).toEqual([
      '2027-04-30: acknowledged',
      '2027-05-03: expiring 3',
      '2027-05-04: reminder expiring',
    ]);
  });

  it('is about a rung that is reached but that no check has announced yet, not the next one', () => {
    const { said } = site({ remind: 'never' })
      .check('2027-04-05')
      .acknowledge('2027-04-06', 'next-rung') // 30 days left since midnight
      .days('2027-04-07', '2027-04-22');
    expect(said.slice(2)).toEqual(['2027-04-22: expiring 14 silenced 30']);
  });

  it('names that rung as silenced also where no check comes before the next one', () => {
    const { said } = site({ remind: 'never' })
      .check('2027-04-05')
      .acknowledge('2027-04-06', 'next-rung')
      .check('2027-04-22');
    expect(said.slice(2)).toEqual(['2027-04-22: expiring 14 silenced 30']);
  });

  it('lasts until the license has ended, where no rung is left', () => {
    const one = site().check('2027-05-06').acknowledge('2027-05-06', 'next-rung');
    expect(one.check('2027-05-07').said.slice(2)).toEqual(['2027-05-07: expired']);
    const covered = site().check('2027-05-06').acknowledge('2027-05-06', 'next-rung', { covers: true });
    expect(covered.check('2027-05-07').said.slice(2)).toEqual(['2027-05-07: expired']);
  });

  it('silences the classic form, which speaks at every check, until the end', () => {
    const butler = { thresholdDays: 60, remind: 'every-check', remindFromDays: 60 };
    const { said } = site(butler)
      .days('2027-04-01', '2027-04-02')
      .acknowledge('2027-04-02', 'next-rung')
      .days('2027-04-03', '2027-05-08');
    expect(said).toEqual([
      '2027-04-01: expiring 60',
      '2027-04-02: reminder expiring',
      '2027-04-02: acknowledged',
      '2027-05-07: expired',
      '2027-05-08: reminder expired',
    ]);
  });
});

it('silences the classic form until a date', () => {
  const { said } = site({ thresholdDays: 60, remind: 'every-check', remindFromDays: 60 })
    .check('2027-04-01')
    .acknowledge('2027-04-01', '2027-04-03')
    .days('2027-04-02', '2027-04-04');
  expect(said.slice(2)).toEqual(['2027-04-03: reminder expiring', '2027-04-04: reminder expiring']);
});

describe('it never covers', () => {
  it('expired, unless asked to', () => {
    const { said } = site()
      .check('2027-05-05')
      .acknowledge('2027-05-05', '2027-06-01')
      .days('2027-05-06', '2027-05-08');
    expect(said.slice(2)).toEqual(['2027-05-07: expired silenced 0', '2027-05-08: reminder expired']);
  });

  it('blocked, unless asked to, and does not come back once that is over', () => {
    const { said } = site()
      .check('2027-05-04')
      .acknowledge('2027-05-04', '2027-06-01')
      .check('2027-05-05', blocked(reading()))
      .check('2027-05-06');
    expect(said.slice(2)).toEqual([
      '2027-05-05: blocked',
      '2027-05-06: recovered',
      '2027-05-06: expiring 0 skipping 1',
    ]);
  });

  it.each([
    ['missing', noLicense],
    ['unreadable', unreadable],
    ['not-started', reading({ startDate: '2027-05-06' })],
  ])('%s that begins, not even when asked to cover expired and blocked', (kind, license) => {
    const { said } = site()
      .check('2027-05-04')
      .acknowledge('2027-05-04', '2027-06-01', { covers: true })
      .check('2027-05-05', license);
    expect(said.at(-1)).toBe(`2027-05-05: ${kind}`);
  });

  it('what is not about the end of the license', () => {
    const { said } = site({ visibility: { failures: 1, after: '0 s' } })
      .check('2027-05-04')
      .acknowledge('2027-05-04', '2027-06-01', { covers: true })
      .observe(unseen('2027-05-05T10:00:00Z'))
      .check('2027-05-05', reading({ remarks: ['several-end-dates'] }));
    expect(said.slice(2)).toEqual(['2027-05-05: unreachable', '2027-05-05: reachable', '2027-05-05: remark']);
  });
});

describe('asked to cover expired and blocked, it', () => {
  it('keeps both for the day on which it ends, should they still be there', () => {
    const { said } = site()
      .check('2027-05-05')
      .acknowledge('2027-05-05', '2027-05-20', { covers: true })
      .days('2027-05-06', '2027-05-10')
      .days('2027-05-11', '2027-05-21', blocked(reading()));
    expect(said.slice(2)).toEqual(['2027-05-20: blocked', '2027-05-21: reminder blocked']);
  });

  it('names the rungs that nobody heard of when it says that the license has expired', () => {
    const { said } = site()
      .check('2027-05-05')
      .acknowledge('2027-05-05', '2027-05-20', { covers: true })
      .days('2027-05-06', '2027-05-20');
    expect(said.slice(2)).toEqual(['2027-05-20: expired silenced 0']);
  });

  it('silences the reminders of what was told, and reminds again afterwards', () => {
    const { said } = site()
      .check('2027-05-07')
      .acknowledge('2027-05-07', '2027-05-10', { covers: true })
      .days('2027-05-08', '2027-05-11');
    expect(said.slice(2)).toEqual(['2027-05-10: reminder expired', '2027-05-11: reminder expired']);
  });
});

describe('it ends by itself', () => {
  const acknowledged = () => site().check('2027-04-29').acknowledge('2027-04-29', '2027-06-01');

  it.each([
    ['renewed', reading({ endDate: '2028-05-06' })],
    ['shortened', reading({ endDate: '2027-05-02' })],
    ['replaced', reading({ fingerprint: 'ffffffff' })],
  ])('when the license is %s', (kind, license) => {
    const one = acknowledged().check('2027-04-30', license);
    expect(one.said[2]).toBe(`2027-04-30: ${kind}`);
    expect(one.state().acknowledgement).toBeUndefined();
  });

  it('when the clock by which it was reckoned turns out to have been wrong', () => {
    const one = site({ remind: 'never' }).check('2027-04-29').acknowledge('2027-04-29', '2027-06-01');
    one.days('2027-02-01', '2027-02-06');
    expect(one.said.slice(2)).toEqual(['2027-02-05: expiring 90']);
  });

  it('when the trouble is over that it was about', () => {
    const one = site().check('2027-01-04', noLicense).acknowledge('2027-01-04', '2027-06-01');
    one.check('2027-01-05', noLicense).check('2027-01-06').check('2027-01-07', noLicense);
    expect(one.said.slice(2)).toEqual(['2027-01-06: recovered', '2027-01-07: missing']);
  });

  it('and is not shown any longer, even before the next check', () => {
    const one = acknowledged();
    expect(one.holdsOn('2027-05-06')).toBe(true);
    expect(one.holdsOn('2027-05-07')).toBe(false); // expired
  });
});

it('withdrawn, it lets the next check say what was silenced and still matters', () => {
  const { said } = site({ remind: 'never' })
    .check('2027-04-05')
    .acknowledge('2027-04-05', '2027-05-01')
    .days('2027-04-06', '2027-04-08')
    .withdraw('2027-04-08')
    .days('2027-04-09', '2027-04-10');
  expect(said.slice(1)).toEqual([
    '2027-04-05: acknowledged',
    '2027-04-08: withdrawn',
    '2027-04-09: expiring 30',
  ]);
});

describe('what is told of it', () => {
  it('is told once: the same again while it holds changes nothing', () => {
    const one = site().check('2027-04-29').acknowledge('2027-04-29', '2027-06-01');
    expect(one.try('2027-04-30', '2027-06-01').kind).toBe('unchanged');
    expect(one.try('2027-04-30', '2027-06-02').kind).toBe('acknowledged');
    expect(one.try('2027-04-30', '2027-06-01', { why: 'another' }).kind).toBe('acknowledged');
    expect(one.try('2027-04-30', '2027-06-01', { by: 'Bert' }).kind).toBe('acknowledged');
    expect(one.try('2027-04-30', '2027-06-01', { covers: true }).kind).toBe('acknowledged');
    expect(one.try('2027-04-30', 'next-rung').kind).toBe('acknowledged');
  });

  it('is told anew until the next rung on another day, as another rung may be the next by then', () => {
    const one = site().check('2027-04-30').acknowledge('2027-04-30', 'next-rung');
    expect(one.try('2027-04-30', 'next-rung').kind).toBe('unchanged');
    expect(one.try('2027-05-01', 'next-rung').kind).toBe('acknowledged');
  });

  it('is for information, and says what it is', () => {
    const one = site().check('2027-04-29');
    const made = one.try('2027-04-29', '2027-06-01');
    expect(made).toMatchObject({
      notice: { kind: 'acknowledged', severity: 'info', at: noon('2027-04-29'), withdrawnBy: null },
    });
    one.acknowledge('2027-04-29', '2027-06-01');
    expect(withdraw(one.state(), 'Bert', one.rules, noon('2027-04-30'))?.notice).toMatchObject({
      kind: 'acknowledgement-withdrawn',
      severity: 'info',
      at: noon('2027-04-30'),
      withdrawnBy: 'Bert',
    });
  });

  it('has another id for another site, license or end', () => {
    const idOf = (license: LicenseReading) => {
      const result = site().check('2027-04-29', license).try('2027-04-29', 'next-rung');
      return result.kind === 'acknowledged' ? result.notice.id : '';
    };
    const ids = [reading(), reading({ fingerprint: null }), reading({ fingerprint: 'ffffffff' })].map(idOf);
    expect(new Set([...ids, idOf(reading({ endDate: '2027-05-07' }))]).size).toBe(4);
  });

  it('nobody can withdraw what is not there', () => {
    const one = site().check('2027-04-29');
    expect(withdraw(one.state(), 'Bert', one.rules, noon('2027-04-30'))).toBeUndefined();
  });

  it('has an id that is a function of its facts, and another at another time', () => {
    const idOf = (day: string, by = 'Anna') => {
      const result = site().check('2027-04-29').try(day, '2027-06-01', { by });
      return result.kind === 'acknowledged' ? result.notice.id : '';
    };
    expect(idOf('2027-04-29')).toBe(idOf('2027-04-29'));
    expect(new Set([idOf('2027-04-29'), idOf('2027-04-30'), idOf('2027-04-29', 'Bert')]).size).toBe(3);
    const one = site().check('2027-04-29').acknowledge('2027-04-29', '2027-06-01').withdraw('2027-04-29');
    one.acknowledge('2027-04-30', '2027-06-01').withdraw('2027-04-30');
    expect(new Set(one.ids).size).toBe(one.ids.length);
  });

  it('is one line, without what could be a license number or key', () => {
    const why =
      'ordered\n under 9081 7263 5445 5463,\u0007 key eyJhbGciOiJSUzUxMiJ9.cGxhbnRlZA; PO 4500123456';
    const result = site().check('2027-04-29').try('2027-04-29', '2027-06-01', { why });
    expect(result.kind === 'acknowledged' && result.notice.acknowledgement.why).toBe(
      'ordered under …5463, key …; PO 4500123456',
    );
  });
});

describe('it is refused, saying what to do,', () => {
  it.each([
    ['never read', () => site(), 'nothing-to-acknowledge'],
    ['valid', () => site().check('2027-01-04'), 'nothing-to-acknowledge'],
    ['expired', () => site().check('2027-01-04', reading({ endDate: '2027-01-01' })), 'not-covered'],
    ['blocked', () => site().check('2027-01-04', blocked(reading())), 'not-covered'],
  ] as const)('of a license that is %s', (_state, made, reason) => {
    expect(made().try('2027-01-04', '2027-06-01')).toMatchObject({ kind: 'refused', reason });
  });

  it.each([
    ['2027-04-29', 'until-in-the-past'],
    ['2026-01-01', 'until-in-the-past'],
    ['2028-05-01', 'until-too-far'],
  ])('until %s', (until, reason) => {
    expect(site().check('2027-04-29').try('2027-04-29', until)).toMatchObject({ kind: 'refused', reason });
  });

  it('until the next rung, where none comes', () => {
    const result = site().check('2027-05-07').try('2027-05-07', 'next-rung', { covers: true });
    expect(result).toMatchObject({ kind: 'refused', reason: 'no-next-rung' });
  });

  it.each([{ by: ' \n' }, { why: '\u0007' }])('without a name or a reason: %o', (given) => {
    expect(site().check('2027-04-29').try('2027-04-29', '2027-06-01', given)).toEqual({
      kind: 'refused',
      reason: 'no-text',
      detail: 'Say who you are and why it needs no repeating.',
    });
  });

  it.each([
    [() => site(), '2027-06-01', 'The license has never been read, so no alert about it repeats.'],
    [
      () => site().check('2027-01-04'),
      '2027-06-01',
      'The license is valid: there is no alert to acknowledge.',
    ],
    [
      () => site().check('2027-01-04', blocked(reading())),
      '2027-06-01',
      'The license is blocked. That is acknowledged only where it is asked for: set coverExpiredAndBlocked.',
    ],
    [
      () => site().check('2027-01-04', noLicense),
      'next-rung',
      'The license is missing, so no rung comes next. Name a date.',
    ],
    [
      () => site().check('2027-01-04', noLicense),
      '2027-01-04',
      'Alerts would speak again on 2027-01-04. Name a day after 2027-01-04.',
    ],
    [
      () => site().check('2027-01-04', noLicense),
      '2028-01-06',
      'Name a day up to 2028-01-05, and acknowledge again then.',
    ],
  ])('in words (%#)', (made, until, detail) => {
    expect(made().try('2027-01-04', until)).toMatchObject({ detail });
  });

  it('not for the last day that may be named, a year and a day ahead', () => {
    expect(site().check('2027-01-04', noLicense).try('2027-01-04', '2028-01-05').kind).toBe('acknowledged');
  });
});

describe('the day on which alerts speak again', () => {
  const speaks = (day: string, until: string, covers = false) => {
    const one = site().check(day).acknowledge(day, until, { covers });
    return speaksAgainOn(one.state().acknowledgement!, one.rules);
  };
  it.each([
    ['2027-04-01', '2027-04-20', false, '2027-04-20'],
    ['2027-04-01', '2027-06-01', false, '2027-05-07'],
    ['2027-04-01', '2027-06-01', true, '2027-06-01'],
    ['2027-04-01', 'next-rung', false, '2027-04-06'],
    ['2027-05-06', 'next-rung', true, '2027-05-07'],
  ] as const)('from %s until %s, covering the end %s: %s', (day, until, covers, again) => {
    expect(speaks(day, until, covers)).toBe(again);
  });
});

it('reads what earlier versions stored', () => {
  const { acknowledgement: _none, untold: _neither, ...old } = site().check('2027-04-29').state();
  const step = stepAlert(old, seen('2027-04-30T10:00:00Z', reading()), site().rules);
  expect(step.notices.map(({ reminder }) => reminder)).toEqual([true]);
});
