import { expect, it } from 'vitest';
import { dispatchRig, HOUR, laneOf, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { accepted, deferred, scriptedDestination } from '../../test/fakes/scripted-destination.ts';

it('starts no attempt with what the store hands out after the stop', async () => {
  const inner = memoryStore();
  let handOut = (): void => {};
  const rig = dispatchRig({
    ...inner,
    async nextRows(...args) {
      await new Promise<void>((resolve) => (handOut = resolve));
      return inner.nextRows(...args);
    },
  });
  const hook = scriptedDestination();
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(0);
  const stopped = dispatcher.stop(SECOND);
  handOut();
  await rig.clock.finish(stopped);
  expect(hook.calls).toEqual([]);
});

it('lets attempts under way finish when it stops, and starts no more', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  let finish = (): void => {};
  const busy = {
    ...hook,
    async deliver(...args: Parameters<typeof hook.deliver>) {
      await new Promise<void>((resolve) => (finish = resolve));
      return hook.deliver(...args);
    },
  };
  await rig.enqueue(['a', 'b'], 'hook');
  const dispatcher = rig.start(laneOf('hook', busy));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(5 * SECOND);
  await rig.clock.advance(SECOND);
  expect(hook.isClosed()).toBe(false);
  finish();
  await rig.clock.finish(stopped);
  expect(hook.taken).toEqual(['a']);
  expect(hook.isClosed()).toBe(true);
  expect(await rig.waiting('hook')).toEqual(['b']);
});

it('aborts what does not finish in time, keeps it, and does not hold it against the destination', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer('slow');
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook, { timeout: HOUR }));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(5 * SECOND);
  await rig.clock.advance(5 * SECOND);
  await rig.clock.finish(stopped);
  expect(hook.isClosed()).toBe(true);
  expect(hook.offenses).toEqual([]);
  expect(await rig.waiting('hook')).toEqual(['a']);
  expect(await rig.store.lane('hook')).toMatchObject({ failingSince: null, nextAttemptAt: null });
  expect(rig.log).toEqual([]);
});

it('settles what an aborted attempt did deliver, and holds the rest against nobody', async () => {
  const rig = dispatchRig();
  const series = scriptedDestination({ maxBatch: 2 });
  const half = {
    ...series,
    async deliver(_: unknown, signal: AbortSignal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return [accepted, deferred];
    },
  };
  await rig.enqueue(['a', 'b'], 'series');
  const dispatcher = rig.start(laneOf('series', half, { timeout: HOUR }));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(SECOND);
  await rig.clock.advance(SECOND);
  await rig.clock.finish(stopped);
  expect(await rig.waiting('series')).toEqual(['b']);
  expect(await rig.store.lane('series')).toMatchObject({ failingSince: null, nextAttemptAt: null });
});

it('does not blame a destination for throwing when the service stops', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.otherwise('throwing');
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(SECOND);
  const stopped = dispatcher.stop(SECOND);
  await rig.clock.advance(SECOND);
  await rig.clock.finish(stopped);
  expect(rig.log).toEqual([]);
  expect(await rig.waiting('hook')).toEqual(['a']);
});

it('stops in time although a destination neither ends its attempt nor closes', async () => {
  const rig = dispatchRig();
  const deaf = scriptedDestination();
  deaf.otherwise('deaf');
  await rig.enqueue(['a'], 'deaf', 'fine');
  const fine = scriptedDestination();
  const dispatcher = rig.start(
    laneOf('deaf', { ...deaf, close: () => new Promise(() => {}) }),
    laneOf('fine', fine),
  );
  await rig.clock.advance(SECOND);
  let hasStopped = false;
  void dispatcher.stop(5 * SECOND).then(() => (hasStopped = true));
  await rig.clock.advance(9 * SECOND);
  expect(hasStopped).toBe(true);
  expect(fine.isClosed()).toBe(true);
  expect(await rig.waiting('deaf')).toEqual(['a']);
});

it('stops at once when nothing is under way, and only once', async () => {
  const rig = dispatchRig();
  const hook = scriptedDestination();
  hook.answer(deferred);
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(SECOND);
  await rig.clock.finish(Promise.all([dispatcher.stop(5 * SECOND), dispatcher.stop(5 * SECOND)]));
  expect(hook.isClosed()).toBe(true);
  expect(hook.offenses).toEqual([]);
  expect(rig.clock.sleeping).toBe(0);
});

it('says which destination does not end its attempt, and which does not close', async () => {
  const rig = dispatchRig();
  const deaf = scriptedDestination();
  deaf.otherwise('deaf');
  await rig.enqueue(['a'], 'deaf');
  const dispatcher = rig.start(
    laneOf('deaf', deaf),
    laneOf('open', { ...scriptedDestination(), close: () => new Promise(() => {}) }),
    laneOf('fine', scriptedDestination()),
  );
  await rig.clock.advance(0);
  await rig.clock.finish(dispatcher.stop(5 * SECOND), 9 * SECOND);
  expect(rig.log.filter(({ level }) => level === 'error')).toEqual([
    {
      level: 'error',
      fields: { destination: 'deaf' },
      message: 'the destination does not end its last attempt; it is closed all the same',
    },
    { level: 'error', fields: { destination: 'open' }, message: 'the destination does not close' },
  ]);
  expect(deaf.isClosed()).toBe(true);
});

it('grants a destination two seconds to close', async () => {
  const rig = dispatchRig();
  let closed = (): void => {};
  const slow = { ...scriptedDestination(), close: () => new Promise<void>((resolve) => (closed = resolve)) };
  const dispatcher = rig.start(laneOf('slow', slow));
  const stopped = dispatcher.stop(5 * SECOND);
  await rig.clock.advance(2 * SECOND - 1);
  closed();
  await rig.clock.finish(stopped);
  expect(rig.log).toEqual([]);
});

it('says which destination failed to close, and closes the others', async () => {
  const rig = dispatchRig();
  const error = new Error('no goodbye');
  const fine = scriptedDestination();
  const rude = {
    ...scriptedDestination(),
    close: async () => {
      throw error;
    },
  };
  const dispatcher = rig.start(laneOf('rude', rude), laneOf('fine', fine));
  await rig.clock.finish(dispatcher.stop(5 * SECOND));
  expect(fine.isClosed()).toBe(true);
  expect(rig.log).toEqual([
    {
      level: 'error',
      fields: { destination: 'rude', err: error },
      message: 'the destination failed to close',
    },
  ]);
});

it('waits for a store that takes what the last attempt delivered, for two seconds more', async () => {
  const inner = memoryStore();
  let store = (): void => {};
  const rig = dispatchRig({
    ...inner,
    async settle(commit) {
      await new Promise<void>((resolve) => (store = resolve));
      return inner.settle(commit);
    },
  });
  const hook = scriptedDestination();
  await rig.enqueue(['a'], 'hook');
  const dispatcher = rig.start(laneOf('hook', hook));
  await rig.clock.advance(0);
  const stopped = dispatcher.stop(5 * SECOND);
  await rig.clock.advance(7 * SECOND - 1);
  expect(hook.isClosed()).toBe(false);
  store();
  await rig.clock.finish(stopped);
  expect(hook.isClosed()).toBe(true);
  expect(await rig.waiting('hook')).toEqual([]);
});
