import { expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { alertMessage } from '../../test/fakes/messages.ts';
import { type Answer, accepted, scriptedDestination } from '../../test/fakes/scripted-destination.ts';
import { createAttempts } from './attempt.ts';

const batch = [alertMessage()];
const noCut = () => new AbortController();

/** Attempts of 10 s at a destination that gives this answer. */
function rig(...answers: readonly Answer[]) {
  const clock = new FakeClock();
  const destination = scriptedDestination();
  destination.answer(...answers);
  const signals: AbortSignal[] = [];
  const watched = {
    ...destination,
    deliver: (...given: Parameters<typeof destination.deliver>) => {
      signals.push(given[1]);
      return destination.deliver(...given);
    },
  };
  return { clock, destination, signals, attempts: createAttempts(watched, 10_000, clock) };
}

it('gives the outcomes, and lets nothing wait after that', async () => {
  const { clock, signals, attempts } = rig(accepted);
  const result = attempts.deliver(batch, noCut().signal);
  expect(attempts.isUnderWay()).toBe(true);
  expect(await clock.finish(result)).toEqual({ kind: 'outcomes', outcomes: [accepted] });
  expect(attempts.isUnderWay()).toBe(false);
  expect(signals[0]!.aborted).toBe(false);
  expect(clock.sleeping).toBe(0);
});

it.each([
  [[], '0 outcomes for 1 messages'],
  [[accepted, accepted], '2 outcomes for 1 messages'],
])('calls a destination broken that gives %j, and says how many', async (outcomes, words) => {
  const { clock, attempts } = rig(outcomes);
  expect(await clock.finish(attempts.deliver(batch, noCut().signal))).toEqual({
    kind: 'broken',
    error: new Error(`the destination gave ${words}`),
  });
});

it('calls a destination broken that throws, and can be called again', async () => {
  const error = new TypeError('bug');
  const { clock, attempts } = rig(error);
  expect(await clock.finish(attempts.deliver(batch, noCut().signal))).toEqual({ kind: 'broken', error });
  expect(attempts.isUnderWay()).toBe(false);
  expect(await clock.finish(attempts.deliver(batch, noCut().signal))).toMatchObject({ kind: 'outcomes' });
});

it('tells the destination at the deadline why, and takes what it says then', async () => {
  const { clock, signals, attempts } = rig('slow');
  const result = attempts.deliver(batch, noCut().signal);
  await clock.advance(9_999);
  expect(signals[0]!.aborted).toBe(false);
  expect(await clock.finish(result, 1)).toMatchObject({ kind: 'outcomes', outcomes: [{ kind: 'deferred' }] });
  expect(signals[0]!.reason).toEqual(new Error('the deadline has passed'));
});

it('tells the destination when the service stops, at once', async () => {
  const { clock, signals, attempts } = rig('slow');
  const cut = noCut();
  const result = attempts.deliver(batch, cut.signal);
  await clock.advance(5_000);
  cut.abort();
  expect(await clock.finish(result)).toMatchObject({ kind: 'outcomes' });
  expect(signals[0]!.reason).toEqual(new Error('the service stops'));
});

it('does not blame a destination for throwing once its deadline has passed', async () => {
  const clock = new FakeClock();
  const attempts = createAttempts(
    {
      maxBatch: 1,
      deliver: (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
      close: async () => {},
    },
    10_000,
    clock,
  );
  expect(await clock.finish(attempts.deliver(batch, noCut().signal), 10_000)).toEqual({
    kind: 'cut-short',
    error: new Error('the deadline has passed'),
  });
});

it('waits a second for a destination that is deaf to its deadline, and does not call it again until it has ended', async () => {
  const { clock, destination, attempts } = rig('deaf');
  const result = attempts.deliver(batch, noCut().signal);
  await clock.advance(10_999);
  expect(attempts.isHanging()).toBe(false);
  expect(await clock.finish(result, 1)).toEqual({ kind: 'overdue' });
  expect([attempts.isUnderWay(), attempts.isHanging()]).toEqual([true, true]);

  expect(await clock.finish(attempts.deliver(batch, noCut().signal))).toEqual({ kind: 'hanging' });
  expect(destination.calls).toHaveLength(1);

  destination.release();
  await clock.advance(0);
  expect([attempts.isUnderWay(), attempts.isHanging()]).toEqual([false, false]);
  expect(await clock.finish(attempts.deliver(batch, noCut().signal))).toMatchObject({ kind: 'outcomes' });
});

it('does not call a destination hanging that answers within the second after its deadline', async () => {
  const { clock, destination, attempts } = rig('deaf');
  const result = attempts.deliver(batch, noCut().signal);
  await clock.advance(10_500);
  destination.release();
  expect(await clock.finish(result)).toMatchObject({ kind: 'outcomes' });
  expect([attempts.isUnderWay(), attempts.isHanging()]).toEqual([false, false]);
});
