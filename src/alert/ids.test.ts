import { describe, expect, it } from 'vitest';
import { reading, seen, unseen } from '../../test/fakes/readings.ts';
import type { Observation } from '../license/observation.ts';
import { AlertPolicy } from './policy.ts';
import { initialAlertState } from './state.ts';
import { stepAlert } from './step.ts';

const blacklisted = { expired: null, blacklisted: true, invalid: false };
const day = (n: number) => Date.parse('2027-01-01T10:00:00Z') + n * 86_400_000;

function replay(history: readonly Observation[], policy: object = {}, site = 'prod') {
  const rules = { site, timeZone: 'UTC', policy: AlertPolicy.parse(policy) };
  let state = initialAlertState;
  const notices = history.flatMap((observation) => {
    const step = stepAlert(state, observation, rules);
    state = step.state;
    return step.notices;
  });
  return { notices, state, ids: notices.map(({ id }) => id) };
}

const idOfBlocked = (changes: Parameters<typeof reading>[0], site = 'prod') =>
  replay([seen(day(0), reading({ ...changes, flags: blacklisted }))], {}, site).ids[0];

describe('the id of a message, by which receivers know it again,', () => {
  it('is 32 hex digits, the same for the same again, as after a restart', () => {
    expect(idOfBlocked({})).toMatch(/^[0-9a-f]{32}$/);
    expect(idOfBlocked({})).toBe(idOfBlocked({}));
  });

  it('is another one for another site, another license, none that is known, another end, and no end', () => {
    const ids = [
      idOfBlocked({}),
      idOfBlocked({}, 'test'),
      idOfBlocked({ fingerprint: 'ffffffff' }),
      idOfBlocked({ fingerprint: null }),
      idOfBlocked({ endDate: '2028-05-06' }),
      idOfBlocked({ end: { kind: 'perpetual' } }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['that it cannot be read', 0],
    ['that it can be read again', 1],
  ])('is about the site and not about its license, where it says %s', (_what, index) => {
    const policy = { visibility: { failures: 1, after: '0 s' } };
    const told = (endDate: string) =>
      replay([seen(day(0), reading({ endDate })), unseen(day(1)), seen(day(2), reading({ endDate }))], policy)
        .ids;
    expect(told('2028-05-06')).toHaveLength(2);
    expect(told('2028-05-06')[index]).toBe(told('2029-05-06')[index]);
  });

  it('is not of the license for the end of a client certificate either', () => {
    const ends = { client: day(5), root: null, server: null };
    const told = (endDate: string) => replay([seen(day(0), reading({ endDate }), ends)]).ids;
    expect(told('2028-05-06')).toEqual(told('2029-05-06'));
    expect(told('2028-05-06')).toHaveLength(1);
  });
});

describe('each alert of a countdown', () => {
  const history = Array.from({ length: 40 }, (_, n) => seen(day(n), reading({ endDate: '2027-01-30' })));

  it('and each reminder has an id of its own', () => {
    const { ids, notices } = replay(history);
    expect(notices.filter(({ reminder }) => reminder).length).toBeGreaterThan(5);
    expect(notices.filter(({ rung }) => rung !== null).length).toBeGreaterThan(5);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has another id than the same rung of another end', () => {
    const rungs = replay(history, { remind: 'never' }).ids;
    const others = history.map((_, n) => seen(day(n), reading({ endDate: '2027-01-31' })));
    expect(replay(others, { remind: 'never' }).ids.filter((id) => rungs.includes(id))).toEqual([]);
  });
});

describe('how urgent trouble is', () => {
  const unreadable = reading({ end: { kind: 'unreadable', why: 'not-understood' } });
  const urgency = (...history: Observation[]) =>
    replay(history).notices.map(({ kind, severity }) => `${kind}: ${severity}`);

  it('that an end date is not understood is a warning, and that it works again is for information', () => {
    expect(urgency(seen(day(0), unreadable), seen(day(1), reading({ endDate: '2029-05-06' })))).toEqual([
      'unreadable: warning',
      'recovered: info',
    ]);
  });

  it('that it was renewed says that it works again, and is told alone', () => {
    const expired = reading({ endDate: '2026-12-31' });
    expect(urgency(seen(day(0), expired), seen(day(1), reading({ endDate: '2029-05-06' })))).toEqual([
      'expired: critical',
      'renewed: info',
    ]);
  });

  it('an end that the server alone calls expired passes no rung, which are told should it be wrong', () => {
    const flags = { expired: true, blacklisted: false, invalid: false };
    const { notices } = replay([
      seen(day(0), reading({ endDate: '2027-01-01', flags })),
      seen(day(0) + 60_000, reading({ endDate: '2027-01-01' })),
    ]);
    const [expired, , recovered, rung] = notices;
    expect(notices.map(({ kind }) => kind)).toEqual(['expired', 'remark', 'recovered', 'expiring']);
    expect([expired?.skippedRungs, recovered?.rung]).toEqual([[], null]);
    expect(rung).toMatchObject({ rung: 0, skippedRungs: [90, 60, 30, 14, 7, 3, 1] });
  });
});

describe('how often something was told', () => {
  it('is not counted for rungs and reminders, which never come twice', () => {
    const history = Array.from({ length: 5 }, (_, n) => seen(day(n), reading({ endDate: '2027-01-05' })));
    const { notices, state } = replay(history);
    expect(notices.some(({ reminder }) => reminder)).toBe(true);
    expect(state.timesTold).toEqual({});
    const expired = replay([
      seen(day(9), reading({ endDate: '2027-01-05' })),
      seen(day(10), reading({ endDate: '2027-01-05' })),
    ]);
    expect(expired.notices.map(({ reminder }) => reminder)).toEqual([false, true]);
    expect(Object.values(expired.state.timesTold)).toEqual([1]);
  });

  it('is counted up for what comes and goes, and remembered for the last hundred', () => {
    const often = Array.from({ length: 6 }, (_, n) =>
      seen(
        day(n),
        n % 2 === 0
          ? reading({ endDate: '2029-05-06', flags: blacklisted })
          : reading({ endDate: '2029-05-06' }),
      ),
    );
    expect(Object.values(replay(often).state.timesTold)).toEqual([3, 3]);

    const numbers = Array.from({ length: 150 }, (_, n) => n.toString(16).padStart(8, '0'));
    const replaced = numbers.map((fingerprint, n) =>
      seen(day(n), reading({ endDate: '2029-05-06', fingerprint })),
    );
    const { state } = replay(replaced);
    expect(Object.keys(state.timesTold)).toHaveLength(100);
  });
});
