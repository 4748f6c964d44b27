import { expect, it } from 'vitest';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { alertMessage, builtAt, checkCommit, commitNext, routed } from '../../test/fakes/messages.ts';
import { idleLane } from '../store/store.ts';
import { alertsBefore, checksBefore, readTrend } from './past.ts';
import { lineOf } from './trend.ts';

const hour = 3_600_000;

it('pages through checks, newest first, each once', async () => {
  const store = memoryStore();
  const times = Array.from({ length: 23 }, (_, index) => builtAt + index * 11 * hour);
  for (const at of times) await commitNext(store, checkCommit({ check: { at } }));
  const found: string[] = [];
  for (let before: string | null = String(Number.MAX_SAFE_INTEGER); before !== null; ) {
    const page = await checksBefore(store, 'prod', { before: Number(before), limit: 5 }, times.at(-1)!);
    found.push(...page.items.map(({ at }) => at));
    before = page.next;
  }
  expect(found).toEqual(times.toReversed().map((at) => new Date(at).toISOString()));
});

it('pages through alerts, keeping what was settled together on one page', async () => {
  const store = memoryStore();
  for (let n = 0; n < 9; n += 1) {
    await store.enqueue([routed(alertMessage({ id: `a-${n}` }), 'x', 'y')], builtAt);
  }
  for (const destination of ['x', 'y']) {
    for (const { seq } of await store.nextRows(destination, 100)) {
      await store.settle({
        destination,
        at: builtAt + seq,
        settlements: [{ seq, result: { kind: 'accepted' } }],
        lane: idleLane,
        messages: [],
      });
    }
  }
  const found: string[] = [];
  for (let before: string | null | undefined; before !== null; ) {
    const page = await alertsBefore(store, {}, { before, limit: 5 });
    found.push(...page.items.map(({ id, destination }) => `${id} ${destination}`));
    before = page.next;
  }
  expect(new Set(found).size).toBe(18);
  expect(found).toHaveLength(18);
  expect(found.slice(0, 2).map((text) => text.slice(0, 3))).toEqual(['a-8', 'a-8']);
});

it('never asks for more than one page of alerts needs, however far back', async () => {
  const store = memoryStore();
  for (let n = 0; n < 300; n += 1) {
    await store.enqueue([routed(alertMessage({ id: `a-${n}` }), 'x')], builtAt);
  }
  for (const { seq } of await store.nextRows('x', 1_000)) {
    const settlements = [{ seq, result: { kind: 'accepted' as const } }];
    await store.settle({ destination: 'x', at: builtAt + seq, settlements, lane: idleLane, messages: [] });
  }
  let most = 0;
  const receipts: typeof store.receipts = (filter) => {
    most = Math.max(most, filter.limit);
    return store.receipts(filter);
  };
  let count = 0;
  for (let before: string | null | undefined; before !== null; ) {
    const page = await alertsBefore({ ...store, receipts }, {}, { before, limit: 20 });
    count += page.items.length;
    before = page.next;
  }
  expect([count, most]).toEqual([300, 70]);
});

it('draws a steady countdown as a line of two points, and keeps a renewal and a gap', async () => {
  const store = memoryStore();
  const day = 24 * hour;
  const at = (n: number) => builtAt + n * day;
  for (let n = 0; n < 40; n += 1) {
    const daysLeft = n < 20 ? 30 - n : 375 - n;
    await commitNext(
      store,
      checkCommit({
        check: {
          at: at(n),
          outcome:
            n === 30
              ? { kind: 'failed', reason: 'refused', detail: 'x' }
              : {
                  kind: 'reading',
                  reading: {} as never,
                  verdict: { state: 'valid', endDate: '2027-05-06', daysLeft, remarks: [] },
                },
        },
      }),
    );
  }
  const line = lineOf(await readTrend(store, 'prod', at(40)));
  expect(line.map(([seconds, daysLeft]) => [(seconds * 1000 - builtAt) / day, daysLeft])).toEqual([
    [0, 30],
    [19, 11],
    [20, 355],
    [29, 346],
    [30, null],
    [31, 344],
    [39, 336],
  ]);
});
