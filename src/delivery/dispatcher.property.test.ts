/** Whatever destinations answer, and wherever the service is killed: nothing lost, nothing invented, order kept. */
import * as fc from 'fast-check';
import { it } from 'vitest';
import { DAY, HOUR, laneOf, SECOND } from '../../test/fakes/dispatch-rig.ts';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { memoryStore } from '../../test/fakes/memory-store.ts';
import { alertMessage, routed } from '../../test/fakes/messages.ts';
import {
  type Answer,
  accepted,
  deferred,
  rejected,
  scriptedDestination,
} from '../../test/fakes/scripted-destination.ts';
import { silentLogger } from '../platform/logger.ts';
import { type Store, StoreError } from '../store/store.ts';
import { startDispatcher } from './dispatcher.ts';

const laneNames = ['one', 'two', 'three'];

const answer = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Answer>(accepted) },
  { weight: 3, arbitrary: fc.constant<Answer>(deferred) },
  { weight: 1, arbitrary: fc.constant<Answer>(rejected) },
  { weight: 1, arbitrary: fc.constant<Answer>('slow') },
  { weight: 1, arbitrary: fc.constant<Answer>(new Error('bug')) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(accepted, deferred, rejected), { maxLength: 4 }) },
);

const deed = fc.oneof(
  fc.record({
    kind: fc.constant('enqueue' as const),
    lanes: fc.subarray(laneNames, { minLength: 1 }),
    count: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 20 * SECOND }) }),
  fc.record({ kind: fc.constant('jump' as const), ms: fc.integer({ min: -DAY, max: DAY }) }),
  fc.record({ kind: fc.constant('crash' as const) }),
  fc.record({ kind: fc.constant('break-settle' as const), times: fc.integer({ min: 1, max: 3 }) }),
);

/** The store as one process sees it: once that process is killed, none of its calls has an effect or an answer. */
function seenByProcess(inner: Store, faults: { settlesToFail: number }) {
  let isKilled = false;
  const never = new Promise<never>(() => {});
  const call = async <T>(work: () => Promise<T>): Promise<T> => (isKilled ? never : work());
  const store: Store = {
    ...inner,
    lane: (name) => call(() => inner.lane(name)),
    nextRows: (...args) => call(() => inner.nextRows(...args)),
    laneSummaries: () => call(() => inner.laneSummaries()),
    settle: (commit) =>
      call(async () => {
        if (faults.settlesToFail-- > 0) throw new StoreError('STORE_FULL', 'The disk is full.');
        await inner.settle(commit);
      }),
  };
  return {
    store,
    kill() {
      isKilled = true;
    },
  };
}

it('reaches every destination in order or is a visible dead letter, through outages and crashes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { minLength: 1, maxLength: 15 }),
      fc.array(fc.array(answer, { maxLength: 12 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      async (deeds, scripts, batchSizes, chance) => {
        const clock = new FakeClock();
        const inner = memoryStore();
        const faults = { settlesToFail: 0 };
        const enqueued = new Map<string, string[]>(laneNames.map((name) => [name, []]));
        const taken = new Map<string, string[]>(laneNames.map((name) => [name, []]));
        let nextId = 1;

        const start = (pending: readonly (readonly Answer[])[]) => {
          const seen = seenByProcess(inner, faults);
          const destinations = laneNames.map((_, index) =>
            scriptedDestination({ maxBatch: batchSizes[index]! }),
          );
          for (const [index, destination] of destinations.entries()) destination.answer(...pending[index]!);
          const dispatcher = startDispatcher({
            store: seen.store,
            clock,
            random: () => chance,
            logger: silentLogger,
            alertAfterMs: HOUR,
            lanes: laneNames.map((name, index) => laneOf(name, destinations[index]!)),
          });
          const collect = () => {
            for (const [index, name] of laneNames.entries()) {
              taken.get(name)!.push(...destinations[index]!.taken);
              if (destinations[index]!.offenses.length > 0)
                throw new Error(destinations[index]!.offenses.join());
            }
          };
          const left = () => destinations.map(({ calls }, index) => pending[index]!.slice(calls.length));
          return { dispatcher, kill: () => seen.kill(), collect, left };
        };

        let process = start(scripts);
        for (const each of deeds) {
          if (each.kind === 'enqueue') {
            const ids = Array.from({ length: each.count }, () => `m-${nextId++}`);
            for (const name of each.lanes) enqueued.get(name)!.push(...ids);
            const messages = ids.map((id) => routed(alertMessage({ id }), ...each.lanes));
            await inner.enqueue(messages, clock.now().getTime());
            process.dispatcher.wake();
          } else if (each.kind === 'pass') {
            await clock.advance(each.ms);
          } else if (each.kind === 'jump') {
            clock.jump(each.ms);
          } else if (each.kind === 'break-settle') {
            faults.settlesToFail = each.times;
          } else {
            process.kill();
            process.collect();
            process = start(process.left());
          }
        }
        const isBusy = async () => (await inner.laneSummaries()).some(({ waiting }) => waiting > 0);
        for (let hours = 0; hours < 12 && (await isBusy()); hours += 0.25) await clock.advance(HOUR / 4);
        process.collect();

        for (const name of laneNames) {
          const wanted = enqueued.get(name)!;
          const dead = (await inner.deadLetters({ destination: name, limit: 1000 })).map(
            ({ message }) => message,
          );
          const aboutLanes = new Set(dead.filter(({ site }) => site === null).map(({ id }) => id));
          const all = [...new Set(taken.get(name)!)].filter((id) => id.startsWith('m-'));
          const deadIds = dead.map(({ id }) => id).filter((id) => !aboutLanes.has(id));
          const missing = wanted.filter((id) => !all.includes(id) && !deadIds.includes(id));
          if (missing.length > 0) throw new Error(`${name} lost ${missing.join()}`);
          const invented = [...all, ...deadIds].filter((id) => !wanted.includes(id));
          if (invented.length > 0) throw new Error(`${name} invented ${invented.join()}`);
          if (all.join() !== wanted.filter((id) => all.includes(id)).join()) {
            throw new Error(`${name} delivered ${all.join()} of ${wanted.join()}`);
          }
          const waiting = await inner.nextRows(name, 1000);
          if (waiting.length > 0) throw new Error(`${name} still keeps ${waiting.length} rows`);
        }
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);
