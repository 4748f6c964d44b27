/** Random histories of readings, failures, renewals, acknowledgements, clock steps and restarts against what the rules promise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noLicense, reading, seen, unseen } from '../../test/fakes/readings.ts';
import { addDays, todayIn } from '../license/calendar-day.ts';
import type { Observation } from '../license/observation.ts';
import type { LicenseReading } from '../license/reading.ts';
import { acknowledge, withdraw } from './acknowledgement.ts';
import type { Notice } from './notice.ts';
import { AlertPolicy } from './policy.ts';
import { type AlertState, initialAlertState } from './state.ts';
import { type AlertRules, type Step, stepAlert } from './step.ts';

type Event =
  | { readonly do: 'read' | 'fail' | 'restart' }
  | { readonly do: 'wait' | 'set-clock'; readonly hours: number }
  | { readonly do: 'renew' | 'replace'; readonly days: number }
  | { readonly do: 'trouble'; readonly what: 'blocked' | 'missing' | 'unreadable' | 'none' }
  | { readonly do: 'acknowledge'; readonly days: number | null; readonly covers: boolean }
  | { readonly do: 'withdraw' };

const check = fc.constantFrom<Event>({ do: 'read' }, { do: 'read' }, { do: 'fail' });
const wait = fc
  .oneof(fc.integer({ min: 1, max: 24 * 40 }), fc.integer({ min: 6, max: 24 * 5 }))
  .map((hours): Event => ({ do: 'wait', hours }));
const change = fc.oneof(
  fc.integer({ min: -60, max: 400 }).map((days): Event => ({ do: 'renew', days })),
  fc.integer({ min: 1, max: 400 }).map((days): Event => ({ do: 'replace', days })),
  fc.constantFrom('blocked', 'missing', 'unreadable', 'none').map((what): Event => ({ do: 'trouble', what })),
);
const clockStep = fc
  .integer({ min: -24 * 400, max: 24 * 400 })
  .map((hours): Event => ({ do: 'set-clock', hours }));
/** For so many days, or until the next rung. */
const acknowledgement = fc.oneof(
  fc.record<Extract<Event, { do: 'acknowledge' }>>({
    do: fc.constant('acknowledge'),
    days: fc.option(fc.integer({ min: 1, max: 60 })),
    covers: fc.boolean(),
  }),
  fc.constant<Event>({ do: 'withdraw' }),
);
/** Checks and waits in which it is tried, and nothing else happens. */
const quietHistory = fc.array(
  fc.oneof(
    { arbitrary: fc.constant<Event>({ do: 'read' }), weight: 5 },
    { arbitrary: wait, weight: 5 },
    { arbitrary: acknowledgement, weight: 2 },
    fc.constantFrom<Event>(
      { do: 'fail' },
      { do: 'trouble', what: 'blocked' },
      { do: 'trouble', what: 'none' },
    ),
  ),
  { minLength: 30, maxLength: 80 },
);
const restart = fc.constant<Event>({ do: 'restart' });

const honestHistory = fc.array(
  fc.oneof({ arbitrary: check, weight: 5 }, { arbitrary: wait, weight: 4 }, change, acknowledgement, restart),
  {
    maxLength: 80,
  },
);
const wildHistory = fc.array(
  fc.oneof(
    { arbitrary: check, weight: 5 },
    { arbitrary: wait, weight: 4 },
    change,
    acknowledgement,
    restart,
    clockStep,
  ),
  { maxLength: 80 },
);
const somePolicy = fc.record({
  thresholdDays: fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 8 }),
  remind: fc.constantFrom('never', 'daily', '12 h'),
});

interface Told {
  readonly steps: readonly { observation: Observation; step: Step }[];
  readonly notices: readonly Notice[];
  /** Ids of everything said, acknowledgements among it. */
  readonly ids: readonly string[];
}

/** Lives through a history. With `restarts: false` the state is never written out and read again. */
function live(events: readonly Event[], policy: AlertPolicy, restarts = true): Told {
  let now = Date.parse('2026-11-24T10:00:00Z');
  let license: LicenseReading = reading({ endDate: '2027-02-20' });
  let trouble: Extract<Event, { do: 'trouble' }>['what'] = 'none';
  let state: AlertState = initialAlertState;
  let numbers = 0;
  const steps: { observation: Observation; step: Step }[] = [];
  const ids: string[] = [];
  const rules = { site: 'prod', timeZone: 'UTC', policy };

  for (const event of events) {
    switch (event.do) {
      case 'wait':
      case 'set-clock':
        now += event.hours * 3_600_000;
        break;
      case 'renew':
        license = reading({
          ...license,
          endDate: endOf(license, event.days),
          end: { kind: 'date', date: endOf(license, event.days) },
        });
        break;
      case 'replace':
        numbers += 1;
        license = reading({ fingerprint: `number-${numbers}`, endDate: endOf(license, event.days) });
        break;
      case 'trouble':
        trouble = event.what;
        break;
      case 'restart':
        if (restarts) state = JSON.parse(JSON.stringify(state)) as AlertState;
        break;
      case 'read':
      case 'fail': {
        const observation = event.do === 'read' ? seen(now, withTrouble(license, trouble)) : unseen(now);
        const step = stepAlert(state, observation, rules);
        state = step.state;
        steps.push({ observation, step });
        ids.push(...step.notices.map(({ id }) => id));
        now += 1000; // no two checks at the same instant
        break;
      }
      case 'acknowledge':
      case 'withdraw': {
        const done = somebodySays(event, state, rules, now);
        if (done === undefined) break;
        state = done.state;
        ids.push(done.notice.id);
        now += 1000;
      }
    }
  }
  return { steps, notices: steps.flatMap(({ step }) => step.notices), ids };
}

/** Undefined where it is refused. */
function somebodySays(
  event: Extract<Event, { do: 'acknowledge' | 'withdraw' }>,
  state: AlertState,
  rules: AlertRules,
  now: number,
) {
  if (event.do === 'withdraw') return withdraw(state, null, rules, now);
  const { days, covers } = event;
  const result = acknowledge(
    state,
    {
      by: 'Anna',
      why: 'known',
      until:
        days === null
          ? { kind: 'next-rung' }
          : { kind: 'date', date: addDays(todayIn('UTC', new Date(now)), days) },
      coversExpiredAndBlocked: covers,
    },
    rules,
    now,
  );
  return result.kind === 'acknowledged' ? result : undefined;
}

function endOf(license: LicenseReading, days: number): string {
  return addDays(license.end.kind === 'date' ? license.end.date : '2027-02-20', days);
}

function withTrouble(license: LicenseReading, trouble: string): LicenseReading {
  if (trouble === 'missing') return noLicense;
  if (trouble === 'blocked') return { ...license, flags: { ...license.flags, blacklisted: true } };
  if (trouble === 'unreadable') return { ...license, end: { kind: 'unreadable', why: 'not-understood' } };
  return license;
}

const policyOf = (choice: object) => AlertPolicy.parse(choice);
const runs = { numRuns: 2000 };

describe('over any history', () => {
  it('nothing is said twice', () => {
    fc.assert(
      fc.property(fc.oneof(wildHistory, quietHistory), somePolicy, (events, choice) => {
        const { ids } = live(events, policyOf(choice));
        expect(new Set(ids).size).toBe(ids.length);
        const rungs = live(events, policyOf(choice))
          .notices.filter(({ kind, reminder }) => kind === 'expiring' && !reminder)
          .map(({ verdict, rung }) => `${verdict!.endDate} ${rung}`);
        // Six end dates and more make the first one be forgotten; that takes six renewals between two alerts.
        if (new Set(rungs.map((key) => key.slice(0, 10))).size <= 5)
          expect(new Set(rungs).size).toBe(rungs.length);
      }),
      runs,
    );
  });

  it('the same history gives the same ids, with restarts or without', () => {
    fc.assert(
      fc.property(fc.oneof(wildHistory, quietHistory), somePolicy, (events, choice) => {
        const ids = (restarts: boolean) => live(events, policyOf(choice), restarts).ids;
        expect(ids(true)).toEqual(ids(false));
      }),
      runs,
    );
  });

  it('no notice contradicts the state', () => {
    fc.assert(
      fc.property(fc.oneof(wildHistory, quietHistory), somePolicy, (events, choice) => {
        for (const { observation, step } of live(events, policyOf(choice)).steps) {
          for (const notice of step.notices) expect(contradiction(notice, observation, step)).toBeUndefined();
        }
      }),
      runs,
    );
  });

  it('every rung that is reached while anyone looks is spoken, or named as skipped', () => {
    fc.assert(
      fc.property(fc.oneof(wildHistory, quietHistory), somePolicy, (events, choice) => {
        const policy = policyOf(choice);
        const known = new Set<string>();
        for (const { step } of live(events, policy).steps) {
          for (const { verdict, rung, skippedRungs, silencedRungs } of step.notices) {
            const named = [...skippedRungs, ...silencedRungs];
            for (const days of rung === null ? named : [...named, rung]) {
              known.add(`${verdict!.endDate} ${days}`);
            }
          }
          if (step.verdict?.state !== 'expiring' || isAcknowledged(step)) continue;
          for (const days of policy.thresholdDays.filter((rung) => step.verdict!.daysLeft! <= rung)) {
            expect(known).toContain(`${step.verdict.endDate} ${days}`);
          }
        }
      }),
      runs,
    );
  });

  it('as long as the clock is right, the tightest rung is spoken itself, at the first check that sees it', () => {
    fc.assert(
      fc.property(fc.oneof(honestHistory, quietHistory), somePolicy, (events, choice) => {
        const policy = policyOf(choice);
        const spoken = new Set<string>();
        for (const { step } of live(events, policy).steps) {
          for (const { verdict, rung } of step.notices) {
            if (rung !== null) spoken.add(`${verdict!.endDate} ${rung}`);
          }
          if (step.verdict?.state !== 'expiring' || isAcknowledged(step)) continue;
          const tightest = Math.min(
            ...policy.thresholdDays.filter((days) => step.verdict!.daysLeft! <= days),
          );
          expect(spoken).toContain(`${step.verdict.endDate} ${tightest}`);
        }
      }),
      runs,
    );
  });

  it('trouble that is seen is told at once, or at the first check without an acknowledgement that covers it', () => {
    fc.assert(
      fc.property(fc.oneof(wildHistory, quietHistory), somePolicy, (events, choice) => {
        let [before, isTold]: [string | null, boolean] = [null, false];
        for (const { step } of live(events, policyOf(choice)).steps) {
          const { state } = step.verdict ?? { state: null };
          const isTrouble = state !== null && ['blocked', 'missing', 'expired', 'unreadable'].includes(state);
          if (before !== state) isTold = false;
          isTold ||= step.notices.some(({ kind }) => kind === state);
          if (isTrouble && !isTold) expect(step.state.acknowledgement?.coversExpiredAndBlocked).toBe(true);
          before = step.state.state;
        }
      }),
      runs,
    );
  });

  it('an acknowledgement silences the countdown of its license as long as it holds, and nothing else', () => {
    const countdown = ['expiring', 'expired', 'blocked', 'missing', 'unreadable', 'not-started'];
    fc.assert(
      fc.property(fc.oneof(wildHistory, quietHistory), somePolicy, (events, choice) => {
        for (const { observation, step } of live(events, policyOf(choice)).steps) {
          const { acknowledgement } = step.state;
          if (acknowledgement === undefined) continue;
          expect(step.notices.filter(({ kind }) => countdown.includes(kind))).toEqual([]);
          const { until, about, coversExpiredAndBlocked } = acknowledgement;
          const { state, endDate } = step.verdict!;
          expect(endDate).toBe(about.endDate);
          if (!coversExpiredAndBlocked) expect(['expired', 'blocked']).not.toContain(state);
          const today = todayIn('UTC', new Date(observation.at));
          if (until.kind === 'date') expect(today < until.date).toBe(true);
        }
      }),
      runs,
    );
  });

  it('one until the next rung never hides a rung that was not reached when it was made', () => {
    fc.assert(
      fc.property(fc.oneof(honestHistory, quietHistory), somePolicy, (events, choice) => {
        const policy = policyOf(choice);
        for (const { step } of live(events, policy).steps) {
          const { acknowledgement } = step.state;
          if (acknowledgement?.until.kind !== 'next-rung' || step.verdict!.daysLeft === null) continue;
          const reached = policy.thresholdDays.filter((days) => step.verdict!.daysLeft! <= days);
          for (const days of reached) expect(days).toBeGreaterThanOrEqual(acknowledgement.about.daysLeft!);
        }
      }),
      runs,
    );
  });

  it('the memory stays small', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(check, wait, change, acknowledgement, clockStep), {
          minLength: 300,
          maxLength: 600,
        }),
        (events) => {
          const { steps } = live(events, policyOf({}));
          expect(JSON.stringify(steps.at(-1)?.step.state ?? {}).length).toBeLessThan(20_000);
        },
      ),
      { numRuns: 50 },
    );
  });
});

const isAcknowledged = ({ state }: Step) => state.acknowledgement !== undefined;

function contradiction(notice: Notice, observation: Observation, step: Step): string | undefined {
  const state = step.verdict?.state;
  switch (notice.kind) {
    case 'expiring':
    case 'expired':
    case 'blocked':
    case 'missing':
    case 'unreadable':
    case 'not-started':
      return state === notice.kind ? undefined : `${notice.kind} while ${state}`;
    case 'renewed':
    case 'recovered':
      return state === 'valid' || state === 'expiring' || state === 'perpetual'
        ? undefined
        : `${notice.kind} while ${state}`;
    case 'unreachable':
      return observation.kind === 'failed' ? undefined : 'unreachable while read';
    case 'reachable':
    case 'replaced':
    case 'shortened':
    case 'remark':
      return observation.kind === 'reading' ? undefined : `${notice.kind} while not read`;
    case 'certificate-expiring':
      return undefined;
  }
}
