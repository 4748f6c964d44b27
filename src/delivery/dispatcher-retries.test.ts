import { expect, it } from 'vitest';
import { DAY, dispatchRig, HOUR, ids, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { accepted, deferred, rejected, scriptedDestination } from '../../test/fakes/scripted-destination.ts';

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
