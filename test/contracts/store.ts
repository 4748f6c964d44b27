/** What every store must do. Each store's test calls this, then adds its own cases. */
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { initialAlertState } from '../../src/alert/state.ts';
import { initialVersionState } from '../../src/alert/version.ts';
import type { Message } from '../../src/store/message.ts';
import { idleLane, type LaneRecord, type Settlement, type Store } from '../../src/store/store.ts';
import {
  alertMessage,
  builtAt,
  builtReading,
  checkCommit,
  commitNext,
  routed,
  statusMessage,
} from '../fakes/messages.ts';
import { storeModel } from './store-model.ts';

export interface StoreLimits {
  readonly longLaneRows?: number;
  readonly maxStatusRowsPerLane?: number;
}

export interface StoreUnderTest {
  /** An empty store. It cleans up after itself when the test has finished, whether closed or not. */
  open(limits?: StoreLimits): Promise<Store>;
  /** Closes the store and opens it again, for stores that survive it. */
  reopen?(store: Store): Promise<Store>;
}

const MS_PER_DAY = 86_400_000;
const accepted = { kind: 'accepted' } as const;
const dead = { kind: 'dead', reason: 'refused', detail: 'HTTP 404: no such hook. Correct the URL.' } as const;

export function describeStore(name: string, underTest: StoreUnderTest): void {
  describe(`${name} keeps the store contract`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });

    const open = async (limits?: StoreLimits): Promise<Store> => {
      const opened = await underTest.open(limits);
      onTestFinished(() => opened.close());
      return opened;
    };
    const idsOf = async (destination: string, of = store) =>
      (await of.nextRows(destination, 1000)).map(({ message }) => message.id);
    const enqueue = (
      message: Message,
      ...to: Parameters<typeof routed> extends [Message, ...infer D] ? D : never
    ) => store.enqueue([routed(message, ...to)], message.occurredAt);
    const settle = async (
      destination: string,
      result: Settlement['result'],
      { at = builtAt + 1, count = 1000, lane = idleLane } = {},
    ) => {
      const rows = await store.nextRows(destination, count);
      await store.settle({
        destination,
        at,
        settlements: rows.map(({ seq }) => ({ seq, result })),
        lane,
        messages: [],
      });
    };
    const waitingOf = async (destination: string) =>
      (await store.laneSummaries()).find((each) => each.destination === destination)?.waiting;

    describe('a check', () => {
      it('stores record, alert state, status and messages together', async () => {
        const alertState = { ...initialAlertState, state: 'expiring' as const, timesTold: { renewed: 2 } };
        const commit = checkCommit({ alertState, messages: [routed(alertMessage(), 'a', 'b')] });
        await store.commitCheck(commit);

        expect(await store.siteRecord('prod')).toEqual({
          site: 'prod',
          alertState,
          lastCheck: commit.check,
          status: commit.status,
          revision: 1,
        });
        expect(await store.history('prod', { from: 0, to: builtAt + 1, limit: 10 })).toEqual([commit.check]);
        expect(await idsOf('a')).toEqual(['alert-1']);
        expect(await store.nextRows('b', 10)).toEqual([
          { seq: expect.any(Number), message: alertMessage(), enqueuedAt: builtAt },
        ]);
      });

      it('leaves the latest of each site, and nothing of a site never checked', async () => {
        await commitNext(store, checkCommit({ check: { site: 'b' } }));
        await commitNext(store, checkCommit({ check: { site: 'a' } }));
        await commitNext(store, checkCommit({ check: { site: 'b', durationMs: 7 } }));

        expect(
          (await store.siteRecords()).map(({ site, lastCheck }) => [site, lastCheck.durationMs]),
        ).toEqual([
          ['a', 120],
          ['b', 7],
        ]);
        expect(await store.siteRecord('c')).toBeNull();
      });

      it('counts as the latest even when the clock was set back', async () => {
        await commitNext(store, checkCommit({ check: { at: builtAt } }));
        await commitNext(store, checkCommit({ check: { at: builtAt - MS_PER_DAY, host: null } }));
        expect((await store.siteRecord('prod'))?.lastCheck.host).toBeNull();
      });

      it('that cannot be stored leaves nothing behind, and the calls beside it stand', async () => {
        const broken = alertMessage({ id: 'broken' });
        Object.defineProperty(broken, 'text', {
          enumerable: true,
          get: () => {
            throw new Error('no text');
          },
        });
        const results = await Promise.allSettled([
          commitNext(
            store,
            checkCommit({ check: { site: 'before' }, messages: [routed(alertMessage(), 'a')] }),
          ),
          commitNext(
            store,
            checkCommit({ messages: [routed(alertMessage({ id: 'alert-2' }), 'a'), routed(broken, 'a')] }),
          ),
          commitNext(
            store,
            checkCommit({
              check: { site: 'after' },
              messages: [routed(alertMessage({ id: 'alert-3' }), 'a')],
            }),
          ),
        ]);

        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await store.siteRecords()).map(({ site }) => site)).toEqual(['after', 'before']);
        expect(await store.history('prod', { from: 0, to: builtAt * 2, limit: 10 })).toEqual([]);
        expect(await idsOf('a')).toEqual(['alert-1', 'alert-3']);
      });

      it('keeps what it was given, whatever the caller does with it later', async () => {
        const tags: Record<string, string> = { environment: 'production' };
        const stored = store.enqueue([routed(alertMessage({ tags }), 'a')], builtAt);
        tags['environment'] = 'changed';
        await stored;
        expect((await store.nextRows('a', 1))[0]?.message.tags).toEqual({ environment: 'production' });
      });
    });

    describe('an alert state', () => {
      const known = { ...initialAlertState, state: 'expiring' as const };
      const changed = (basedOn: number, ...ids: readonly string[]) => ({
        site: 'prod',
        at: builtAt + 1,
        basedOn,
        alertState: known,
        messages: ids.map((id) => routed(alertMessage({ id }), 'a')),
      });

      it('is changed with its messages, and the rest of the record stays', async () => {
        const check = checkCommit();
        expect(await store.commitCheck(check)).toBe('stored');
        expect(await store.commitAlertState(changed(1, 'alert-1'))).toBe('stored');

        expect(await store.siteRecord('prod')).toEqual({
          site: 'prod',
          alertState: known,
          lastCheck: check.check,
          status: check.status,
          revision: 2,
        });
        expect(await store.nextRows('a', 10)).toMatchObject([{ enqueuedAt: builtAt + 1 }]);
        expect(await store.history('prod', { from: 0, to: builtAt * 2, limit: 10 })).toHaveLength(1);
      });

      it('that was changed since it was read is not overwritten, and nothing of that call is stored', async () => {
        await store.commitCheck(checkCommit());
        await store.commitAlertState(changed(1, 'alert-1'));
        const late = checkCommit({
          basedOn: 1,
          check: { at: builtAt + 2 },
          messages: [routed(alertMessage({ id: 'late' }), 'a')],
        });
        expect(await store.commitCheck(late)).toBe('stale');
        expect(await store.commitAlertState(changed(1, 'late-too'))).toBe('stale');

        expect((await store.siteRecord('prod'))?.alertState).toEqual(known);
        expect(await idsOf('a')).toEqual(['alert-1']);
        expect(await store.history('prod', { from: 0, to: builtAt * 2, limit: 10 })).toHaveLength(1);
        expect(await store.commitCheck({ ...late, basedOn: 2 })).toBe('stored');
      });

      it('takes one of two changes that come at the same moment', async () => {
        await store.commitCheck(checkCommit());
        const results = await Promise.all([
          store.commitAlertState(changed(1, 'one')),
          store.commitCheck(
            checkCommit({ basedOn: 1, messages: [routed(alertMessage({ id: 'other' }), 'a')] }),
          ),
        ]);
        expect([...results].sort()).toEqual(['stale', 'stored']);
        expect(await idsOf('a')).toHaveLength(1);
      });

      it('cannot be changed where no check was stored yet', async () => {
        expect(await store.commitAlertState(changed(0, 'alert-1'))).toBe('stale');
        await store.commitVersion({ site: 'prod', at: 1, state: initialVersionState, messages: [] });
        expect(await store.commitAlertState(changed(0, 'alert-1'))).toBe('stale');
        expect(await store.siteRecords()).toEqual([]);
        expect(await idsOf('a')).toEqual([]);
        expect(await store.commitCheck(checkCommit({ basedOn: 1 }))).toBe('stale');
      });

      it('that cannot be stored leaves nothing behind', async () => {
        await store.commitCheck(checkCommit());
        const broken = {
          ...alertMessage(),
          toJSON: () => {
            throw new Error('no JSON');
          },
        };
        await expect(
          store.commitAlertState({ ...changed(1), messages: [routed(broken, 'a')] }),
        ).rejects.toThrow();
        expect(await store.siteRecord('prod')).toMatchObject({ alertState: initialAlertState, revision: 1 });
      });
    });

    describe('a version', () => {
      const state = {
        ...initialVersionState,
        known: { version: '14.254.6', releaseLabel: null, repositoryVersion: null },
        failure: { reason: 'refused', detail: 'Nothing listens.', since: 1, at: 2 },
      } as const;

      it('is stored with its messages, and the latest counts', async () => {
        expect(await store.versionRecord('prod')).toBeNull();
        await store.commitVersion({ site: 'prod', at: builtAt, state: initialVersionState, messages: [] });
        expect(await store.versionRecord('prod')).toEqual({ site: 'prod', state: initialVersionState });
        const messages = [routed(alertMessage(), 'a', 'b')];
        await store.commitVersion({ site: 'prod', at: builtAt, state, messages });
        await store.commitVersion({ site: 'a', at: builtAt, state, messages });

        expect(await store.versionRecord('prod')).toEqual({ site: 'prod', state });
        expect((await store.versionRecords()).map(({ site }) => site)).toEqual(['a', 'prod']);
        expect(await store.versionRecord('other')).toBeNull();
        expect(await idsOf('a')).toEqual(['alert-1']);
        expect(await idsOf('b')).toEqual(['alert-1']);
      });

      it('and the checks of a site know nothing of each other', async () => {
        await store.commitVersion({ site: 'prod', at: builtAt, state, messages: [] });
        expect(await store.siteRecord('prod')).toBeNull();
        expect(await store.siteRecords()).toEqual([]);
        await commitNext(store, checkCommit());
        await commitNext(store, checkCommit({ check: { site: 'never-asked' } }));
        expect(await store.versionRecord('prod')).toEqual({ site: 'prod', state });
        expect(await store.versionRecord('never-asked')).toBeNull();
      });

      it('that cannot be stored leaves nothing behind', async () => {
        const broken = {
          ...alertMessage(),
          toJSON: () => {
            throw new Error('no JSON');
          },
        };
        const commit = { site: 'prod', at: builtAt, state, messages: [routed(broken, 'a')] };
        await expect(store.commitVersion(commit)).rejects.toThrow();
        expect(await store.versionRecord('prod')).toBeNull();
        expect(await idsOf('a')).toEqual([]);
      });
    });

    describe('history', () => {
      it('gives checks from the start of a range to before its end, oldest first, no more than asked', async () => {
        for (const at of [30, 10, 20, 40]) await commitNext(store, checkCommit({ check: { at } }));
        await commitNext(store, checkCommit({ check: { site: 'other', at: 15 } }));
        const times = async (from: number, to: number, limit: number) =>
          (await store.history('prod', { from, to, limit })).map(({ at }) => at);

        expect(await times(0, 100, 10)).toEqual([10, 20, 30, 40]);
        expect(await times(10, 40, 10)).toEqual([10, 20, 30]);
        expect(await times(0, 100, 2)).toEqual([10, 20]);
        expect(await times(50, 100, 10)).toEqual([]);
      });

      it('keeps two checks of the same instant, and every kind of outcome', async () => {
        const failed = {
          outcome: { kind: 'failed' as const, reason: 'timeout' as const, detail: 'No answer in 30 s.' },
          certificates: { client: 1, root: 2, server: null },
          host: null,
        };
        await commitNext(store, checkCommit());
        await commitNext(store, checkCommit({ check: failed }));
        expect(await store.history('prod', { from: 0, to: builtAt + 1, limit: 10 })).toEqual([
          checkCommit().check,
          checkCommit({ check: failed }).check,
        ]);
      });

      const thin = async (options: { now: number; thinAfterDays: number; keepDays: number }) => {
        let calls = 1;
        while (await store.thinHistory(options)) calls += 1;
        expect(calls).toBeLessThan(100);
        return (await store.history('prod', { from: 0, to: options.now + 1, limit: 10_000 })).map(
          ({ at }) => at,
        );
      };

      it('thins to the last check of a day and every change, and keeps recent ones and other sites whole', async () => {
        const day = (n: number, hour: number) => n * MS_PER_DAY + hour * 3_600_000;
        const failed = { kind: 'failed', reason: 'refused', detail: '' } as const;
        const check = (at: number, rest: object = {}) =>
          commitNext(store, checkCommit({ check: { at, ...rest } }));
        for (const hour of [0, 6, 12, 18]) await check(day(100, hour));
        await check(day(101, 0));
        await check(day(101, 6), { outcome: failed });
        await check(day(101, 7), { outcome: { ...failed, detail: 'other words' } });
        await check(day(101, 12));
        await check(day(101, 18));
        for (const hour of [0, 6]) await check(day(120, hour));
        await check(day(100, 1), { site: 'other' });

        const kept = [
          day(100, 0), // the first of all
          day(100, 18),
          day(101, 6), // a change
          day(101, 12), // and back
          day(101, 18),
          day(120, 0),
          day(120, 6),
        ];
        const options = { now: day(121, 0), thinAfterDays: 7, keepDays: 400 };
        expect(await thin(options)).toEqual(kept);
        expect(await thin(options)).toEqual(kept);
        expect(await store.history('other', { from: 0, to: day(200, 0), limit: 9 })).toHaveLength(1);
      });

      it('does not take the days that pass for a change', async () => {
        for (const hour of [0, 1, 2, 3]) {
          await commitNext(
            store,
            checkCommit({
              check: {
                at: MS_PER_DAY * 50 + hour * 3_600_000,
                outcome: {
                  kind: 'reading',
                  reading: { ...builtReading, definitionUpdatedAt: hour },
                  verdict: { state: 'valid', endDate: '2027-05-06', daysLeft: 99 - hour, remarks: [] },
                },
              },
            }),
          );
        }
        expect(await thin({ now: MS_PER_DAY * 90, thinAfterDays: 7, keepDays: 400 })).toHaveLength(2);
      });

      it('forgets what is older than it is to be kept, receipts included, and never what waits', async () => {
        await commitNext(store, checkCommit({ check: { at: builtAt - 500 * MS_PER_DAY } }));
        await commitNext(store, checkCommit());
        await enqueue(alertMessage(), 'a');
        await settle('a', accepted, { at: builtAt - 500 * MS_PER_DAY });
        await enqueue(alertMessage({ id: 'alert-2', occurredAt: builtAt - 500 * MS_PER_DAY }), 'a');

        expect(await thin({ now: builtAt, thinAfterDays: 30, keepDays: 400 })).toEqual([builtAt]);
        expect(await store.receipts({ limit: 10 })).toEqual([]);
        expect(await idsOf('a')).toEqual(['alert-2']);
        expect((await store.siteRecord('prod'))?.lastCheck.at).toBe(builtAt);
      });

      it('tells of work left and gets through a long history', async () => {
        for (let n = 0; n < 6000; n += 500) {
          await Promise.all(
            Array.from({ length: 500 }, (_, i) =>
              store.commitCheck(checkCommit({ basedOn: n + i, check: { at: (n + i) * 60_000 } })),
            ),
          );
        }
        const left = await thin({ now: 400 * MS_PER_DAY, thinAfterDays: 30, keepDays: 500 });
        expect(left).toEqual([0, ...[1, 2, 3, 4].map((day) => day * MS_PER_DAY - 60_000), 5999 * 60_000]);
      });
    });

    describe('the outbox', () => {
      it('gives rows in the order they came, in pages, to each destination its own', async () => {
        for (let n = 1; n <= 5; n += 1) {
          await enqueue(statusMessage({ id: `s${n}` }), ...(n % 2 === 1 ? ['odd', 'all'] : ['all']));
        }
        const first = await store.nextRows('all', 2);
        const second = await store.nextRows('all', 2, first[1]?.seq);
        expect([...first, ...second].map(({ message }) => message.id)).toEqual(['s1', 's2', 's3', 's4']);
        expect(await idsOf('odd')).toEqual(['s1', 's3', 's5']);
        expect(await store.nextRows('nobody', 10)).toEqual([]);
      });

      it('takes away at one destination only what that one has settled', async () => {
        for (const id of ['s1', 's2', 's3']) await enqueue(statusMessage({ id }), 'a', 'b');
        await settle('a', accepted, { count: 2 });
        expect(await idsOf('a')).toEqual(['s3']);
        expect(await idsOf('b')).toEqual(['s1', 's2', 's3']);
        await settle('b', dead);
        expect(await idsOf('a')).toEqual(['s3']);
      });

      it('ignores the settlement of a row it does not have', async () => {
        await enqueue(alertMessage(), 'a');
        const [row] = await store.nextRows('a', 1);
        const settlements = [{ seq: row!.seq, result: accepted }];
        await store.settle({ destination: 'b', at: 1, settlements, lane: idleLane, messages: [] });
        expect(await idsOf('a')).toEqual(['alert-1']);
        for (let n = 0; n < 2; n += 1) {
          await store.settle({ destination: 'a', at: 1, settlements, lane: idleLane, messages: [] });
        }
        expect(await store.receipts({ limit: 10 })).toHaveLength(1);
      });

      it('takes an id once for a destination: while it waits, when dead, and when delivered as an alert', async () => {
        await store.enqueue([routed(alertMessage(), 'a', 'a'), routed(alertMessage(), 'a')], builtAt);
        await enqueue(alertMessage(), 'a', 'b');
        expect(await idsOf('a')).toEqual(['alert-1']);
        expect(await idsOf('b')).toEqual(['alert-1']);

        await settle('a', accepted);
        await settle('b', dead);
        await commitNext(store, checkCommit({ messages: [routed(alertMessage(), 'a', 'b', 'c')] }));
        expect(await idsOf('a')).toEqual([]);
        expect(await idsOf('b')).toEqual([]);
        expect(await idsOf('c')).toEqual(['alert-1']);
      });

      it('takes the id of a delivered status again, because a status leaves no receipt', async () => {
        await enqueue(statusMessage(), 'a');
        await settle('a', accepted);
        await enqueue(statusMessage(), 'a');
        expect(await idsOf('a')).toEqual(['status-1']);
        expect(await store.receipts({ limit: 10 })).toEqual([]);
      });

      it('keeps large and unusual text exactly', async () => {
        const text = `${'long '.repeat(60_000)}Ünïcödé 🚨 \u0000 \ud800 "quoted" \\ \u2028 ' ; DROP TABLE`;
        const site = 'Zürich – 東京 🏢';
        const message = alertMessage({ id: 'ïd-🚨', site, text });
        await enqueue(message, 'tür');
        await commitNext(store, checkCommit({ check: { site }, status: message }));

        expect((await store.nextRows('tür', 1))[0]?.message).toEqual(message);
        expect((await store.siteRecord(site))?.status).toEqual(message);
        await settle('tür', dead);
        expect((await store.receipts({ site, destination: 'tür', limit: 1 }))[0]?.message).toEqual(message);
      });
    });

    describe('a lane', () => {
      it('remembers what it is told, and is idle before', async () => {
        expect(await store.lane('a')).toEqual(idleLane);
        const record: LaneRecord = {
          failingSince: 1,
          failedAttempts: 2,
          nextAttemptAt: 3,
          lastFailure: { at: 4, reason: 'timeout', detail: 'No answer.' },
          lastAcceptedAt: 5,
          announcedAt: 6,
        };
        await settle('a', accepted, { lane: record });
        expect(await store.lane('a')).toEqual(record);
        expect(await store.lane('b')).toEqual(idleLane);
      });

      it('sums up what waits and what is dead, by name', async () => {
        await enqueue(statusMessage({ id: 's1', occurredAt: 100 }), 'b');
        await enqueue(statusMessage({ id: 's2', occurredAt: 200 }), 'b', 'a');
        await settle('a', dead);
        expect(await store.laneSummaries()).toEqual([
          { destination: 'a', waiting: 0, oldestEnqueuedAt: null, deadLetters: 1, lane: idleLane },
          { destination: 'b', waiting: 2, oldestEnqueuedAt: 100, deadLetters: 0, lane: idleLane },
        ]);
      });

      it('tells other destinations in the same step as it settles', async () => {
        await enqueue(alertMessage(), 'a');
        const [row] = await store.nextRows('a', 1);
        const told = alertMessage({ id: 'dead-letter-1', kind: 'dead-letter', site: null });
        await store.settle({
          destination: 'a',
          at: 77,
          settlements: [{ seq: row!.seq, result: dead }],
          lane: idleLane,
          messages: [routed(told, 'b')],
        });
        expect(await store.nextRows('b', 1)).toEqual([
          { seq: expect.any(Number), message: told, enqueuedAt: 77 },
        ]);
        expect(await store.deadLetters({ destination: 'a', limit: 1000 })).toHaveLength(1);
      });

      const newest = { name: 'newest', supersedes: true };
      const every = { name: 'every', supersedes: false };

      it('that is long drops older statuses of the same site, where a newer one makes them worthless', async () => {
        store = await open({ longLaneRows: 4 });
        await enqueue(alertMessage({ id: 'alert' }), newest, every);
        await enqueue(statusMessage({ id: 'p1' }), newest, every);
        await enqueue(statusMessage({ id: 'q1', site: 'test' }), newest, every);
        await enqueue(statusMessage({ id: 'p2' }), newest, every);
        expect(await idsOf('newest')).toEqual(['alert', 'p1', 'q1', 'p2']);

        await enqueue(statusMessage({ id: 'p3' }), newest, every);
        expect(await idsOf('newest')).toEqual(['alert', 'q1', 'p3']);
        expect(await idsOf('every')).toEqual(['alert', 'p1', 'q1', 'p2', 'p3']);
        expect(await waitingOf('newest')).toBe(3);
      });

      it('drops no alert and no message about the service, however long it is', async () => {
        store = await open({ longLaneRows: 2, maxStatusRowsPerLane: 2 });
        const expected: string[] = [];
        for (let n = 0; n < 10; n += 1) {
          expected.push(`a${n}`, `n${n}`);
          await enqueue(alertMessage({ id: `a${n}` }), every);
          await enqueue(alertMessage({ id: `n${n}`, site: null, kind: 'destination-failing' }), every);
          await enqueue(statusMessage({ id: `s${n}` }), every);
        }
        expect((await idsOf('every')).filter((id) => !id.startsWith('s'))).toEqual(expected);
      });

      it('that is full drops its oldest statuses, and those of no other lane', async () => {
        store = await open({ maxStatusRowsPerLane: 3 });
        await enqueue(statusMessage({ id: 'other' }), 'other');
        await enqueue(alertMessage({ id: 'alert' }), every);
        for (let n = 1; n <= 5; n += 1) await enqueue(statusMessage({ id: `s${n}` }), every);
        expect(await idsOf('every')).toEqual(['alert', 's3', 's4', 's5']);
        expect(await waitingOf('every')).toBe(4);
        expect(await idsOf('other')).toEqual(['other']);
      });
    });

    describe('receipts', () => {
      it('say what became of each alert, newest first, by destination and site', async () => {
        await enqueue(alertMessage({ id: 'a1' }), 'a', 'b');
        await enqueue(alertMessage({ id: 'a2', site: 'test' }), 'a');
        await enqueue(statusMessage(), 'a');
        await settle('b', dead, { at: builtAt + 30 });
        await settle('a', accepted, { at: builtAt + 20 });
        const found = async (filter: Parameters<Store['receipts']>[0]) =>
          (await store.receipts(filter)).map(({ destination, message }) => `${destination}/${message.id}`);

        expect(await found({ limit: 10 })).toEqual(['b/a1', 'a/a2', 'a/a1']);
        expect(await found({ limit: 1 })).toEqual(['b/a1']);
        expect(await found({ destination: 'a', limit: 10 })).toEqual(['a/a2', 'a/a1']);
        expect(await found({ site: 'prod', limit: 10 })).toEqual(['b/a1', 'a/a1']);
        expect(await found({ site: 'prod', destination: 'b', limit: 10 })).toEqual(['b/a1']);
        expect(await found({ site: 'none', limit: 10 })).toEqual([]);
        expect(await store.receipts({ destination: 'b', limit: 1 })).toEqual([
          {
            destination: 'b',
            seq: expect.any(Number),
            message: alertMessage({ id: 'a1' }),
            at: builtAt + 30,
            result: dead,
          },
        ]);
      });
    });

    describe('receipts in pages', () => {
      it('go on after a place in the list, those of the same time by their seq', async () => {
        for (const id of ['a1', 'a2', 'a3']) await enqueue(alertMessage({ id }), 'a', 'b');
        await settle('b', accepted, { at: builtAt + 30 });
        await settle('a', accepted, { at: builtAt + 20 });
        const all = await store.receipts({ limit: 10 });
        expect(all).toHaveLength(6);
        for (const [index, { at, seq }] of all.entries()) {
          const rest = all.slice(index + 1);
          expect(await store.receipts({ before: { at, seq }, limit: 10 })).toEqual(rest);
          expect(await store.receipts({ before: { at, seq }, site: 'prod', limit: 1 })).toEqual(
            rest.slice(0, 1),
          );
          expect(await store.receipts({ before: { at, seq }, destination: 'a', limit: 10 })).toEqual(
            rest.filter(({ destination }) => destination === 'a'),
          );
        }
      });
    });

    describe('dead letters', () => {
      const deadSeqs = async () => (await store.deadLetters({ limit: 1000 })).map(({ seq }) => seq);

      it('hold alerts and statuses, of one destination or of all', async () => {
        await enqueue(alertMessage(), 'a', 'b');
        await enqueue(statusMessage(), 'a');
        await settle('a', dead);
        await settle('b', dead);
        expect(
          (await store.deadLetters({ destination: 'a', limit: 1000 })).map(({ message }) => message.id),
        ).toEqual(['alert-1', 'status-1']);
        expect(await store.deadLetters({ limit: 1000 })).toHaveLength(3);
        expect(await store.deadLetters({ destination: 'c', limit: 1000 })).toEqual([]);
      });

      it('are given in pages, oldest or newest first, never more than asked', async () => {
        for (let n = 1; n <= 5; n += 1) {
          await enqueue(alertMessage({ id: `a${n}` }), ...(n % 2 === 1 ? ['odd', 'all'] : ['all']));
        }
        await settle('all', dead);
        await settle('odd', dead);
        const idsOfLetters = async (filter: Parameters<Store['deadLetters']>[0]) =>
          (await store.deadLetters(filter)).map(({ message }) => message.id);
        const first = await store.deadLetters({ destination: 'all', limit: 2 });
        const afterSeq = first[1]!.seq;

        expect(first.map(({ message }) => message.id)).toEqual(['a1', 'a2']);
        expect(await idsOfLetters({ destination: 'all', afterSeq, limit: 2 })).toEqual(['a3', 'a4']);
        expect(await idsOfLetters({ afterSeq, limit: 10 })).toEqual(['a3', 'a3', 'a4', 'a5', 'a5']);
        expect(await idsOfLetters({ destination: 'odd', newestFirst: true, limit: 2 })).toEqual(['a5', 'a3']);
        expect(await idsOfLetters({ newestFirst: true, limit: 3 })).toEqual(['a5', 'a5', 'a4']);
        expect(await idsOfLetters({ limit: 0 })).toEqual([]);
      });

      it('go back to the end of their lane when retried', async () => {
        await enqueue(alertMessage({ id: 'first' }), 'a');
        await settle('a', dead);
        await enqueue(alertMessage({ id: 'second' }), 'a');
        const [seq] = await deadSeqs();

        expect(await store.retryDeadLetter('a', seq!, 123)).toBe(true);
        expect(await idsOf('a')).toEqual(['second', 'first']);
        expect((await store.nextRows('a', 2))[1]?.enqueuedAt).toBe(123);
        expect(await deadSeqs()).toEqual([]);
        expect(await store.receipts({ limit: 10 })).toEqual([]);
        expect(await store.retryDeadLetter('a', seq!, 124)).toBe(false);

        await settle('a', accepted);
        expect(await store.receipts({ limit: 10 })).toHaveLength(2);
      });

      it('are gone when dropped', async () => {
        await enqueue(alertMessage(), 'a', 'b');
        await settle('a', dead);
        const [seq] = await deadSeqs();
        expect(await store.dropDeadLetter('b', seq!)).toBe(false);
        expect(await store.dropDeadLetter('a', seq!)).toBe(true);
        expect(await store.dropDeadLetter('a', seq!)).toBe(false);
        expect(await store.retryDeadLetter('a', seq!, 1)).toBe(false);
        expect(await deadSeqs()).toEqual([]);
        expect(await idsOf('b')).toEqual(['alert-1']);
      });

      it('are not what was delivered', async () => {
        await enqueue(alertMessage(), 'a');
        const [row] = await store.nextRows('a', 1);
        await settle('a', accepted);
        expect(await store.dropDeadLetter('a', row!.seq)).toBe(false);
        expect(await store.retryDeadLetter('a', row!.seq, 1)).toBe(false);
        expect(await store.receipts({ limit: 1 })).toHaveLength(1);
      });
    });

    it('keeps order and numbers growing whatever was taken away before', async () => {
      let last = 0;
      for (let n = 0; n < 5; n += 1) {
        await enqueue(statusMessage({ id: `s${n}` }), 'a');
        const [row] = await store.nextRows('a', 1);
        expect(row!.seq).toBeGreaterThan(last);
        last = row!.seq;
        await settle('a', accepted);
        if (underTest.reopen) store = await underTest.reopen(store);
      }
      onTestFinished(() => store.close());
    });

    it('changes nothing when it is only touched', async () => {
      await commitNext(store, checkCommit({ messages: [routed(alertMessage(), 'a')] }));
      const snapshot = async () => [
        await store.siteRecords(),
        await store.laneSummaries(),
        await idsOf('a'),
        await store.receipts({ limit: 10 }),
      ];
      const before = await snapshot();
      await store.touch();
      expect(await snapshot()).toEqual(before);
    });

    it('finishes what is under way when it closes, and refuses everything after', async () => {
      const underWay = store.enqueue([routed(alertMessage(), 'a')], builtAt);
      await store.close();
      await expect(underWay).resolves.toBeUndefined();
      await store.close();

      const closed = { name: 'StoreError', code: 'STORE_CLOSED' };
      await expect(commitNext(store, checkCommit())).rejects.toMatchObject(closed);
      await expect(store.enqueue([], 1)).rejects.toMatchObject(closed);
      await expect(store.touch()).rejects.toMatchObject(closed);
      await expect(store.nextRows('a', 1)).rejects.toMatchObject(closed);
      await expect(store.siteRecords()).rejects.toMatchObject(closed);
      await expect(store.thinHistory({ now: 1, thinAfterDays: 1, keepDays: 1 })).rejects.toMatchObject(
        closed,
      );
    });

    it.runIf('reopen' in underTest)('has everything again after it was closed', async () => {
      const snapshot = async () => ({
        sites: await store.siteRecords(),
        versions: await store.versionRecords(),
        history: await store.history('prod', { from: 0, to: builtAt * 2, limit: 100 }),
        lanes: await store.laneSummaries(),
        waiting: [await store.nextRows('a', 100), await store.nextRows('b', 100)],
        receipts: await store.receipts({ limit: 100 }),
        dead: await store.deadLetters({ limit: 1000 }),
      });
      for (let n = 0; n < 6; n += 1) {
        const messages = [
          routed(alertMessage({ id: `a${n}` }), 'a', 'b'),
          routed(statusMessage({ id: `s${n}` }), 'b'),
        ];
        await commitNext(store, checkCommit({ check: { at: builtAt + n }, messages }));
      }
      await store.commitVersion({ site: 'prod', at: builtAt, state: initialVersionState, messages: [] });
      await settle('a', accepted, { count: 2 });
      await settle('a', dead, { count: 2, lane: { ...idleLane, failedAttempts: 3 } });
      const before = await snapshot();

      store = await underTest.reopen!(store);
      onTestFinished(() => store.close());
      expect(await snapshot()).toEqual(before);
      expect(before.waiting.map((rows) => rows.length)).toEqual([2, 12]);
    });

    it('agrees with a simple model of an outbox, whatever is done in whatever order', {
      timeout: 60_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(storeModel.step, { maxLength: 30 }), async (steps) => {
          const limits = { longLaneRows: 4, maxStatusRowsPerLane: 6 };
          const model = storeModel.create(limits);
          const real = await underTest.open(limits);
          try {
            for (const step of steps) await model.runBoth(step, real);
            expect(await model.contentsOf(real)).toEqual(model.contents());
          } finally {
            await real.close();
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}
