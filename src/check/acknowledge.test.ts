import { expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { routed } from '../../test/fakes/messages.ts';
import { noCertificates } from '../../test/fakes/readings.ts';
import type { AcknowledgementRequest } from '../alert/acknowledgement.ts';
import { AlertPolicy } from '../alert/policy.ts';
import { silentLogger } from '../platform/logger.ts';
import type { SiteAnswer } from '../sense/site.ts';
import type { Store } from '../store/store.ts';
import { acknowledging } from './acknowledge.ts';
import { type SiteToCheck, siteCheck } from './check-site.ts';

const request: AcknowledgementRequest = {
  by: 'Anna',
  why: 'the renewal is ordered',
  until: { kind: 'date', date: '2026-12-10' },
  coversExpiredAndBlocked: false,
};
const DAY_MS = 86_400_000;

/** One site that ends in some days, whose answer a test can hold back. */
function rig(daysLeft: number, store: Store = memoryStore()) {
  const clock = new FakeClock();
  const endDate = new Date(clock.now().getTime() + daysLeft * DAY_MS).toISOString().slice(0, 10);
  const answer: SiteAnswer = {
    kind: 'license',
    host: 'sense',
    certificates: noCertificates,
    reply: {
      serial: '9081726354455463',
      key: '',
      keyDetails: `Valid To: ${endDate}`,
      lef: '',
      controlNumber: '',
      ownerName: '',
      ownerOrganization: '',
      isExpired: null,
      isBlacklisted: false,
      isInvalid: false,
      isSubscription: null,
      expiredReason: '',
      definitionUpdated: '',
    },
  };
  let held: Promise<void> | undefined;
  const site: SiteToCheck = {
    rules: { site: 'prod', timeZone: 'UTC', policy: AlertPolicy.parse({}) },
    tags: { environment: 'production' },
    reading: { timeZone: 'UTC', dateOrder: 'auto', perpetual: false, manualEndDate: null },
    sense: {
      async fetchLicense() {
        await held;
        return answer;
      },
      fetchVersion: () => Promise.reject(new Error('not asked here')),
      close: async () => undefined,
    },
  };
  let wakes = 0;
  const tools = {
    store,
    clock,
    logger: silentLogger,
    route: (message: Parameters<typeof routed>[0]) => routed(message, 'oncall'),
    onOutbox: () => {
      wakes += 1;
    },
  };
  const run = siteCheck(site, tools);
  return {
    clock,
    store,
    desk: acknowledging([site], tools),
    wakes: () => wakes,
    check: () => run(new AbortController().signal),
    /** The next checks get no answer until the function is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    alerts: async () =>
      (await store.nextRows('oncall', 100))
        .map(({ message }) => message)
        .filter(({ topic }) => topic === 'alert'),
    stateOf: async () => (await store.siteRecord('prod'))?.alertState,
  };
}

it('stores the acknowledgement and its notice together, and the next status carries it', async () => {
  const { desk, check, alerts, store, wakes } = rig(20);
  await check();
  const before = wakes();
  expect(await desk.acknowledge('prod', request)).toMatchObject({ acknowledgement: { by: 'Anna' } });
  expect(wakes()).toBe(before + 1);
  const carried = { by: 'Anna', why: 'the renewal is ordered', until: '2026-12-10' };
  expect((await alerts()).at(-1)).toMatchObject({
    kind: 'acknowledged',
    severity: 'info',
    title: 'prod: Qlik Sense license acknowledged by Anna until 2026-12-10',
    acknowledgement: carried,
    license: { daysLeft: 20 },
    points: [{ fields: { days_until_expiry: 20 } }],
  });
  await check();
  const status = (await store.siteRecord('prod'))!.status;
  expect(status).toMatchObject({
    acknowledgement: carried,
    text: expect.stringMatching(/Acknowledged by Anna until 2026-12-10: the renewal is ordered$/),
    points: [{ fields: { acknowledged: true } }],
  });
});

it('told again in the same words, it is stored and told once', async () => {
  const { desk, check, alerts, store } = rig(20);
  await check();
  await desk.acknowledge('prod', request);
  const { revision } = (await store.siteRecord('prod'))!;
  expect(await desk.acknowledge('prod', request)).toMatchObject({ kind: 'acknowledged' });
  expect((await store.siteRecord('prod'))!.revision).toBe(revision);
  expect((await alerts()).map(({ kind }) => kind)).toEqual(['expiring', 'acknowledged']);
});

it('an acknowledgement made while a check is under way is not lost, nor is the check', async () => {
  const { desk, check, hold, alerts, stateOf, store, clock } = rig(6);
  await check();
  await clock.advance(DAY_MS); // a reminder is due
  const release = hold();
  const underWay = check();
  expect(await desk.acknowledge('prod', request)).toMatchObject({ kind: 'acknowledged' });
  release();
  await underWay;

  expect((await stateOf())?.acknowledgement).toMatchObject({ by: 'Anna' });
  expect((await stateOf())?.confirmed?.at).toBe(clock.now().getTime());
  expect((await store.siteRecord('prod'))?.status).toMatchObject({ acknowledgement: { by: 'Anna' } });
  expect((await alerts()).map(({ kind, reminder }) => [kind, reminder])).toEqual([
    ['expiring', false],
    ['acknowledged', false],
  ]);
});

it('a check that is stored while somebody acknowledges is not lost, nor is the acknowledgement', async () => {
  const inner = memoryStore();
  let between: (() => Promise<void>) | undefined;
  const store: Store = {
    ...inner,
    async commitAlertState(commit) {
      const first = between;
      between = undefined;
      await first?.();
      return inner.commitAlertState(commit);
    },
  };
  const { desk, check, alerts, stateOf, clock } = rig(8, store);
  await check();
  await clock.advance(DAY_MS); // the rung of 7 days
  between = check;
  await desk.acknowledge('prod', request);

  const state = await stateOf();
  expect(state?.acknowledgement).toMatchObject({ by: 'Anna' });
  expect(state?.ladders[0]?.rungs.find(({ days }) => days === 7)?.how).toBe('spoken');
  expect((await alerts()).map(({ kind, rung }) => [kind, rung])).toEqual([
    ['expiring', 14],
    ['expiring', 7],
    ['acknowledged', null],
  ]);
});

it('withdrawn, that is told, and the next check speaks', async () => {
  const { desk, check, alerts, stateOf, clock } = rig(8);
  await check();
  await desk.acknowledge('prod', request);
  await clock.advance(DAY_MS);
  await check();
  expect(await desk.withdraw('prod', 'Bert')).toBe('withdrawn');
  expect(await desk.withdraw('prod', 'Bert')).toBe('not-acknowledged');
  expect((await stateOf())?.acknowledgement).toBeUndefined();
  await clock.advance(60_000);
  await check();
  expect(
    (await alerts()).map(({ kind, title, acknowledgement }) => [kind, title, acknowledgement?.by]),
  ).toEqual([
    ['expiring', 'prod: Qlik Sense license ends in 8 days, on 2026-12-02', undefined],
    ['acknowledged', 'prod: Qlik Sense license acknowledged by Anna until 2026-12-10', 'Anna'],
    ['acknowledgement-withdrawn', 'prod: acknowledgement of Anna withdrawn by Bert', undefined],
    ['expiring', 'prod: Qlik Sense license ends in 7 days, on 2026-12-02', undefined],
  ]);
});

it('says what cannot be acknowledged', async () => {
  const { desk, check } = rig(200);
  expect(await desk.acknowledge('nobody', request)).toEqual({ kind: 'unknown-site' });
  expect(await desk.withdraw('nobody', null)).toBe('unknown-site');
  expect(await desk.acknowledge('prod', request)).toMatchObject({ reason: 'nothing-to-acknowledge' });
  expect(await desk.withdraw('prod', null)).toBe('not-acknowledged');
  await check();
  expect(await desk.acknowledge('prod', request)).toMatchObject({ reason: 'nothing-to-acknowledge' });
});
