/** A lane, a destination, a check or a loop that hangs is noticed with its name, whatever the others do. */
import { describe, expect, it } from 'vitest';
import { dispatchRig, laneOf, MINUTE, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { scriptedDestination } from '../../test/fakes/scripted-destination.ts';
import { startScheduler } from '../check/scheduler.ts';
import { startDispatcher } from '../delivery/dispatcher.ts';
import { silentLogger } from '../platform/logger.ts';
import type { Store } from '../store/store.ts';
import { beatOf } from './beat.ts';
import { listOf, watchLiveness, wordStalls } from './liveness.ts';

const never = () => new Promise<never>(() => undefined);
const signal = () => new AbortController().signal;

function fleet(store: Store, names: readonly string[]) {
  const rig = dispatchRig(store);
  const { clock } = rig;
  const destinations = new Map(names.map((name) => [name, scriptedDestination()]));
  const beats = new Map(names.map((name) => [name, beatOf(clock)]));
  const dispatcher = startDispatcher({
    store,
    lanes: names.map((name) => ({
      ...laneOf(name, destinations.get(name)!),
      clock: beats.get(name)!.clock,
    })),
    clock,
    random: () => 1,
    logger: silentLogger,
    alertAfterMs: 60 * MINUTE,
  });
  const hanging = new Set<string>();
  const checks = beatOf(clock);
  const scheduler = startScheduler({
    clock: checks.clock,
    random: () => 0,
    logger: silentLogger,
    concurrency: 2,
    sites: ['prod', 'test'].map((name) => ({
      name,
      schedule: { kind: 'interval', everyMs: MINUTE },
      run: () => (hanging.has(name) ? never() : Promise.resolve()),
    })),
  });
  const liveness = watchLiveness({
    checks,
    versions: beatOf(clock),
    lanes: beats,
    hangingChecks: () => scheduler.condition().hanging,
    hangingVersions: () => [],
    hangingDestinations: () => dispatcher.hanging(),
  });
  const stalls = () => liveness.stalls().filter(({ kind }) => kind !== 'versions-loop');
  return { ...rig, destinations, dispatcher, scheduler, hanging, stalls, liveness };
}

describe('what hangs is named while the rest goes on:', () => {
  it('a lane that waits for the store for ever', async () => {
    const store = memoryStore();
    const { clock, stalls, liveness, enqueue, destinations, dispatcher } = fleet(
      { ...store, nextRows: (name, ...rest) => (name === 'stuck' ? never() : store.nextRows(name, ...rest)) },
      ['stuck', 'fine'],
    );
    expect(liveness.notBegun()).toEqual(['stuck', 'fine']);
    await clock.advance(MINUTE);
    expect([stalls(), liveness.notBegun()]).toEqual([[], ['stuck']]);
    await clock.advance(2 * MINUTE);
    expect(stalls()).toEqual([{ kind: 'lane', name: 'stuck' }]);
    await enqueue(['one'], 'fine');
    dispatcher.wake();
    await clock.advance(SECOND);
    expect(destinations.get('fine')!.taken).toEqual(['one']);
  });

  it('a destination that does not end its attempt, until it does', async () => {
    const { clock, stalls, enqueue, destinations, dispatcher } = fleet(memoryStore(), ['deaf', 'fine']);
    destinations.get('deaf')!.answer('deaf');
    await enqueue(['one'], 'deaf', 'fine');
    dispatcher.wake();
    await clock.advance(9 * SECOND);
    expect(stalls()).toEqual([]);
    await clock.advance(10 * MINUTE);
    expect(stalls()).toEqual([{ kind: 'destination', name: 'deaf' }]);
    destinations.get('deaf')!.release();
    await clock.advance(SECOND);
    expect(stalls()).toEqual([]);
  });

  it('the check of a site', async () => {
    const { clock, stalls, hanging } = fleet(memoryStore(), []);
    hanging.add('prod');
    await clock.advance(4 * MINUTE);
    expect(stalls()).toEqual([]);
    await clock.advance(4 * MINUTE);
    expect(stalls()).toEqual([{ kind: 'site', name: 'prod' }]);
  });
});

describe('a loop', () => {
  it('that sleeps as it meant to, however long, is alive', async () => {
    const clock = new FakeClock();
    const beat = beatOf(clock);
    void beat.clock.sleep(10 * MINUTE, signal());
    await clock.advance(9 * MINUTE);
    expect([beat.isAlive(), beat.hasMovedSince(clock.monotonicMs())]).toEqual([true, true]);
    await clock.advance(2 * MINUTE);
    expect([beat.isAlive(), beat.hasMovedSince(clock.monotonicMs())]).toEqual([true, false]);
    await clock.advance(MINUTE);
    expect(beat.isAlive()).toBe(false);
  });

  it('is awake again when its sleep is cut short', async () => {
    const clock = new FakeClock();
    const beat = beatOf(clock);
    const cut = new AbortController();
    const sleeping = beat.clock.sleep(10 * MINUTE, cut.signal);
    cut.abort(new Error('cut'));
    await expect(sleeping).rejects.toThrow('cut');
    await clock.advance(2 * MINUTE);
    expect(beat.isAlive()).toBe(false);
  });

  it('has moved only if it went to sleep since then', async () => {
    const clock = new FakeClock();
    const beat = beatOf(clock);
    await clock.advance(MINUTE);
    const sinceMs = clock.monotonicMs();
    expect(beat.hasMovedSince(sinceMs)).toBe(false);
    void beat.clock.sleep(SECOND, signal());
    await clock.advance(2 * SECOND);
    expect(beat.hasMovedSince(sinceMs)).toBe(true);
  });
});

it('names at most five of many, and none to strangers', () => {
  const stalls = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ kind: 'site' as const, name }));
  expect(wordStalls(stalls, true)).toEqual(['the check of a, b, c, d, e and 1 more does not end']);
  expect(wordStalls(stalls, false)).toEqual(['6 checks of sites do not end']);
  expect(wordStalls([{ kind: 'checks-loop' }], false)).toEqual([
    'the loop that checks the sites does not turn',
  ]);
  expect(listOf(['a'])).toBe('a');
});
