import { expect, it } from 'vitest';
import { DAY, dispatchRig, HOUR, ids, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { accepted, deferred, rejected, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
import type { Store } from '../store/store.ts';

it('delivers what waits, in order, and leaves nothing behind but receipts', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  await rig.enqueue(ids('a', 5), 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(0);
  expect(hook.calls).toEqual([['a-1'], ['a-2'], ['a-3'], ['a-4'], ['a-5']]);
  expect(await rig.waiting('hook')).toEqual([]);
  expect(await rig.store.receipts({ destination: 'hook', limit: 10 })).toHaveLength(5);
  expect(dispatcher.counts()).toEqual({ hook: { accepted: 5, deferred: {}, rejected: {} } });
});

it('hands over as much as a destination takes at once', async () => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 4 });
  await rig.enqueue(ids('a', 10), 'series');
  rig.start(laneOf('series', series));
  await rig.clock.advance(0);
  expect(series.calls.map((call) => call.length)).toEqual([4, 4, 2]);
  expect(series.taken).toEqual(ids('a', 10));
});

it('delivers at once what comes up while it sleeps, when it is woken', async () => {
  const rig = dispatchRig();
  const [one, other] = [scriptedDestination(), scriptedDestination()];
  const dispatcher = rig.start(laneOf('one', one), laneOf('other', other));
  await rig.clock.advance(10 * SECOND);
  await rig.enqueue(['a'], 'one', 'other');
  dispatcher.wake('one');
  await rig.clock.advance(0);
  expect([one.taken, other.taken]).toEqual([['a'], []]);
  dispatcher.wake();
  await rig.clock.advance(0);
  expect(other.taken).toEqual(['a']);
});

it('finds within a minute what nobody woke it for, and looks no more often than that', async () => {
  const store = memoryStore();
  let looks = 0;
  const counting: Store = {
    ...store,
    nextRows: (...args) => {
      looks += 1;
      return store.nextRows(...args);
    },
  };
  const rig = dispatchRig(counting);
  const hook = scriptedDestination();
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(HOUR - 1);
  expect(looks).toBe(60);
  await rig.enqueue(['a'], 'hook');
  await rig.clock.advance(MINUTE);
  expect(hook.taken).toEqual(['a']);
});

it('does not let a lane that hangs, fails or breaks delay another', async () => {
  const rig = dispatchRig();
  const deaf = scriptedDestination();
  const failing = scriptedDestination();
  const broken = scriptedDestination();
  const fine = scriptedDestination();
  deaf.otherwise('deaf');
  failing.otherwise(deferred);
  broken.otherwise(new TypeError('oops'));
  await rig.enqueue(ids('a', 3), 'deaf', 'failing', 'broken', 'fine');
  rig.start(laneOf('deaf', deaf), laneOf('failing', failing), laneOf('broken', broken), laneOf('fine', fine));
  await rig.clock.advance(0);
  expect(fine.taken).toEqual(ids('a', 3));
});

it('tries a deferred message again after 5 s, 10 s, 20 s …, before any later one', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred, deferred, deferred);
  await rig.enqueue(['a', 'b'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  const callsAfter = async (ms: number) => {
    await rig.clock.advance(ms);
    return hook.calls.length;
  };
  expect(await callsAfter(0)).toBe(1);
  dispatcher.wake();
  expect(await callsAfter(5 * SECOND - 1)).toBe(1);
  expect(await callsAfter(1)).toBe(2);
  expect(await callsAfter(10 * SECOND - 1)).toBe(2);
  expect(await callsAfter(1)).toBe(3);
  expect(await callsAfter(20 * SECOND)).toBe(5);
  expect(hook.calls).toEqual([['a'], ['a'], ['a'], ['a'], ['b']]);
  expect(dispatcher.counts()['hook']).toEqual({ accepted: 2, deferred: { unreachable: 3 }, rejected: {} });
});

it('starts the back-off anew after a success', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred, deferred, accepted, deferred);
  await rig.enqueue(['a', 'b'], 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(15 * SECOND);
  expect(await rig.store.lane('hook')).toMatchObject({
    failedAttempts: 1,
    failingSince: rig.clock.now().getTime(),
    nextAttemptAt: rig.clock.now().getTime() + 5 * SECOND,
    lastAcceptedAt: rig.clock.now().getTime(),
  });
});

it('keeps order within a batch: after the first deferred message all come again, even accepted ones', async () => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 4 });
  series.answer([accepted, deferred, accepted, rejected]);
  await rig.enqueue(ids('a', 4), 'series');
  rig.start(laneOf('series', series));
  await rig.clock.advance(5 * SECOND);
  expect(series.calls).toEqual([
    ['a-1', 'a-2', 'a-3', 'a-4'],
    ['a-2', 'a-3', 'a-4'],
  ]);
  expect(await rig.deadLetters('series')).toEqual([]);
});

it('obeys Retry-After, also across a restart', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer({ kind: 'deferred', reason: 'rate-limited', detail: 'HTTP 429', retryAfterMs: 10 * MINUTE });
  await rig.enqueue(['a'], 'hook');
  const first = rig.start(laneOf('hook', hook));
  await rig.clock.advance(MINUTE);
  await rig.clock.finish(first.stop(0));
  const again = scriptedDestination();
  rig.start(laneOf('hook', again));
  await rig.clock.advance(9 * MINUTE - 1);
  expect(again.calls).toEqual([]);
  await rig.clock.advance(1);
  expect(again.taken).toEqual(['a']);
});

it('makes a rejected message a dead letter at once and goes on with the next', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(accepted, rejected);
  await rig.enqueue(ids('a', 3), 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(0);
  expect(hook.taken).toEqual(['a-1', 'a-3']);
  expect(await rig.deadLetters('hook')).toEqual([{ id: 'a-2', reason: 'refused' }]);
  expect(dispatcher.counts()['hook']).toEqual({ accepted: 2, deferred: {}, rejected: { refused: 1 } });
});

it('gives a message up after its time, not before, and keeps it as a dead letter', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.otherwise(deferred);
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(7 * DAY - 1);
  await rig.enqueue(['b'], 'hook');
  expect(await rig.deadLetters('hook')).toEqual([]);
  await rig.clock.advance(HOUR + 1);
  expect(await rig.deadLetters('hook')).toEqual([{ id: 'a', reason: 'gave-up' }]);
  expect(await rig.waiting('hook')).toEqual(['b']);
});

it('does not give up old messages because the first attempt after a long standstill fails', async () => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 100 });
  await rig.enqueue(ids('a', 20), 'series');
  await rig.clock.advance(8 * DAY);
  series.answer(deferred, deferred);
  rig.start(laneOf('series', series));
  await rig.clock.advance(MINUTE);
  expect(series.taken).toEqual(ids('a', 20));
  expect(await rig.deadLetters('series')).toEqual([]);
});

it('grants old messages a new trial after every success', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  await rig.enqueue(['a', 'b'], 'hook');
  await rig.clock.advance(8 * DAY);
  const fortyMinutes = Array<typeof deferred>(9).fill(deferred);
  hook.answer(...fortyMinutes, accepted, ...fortyMinutes);
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(3 * HOUR);
  expect(hook.taken).toEqual(['a', 'b']);
});

it('keeps the least time between two attempts', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  await rig.enqueue(ids('a', 4), 'hook');
  const dispatcher = rig.start(laneOf('hook', hook, { rateLimit: 20 * SECOND }));
  await rig.clock.advance(0);
  expect(hook.calls).toHaveLength(1);
  rig.clock.jump(DAY);
  dispatcher.wake();
  await rig.clock.advance(20 * SECOND - 1);
  expect(hook.calls).toHaveLength(1);
  rig.clock.jump(-2 * DAY);
  await rig.clock.advance(1);
  expect(hook.calls).toHaveLength(2);
  await rig.clock.advance(40 * SECOND);
  expect(hook.calls).toHaveLength(4);
});

it.each([
  ['forward', 30 * DAY],
  ['back', -30 * DAY],
])('keeps the back-off when the wall clock jumps %s', async (_, jumpMs) => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred, deferred);
  await rig.enqueue(['a'], 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(5 * SECOND);
  rig.clock.jump(jumpMs);
  await rig.clock.advance(10 * SECOND - 1);
  expect(hook.taken).toEqual([]);
  await rig.clock.advance(1);
  expect(hook.taken).toEqual(['a']);
});

it('does not wait for a time that the clock, stepped back while nobody looked, makes too far away', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.otherwise(deferred);
  await rig.enqueue(['a'], 'hook');
  const first = rig.start(laneOf('hook', hook));
  await rig.clock.advance(MINUTE);
  await rig.clock.finish(first.stop(0));
  rig.clock.jump(-400 * DAY);
  const again = scriptedDestination();
  rig.start(laneOf('hook', again));
  await rig.clock.advance(40 * SECOND);
  expect(again.taken).toEqual(['a']);
});

it('reads the next batch while one is under way, and keeps order all the same', async () => {
  const store = memoryStore();
  const reads: unknown[] = [];
  const watching: Store = {
    ...store,
    nextRows(name, limit, afterSeq) {
      reads.push(afterSeq ?? 'start');
      return store.nextRows(name, limit, afterSeq);
    },
  };
  const rig = dispatchRig(watching);
  const series = scriptedDestination({ maxBatch: 2 });
  series.answer(accepted, 'slow');
  await rig.enqueue(ids('a', 6), 'series');
  rig.start(laneOf('series', series));
  await rig.clock.advance(0);
  expect(reads).toEqual(['start', 2, 4]);
  expect(series.calls).toEqual([
    ['a-1', 'a-2'],
    ['a-3', 'a-4'],
  ]);
  await rig.clock.advance(MINUTE);
  expect(series.calls.slice(2)).toEqual([
    ['a-3', 'a-4'],
    ['a-5', 'a-6'],
  ]);
});

it('does not read ahead when nothing more waited', async () => {
  const store = memoryStore();
  let reads = 0;
  const rig = dispatchRig({
    ...store,
    nextRows(...args) {
      reads += 1;
      return store.nextRows(...args);
    },
  });
  await rig.enqueue(ids('a', 3), 'series');
  rig.start(laneOf('series', scriptedDestination({ maxBatch: 10 })));
  await rig.clock.advance(0);
  expect(reads).toBe(2);
});

it('never takes more than ten thousand at once, whatever a destination says it can take', async () => {
  const limits: number[] = [];
  const store = memoryStore();
  const rig = dispatchRig({
    ...store,
    nextRows: (name, limit, afterSeq) => {
      limits.push(limit);
      return store.nextRows(name, limit, afterSeq);
    },
  });
  rig.start(
    laneOf('series', scriptedDestination({ maxBatch: 1_000_000 })),
    laneOf('none', scriptedDestination({ maxBatch: 0 })),
  );
  await rig.clock.advance(0);
  expect(limits).toEqual([10_000, 1]);
});

it('says one line for each attempt, louder when it failed', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred, rejected);
  await rig.enqueue(['a', 'b'], 'hook');
  rig.start(laneOf('hook', hook));
  await rig.clock.advance(MINUTE);
  expect(
    rig.log.map(({ level, fields }) => [level, fields['alerts'] ?? fields['ids'], fields['outcome']]),
  ).toEqual([
    ['warn', ['a'], 'deferred'],
    ['info', ['a'], 'rejected'],
    ['error', ['a'], undefined],
    ['info', ['b'], 'accepted'],
  ]);
});
