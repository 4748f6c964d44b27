import { expect, it } from 'vitest';
import { dispatchRig, HOUR, ids, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { deferred, rejected, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
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
