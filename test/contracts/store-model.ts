/** An outbox as plainly as it can be said: one list of entries. The contract compares stores with it. */
import * as fc from 'fast-check';
import { idleLane, type Store } from '../../src/store/store.ts';
import { alertMessage, routed, statusMessage } from '../fakes/messages.ts';
import type { StoreLimits } from './store.ts';

const destinations = ['a', 'b'] as const;
type Destination = (typeof destinations)[number];

interface Entry {
  readonly id: string;
  readonly topic: 'alert' | 'status';
  readonly site: string;
  readonly destination: Destination;
  readonly phase: 'waiting' | 'dead' | 'delivered';
}

type Step =
  | {
      readonly kind: 'enqueue';
      readonly topic: Entry['topic'];
      readonly number: number;
      readonly site: string;
      readonly to: readonly Destination[];
      readonly supersedes: boolean;
    }
  | {
      readonly kind: 'settle';
      readonly at: Destination;
      readonly fates: readonly ('accepted' | 'dead' | 'kept')[];
    }
  | { readonly kind: 'retry' | 'drop'; readonly at: Destination; readonly index: number };

const destination = fc.constantFrom(...destinations);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('enqueue' as const),
      topic: fc.constantFrom('alert' as const, 'status' as const),
      number: fc.nat(9),
      site: fc.constantFrom('x', 'y'),
      to: fc.subarray([...destinations]),
      supersedes: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      at: destination,
      fates: fc.array(fc.constantFrom('accepted' as const, 'dead' as const, 'kept' as const), {
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('retry' as const, 'drop' as const),
      at: destination,
      index: fc.nat(2),
    }),
  },
);

function create(limits: Required<StoreLimits>) {
  let entries: Entry[] = [];
  const of = (where: Destination, phase: Entry['phase']) =>
    entries.filter((each) => each.destination === where && each.phase === phase);
  const withPhase = (entry: Entry, phase: Entry['phase']) => {
    entries = [...entries.filter((each) => each !== entry), { ...entry, phase }];
  };

  const enqueue = (wanted: Step & { kind: 'enqueue' }): void => {
    const { topic, site, to } = wanted;
    const id = `${topic}-${site}-${wanted.number}`;
    for (const name of to) {
      if (entries.some((each) => each.destination === name && each.id === id)) continue;
      entries = [...entries, { id, topic, site, destination: name, phase: 'waiting' }];
      const isOlder = (each: Entry) => each.topic === 'status' && each.site === site && each.id !== id;
      if (topic === 'status' && wanted.supersedes && of(name, 'waiting').length > limits.longLaneRows) {
        const older = of(name, 'waiting').filter(isOlder);
        entries = entries.filter((each) => !older.includes(each));
      }
      const statuses = of(name, 'waiting').filter((each) => each.topic === 'status');
      const surplus = statuses.slice(0, Math.max(0, statuses.length - limits.maxStatusRowsPerLane));
      entries = entries.filter((each) => !surplus.includes(each));
    }
  };

  return {
    /** Does the step here and there, addressing rows by their place in the order. */
    async runBoth(wanted: Step, real: Store): Promise<void> {
      switch (wanted.kind) {
        case 'enqueue': {
          const { topic, site, to } = wanted;
          const build = topic === 'alert' ? alertMessage : statusMessage;
          const message = build({ id: `${topic}-${site}-${wanted.number}`, site });
          const supersedes = wanted.supersedes && topic === 'status';
          await real.enqueue([routed(message, ...to.map((name) => ({ name, supersedes })))], 1);
          enqueue(wanted);
          return;
        }
        case 'settle': {
          const rows = await real.nextRows(wanted.at, wanted.fates.length);
          const waiting = of(wanted.at, 'waiting');
          const settlements = rows.flatMap(({ seq }, index) => {
            const fate = wanted.fates[index]!;
            const entry = waiting[index]!;
            if (fate === 'kept') return [];
            if (fate === 'dead') withPhase(entry, 'dead');
            else if (entry.topic === 'alert') withPhase(entry, 'delivered');
            else entries = entries.filter((each) => each !== entry);
            const result = fate === 'dead' ? { kind: fate, reason: 'refused', detail: '' } : { kind: fate };
            return [{ seq, result }];
          });
          await real.settle({ destination: wanted.at, at: 2, settlements, lane: idleLane, messages: [] });
          return;
        }
        case 'retry':
        case 'drop': {
          const letter = (await real.deadLetters({ destination: wanted.at, limit: 1000 }))[wanted.index];
          const entry = of(wanted.at, 'dead').find((each) => each.id === letter?.message.id);
          if (letter === undefined || entry === undefined) return;
          if (wanted.kind === 'retry') {
            withPhase(entry, 'waiting');
            await real.retryDeadLetter(wanted.at, letter.seq, 3);
          } else {
            entries = entries.filter((each) => each !== entry);
            await real.dropDeadLetter(wanted.at, letter.seq);
          }
        }
      }
    },

    contents: () =>
      destinations.map((name) => ({
        waiting: of(name, 'waiting').map(({ id }) => id),
        dead: of(name, 'dead')
          .map(({ id }) => id)
          .sort(),
        delivered: of(name, 'delivered')
          .map(({ id }) => id)
          .sort(),
        counted: [of(name, 'waiting').length, of(name, 'dead').length],
      })),

    async contentsOf(real: Store) {
      const summaries = await real.laneSummaries();
      const receipts = await real.receipts({ limit: 1000 });
      return Promise.all(
        destinations.map(async (name) => {
          const summary = summaries.find((each) => each.destination === name);
          const ids = (list: readonly { readonly message: { readonly id: string } }[]) =>
            list.map(({ message }) => message.id);
          const delivered = receipts.filter(
            (each) => each.destination === name && each.result.kind === 'accepted',
          );
          return {
            waiting: ids(await real.nextRows(name, 1000)),
            dead: ids(await real.deadLetters({ destination: name, limit: 1000 })).sort(),
            delivered: ids(delivered).sort(),
            counted: [summary?.waiting ?? 0, summary?.deadLetters ?? 0],
          };
        }),
      );
    },
  };
}

export const storeModel = { step, create };
