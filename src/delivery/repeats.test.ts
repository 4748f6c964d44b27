import { expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { alertMessage, statusMessage } from '../../test/fakes/messages.ts';
import { dueAfter } from '../check/due.ts';
import { parseSchedule, type Schedule } from '../check/schedule.ts';
import { silentLogger } from '../platform/logger.ts';
import type { Message } from '../store/message.ts';
import type { Destination, Outcome } from './destination.ts';
import { droppingRepeats } from './repeats.ts';

const accepted: Outcome = { kind: 'accepted' };
const deferred: Outcome = { kind: 'deferred', reason: 'unreachable', detail: 'nobody there' };
const rejected: Outcome = { kind: 'rejected', reason: 'refused', detail: 'bad' };

const status = (id: string, site = 'prod') => statusMessage({ id, site });
const healthy = statusMessage().license!;
const reminder = (id: string, kind: Message['kind'] = 'expiring') =>
  alertMessage({ id, kind, reminder: true });

/** A destination that answers as told, and that drops repeats within 60 s, less the tolerance of 6 s. */
function rig({ maxRemembered = 100, atMostEveryMs = 60_000 } = {}) {
  const clock = new FakeClock();
  const sent: string[][] = [];
  const logged: object[] = [];
  let isClosed = false;
  let answer: (message: Message) => Outcome = () => accepted;
  const inner: Destination = {
    maxBatch: 10,
    deliver: async (batch) => {
      sent.push(batch.map(({ id }) => id));
      return batch.map((message) => answer(message));
    },
    close: async () => {
      isClosed = true;
    },
  };
  const logger = {
    ...silentLogger,
    debug: (fields: object, words: string) => void logged.push({ ...fields, words }),
  };
  const destination = droppingRepeats(inner, {
    name: 'hook',
    atMostEveryMs,
    clock,
    logger,
    maxRemembered,
  });
  return {
    clock,
    sent,
    logged,
    destination,
    isClosed: () => isClosed,
    answering: (next: (message: Message) => Outcome) => {
      answer = next;
    },
    deliver: (...batch: Message[]) => destination.deliver(batch, AbortSignal.timeout(5_000)),
  };
}

it('drops a status that follows another within the time, and sends the next one after it', async () => {
  const { clock, sent, deliver, destination, logged } = rig();
  expect(await deliver(status('a'))).toEqual([accepted]);
  await clock.advance(53_999);
  expect(await deliver(status('b'))).toEqual([accepted]);
  await clock.advance(1);
  expect(await deliver(status('c'))).toEqual([accepted]);
  expect(sent).toEqual([['a'], ['c']]);
  expect(destination.dropped()).toBe(1);
  const words = 'dropped what was said a short while ago';
  expect(logged).toEqual([{ destination: 'hook', ids: ['b'], dropped: 1, words }]);
});

it.each([
  ['every 2 s', 2_000],
  ['every 1 min', 60_000],
  ['every 6 hours', 6 * 3_600_000],
  ['every 24 hours', 24 * 3_600_000],
  ['every 31 days', 31 * 24 * 3_600_000],
  ['*/5 * * * *', 300_000],
  ['0 * * * *', 3_600_000],
])(
  'loses no status to a check of "%s" that comes early, when its limit is the same',
  async (text, atMostEveryMs) => {
    const { clock, sent, deliver, destination } = rig({ atMostEveryMs });
    const schedule = parseSchedule(text, 'UTC') as Schedule;
    let draws = 0;
    const lateThenEarly = () => (draws++ % 2 === 0 ? 1 : 0);
    for (let check = 0; check < 20; check += 1) {
      // One in two finds Sense and the receiver slow.
      const slowMs = check % 2 === 0 ? Math.min(atMostEveryMs / 50, 60_000) : 0;
      const start = { wallMs: clock.now().getTime(), monotonicMs: clock.monotonicMs() };
      await clock.advance(slowMs);
      await deliver(status(`${check}`));
      const due = dueAfter(schedule, start, lateThenEarly)!;
      await clock.advance(due.atMs - (due.by === 'wall' ? start.wallMs : start.monotonicMs) - slowMs);
    }
    expect(destination.dropped()).toBe(0);
    expect(sent).toHaveLength(20);
  },
);

it.each([
  [300_000, 270_000],
  [24 * 3_600_000, 24 * 3_600_000 - 600_000],
])('takes a limit of %i ms for %i ms, and no less', async (atMostEveryMs, takenMs) => {
  const { clock, sent, deliver } = rig({ atMostEveryMs });
  await deliver(status('a'));
  await clock.advance(takenMs - 1);
  await deliver(status('b'));
  await clock.advance(1);
  await deliver(status('c'));
  expect(sent).toEqual([['a'], ['c']]);
});

it('goes by monotonic time, whatever the wall clock does', async () => {
  const { clock, sent, deliver } = rig();
  await deliver(status('a'));
  clock.jump(86_400_000);
  await deliver(status('b'));
  clock.jump(-2 * 86_400_000);
  await clock.advance(60_000);
  await deliver(status('c'));
  expect(sent).toEqual([['a'], ['c']]);
});

it.each([deferred, rejected])('is not used up by a message that was $kind', async (outcome) => {
  const { sent, deliver, answering } = rig();
  answering(() => outcome);
  expect(await deliver(status('a'))).toEqual([outcome]);
  answering(() => accepted);
  expect(await deliver(status('b'))).toEqual([accepted]);
  expect(await deliver(status('c'))).toEqual([accepted]);
  expect(sent).toEqual([['a'], ['b']]);
});

it('does not start anew with a message that it drops', async () => {
  const { clock, sent, deliver } = rig();
  for (const id of ['a', 'b', 'c', 'd']) {
    await deliver(status(id));
    await clock.advance(30_000);
  }
  expect(sent).toEqual([['a'], ['c']]);
});

it('keeps kinds and sites apart', async () => {
  const { sent, deliver } = rig();
  await deliver(reminder('a', 'expiring'), reminder('b', 'expired'), status('c'), status('d', 'test'));
  await deliver(reminder('e', 'expiring'), reminder('f', 'expired'), status('g'), status('h', 'other'));
  expect(sent).toEqual([['a', 'b', 'c', 'd'], ['h']]);
});

it.each([
  ['that the site can be read again', { reachable: true }],
  ['another state', { license: { ...healthy, state: 'expired' as const, expired: true } }],
  ['another end date', { license: { ...healthy, endDate: '2028-05-06' as const } }],
  ['another license', { license: { ...healthy, licenseNumber: '…5678' } }],
])('does not take for a repeat what says %s', async (_, change) => {
  const { sent, deliver } = rig();
  await deliver(statusMessage({ id: 'a', reachable: false, license: healthy }));
  await deliver(statusMessage({ id: 'b', reachable: false, license: { ...healthy, daysLeft: 162 } }));
  await deliver(statusMessage({ id: 'c', reachable: false, license: healthy, ...change }));
  await deliver(statusMessage({ id: 'd', reachable: false, license: healthy, ...change }));
  expect(sent).toEqual([['a'], ['c']]);
});

it('does not take another version for a repeat, though a status for one that names it for the first time', async () => {
  const { sent, deliver } = rig();
  const product = { version: '14.260.0', releaseLabel: 'November 2026' };
  await deliver(statusMessage({ id: 'a', kind: 'version' }), statusMessage({ id: 'b', product: null }));
  await deliver(statusMessage({ id: 'c', kind: 'version', product }), statusMessage({ id: 'd', product }));
  expect(sent.flat()).toEqual(['a', 'b', 'c']);
});

it('never drops a new alert, which counts for the reminders after it', async () => {
  const { sent, deliver } = rig();
  await deliver(alertMessage({ id: 'a' }));
  await deliver(alertMessage({ id: 'b' }), reminder('c'));
  expect(sent).toEqual([['a'], ['b']]);
});

it('drops repeats within a batch only once the first of them is accepted', async () => {
  const { sent, deliver, answering } = rig();
  answering(({ id }) => (id === 'a' ? rejected : accepted));
  expect(await deliver(status('a'), status('b'), alertMessage({ id: 'x' }), status('c'))).toEqual([
    rejected,
    accepted,
    accepted,
    accepted,
  ]);
  expect(sent).toEqual([['a'], ['b', 'x']]);
});

it('leaves everything after a deferred message for later, also what it would drop', async () => {
  const { sent, deliver, answering, destination } = rig();
  await deliver(status('a'));
  answering(() => deferred);
  expect(await deliver(status('b'), alertMessage({ id: 'x' }), status('c'), status('d'))).toEqual([
    accepted,
    deferred,
    deferred,
    deferred,
  ]);
  expect(sent).toEqual([['a'], ['x']]);
  expect(destination.dropped()).toBe(1);
});

it('passes on that a destination broke its contract', async () => {
  const clock = new FakeClock();
  const inner: Destination = { maxBatch: 10, deliver: async () => [], close: async () => {} };
  const options = { name: 'x', atMostEveryMs: 1, clock, logger: silentLogger };
  await expect(
    droppingRepeats(inner, options).deliver([status('a')], AbortSignal.timeout(5_000)),
  ).rejects.toThrow('0 outcomes for 1');
});

it('remembers so many and no more; what it forgot it sends again', async () => {
  const { sent, deliver } = rig({ maxRemembered: 2 });
  for (const site of ['1', '2', '3']) await deliver(status(site, site));
  await deliver(status('1 again', '1'), status('3 again', '3'));
  expect(sent).toEqual([['1'], ['2'], ['3'], ['1 again']]);
});

it('forgets what it has not sent for the longest time', async () => {
  const { clock, sent, deliver } = rig({ maxRemembered: 2 });
  await deliver(status('1', '1'));
  await clock.advance(1_000);
  await deliver(status('2', '2'));
  await clock.advance(53_000);
  await deliver(status('1 again', '1'));
  await deliver(status('3', '3'));
  await deliver(status('1 once more', '1'), status('3 again', '3'));
  expect(sent).toEqual([['1'], ['2'], ['1 again'], ['3']]);
});

it('drops a status that still knows no license', async () => {
  const { sent, deliver } = rig();
  await deliver(statusMessage({ id: 'a', license: null }));
  await deliver(statusMessage({ id: 'b', license: null }));
  await deliver(statusMessage({ id: 'c' }));
  expect(sent).toEqual([['a'], ['c']]);
});

it('closes the destination', async () => {
  const { destination, isClosed } = rig();
  await destination.close();
  expect(isClosed()).toBe(true);
});
