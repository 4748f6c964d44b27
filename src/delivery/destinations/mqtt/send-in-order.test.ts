import { expect, it } from 'vitest';
import type { Outcome } from '../../destination.ts';
import { sendInOrder } from './send-in-order.ts';

const accepted: Outcome = { kind: 'accepted' };
const deferred: Outcome = { kind: 'deferred', reason: 'rate-limited', detail: 'Later.' };
const rejected: Outcome = { kind: 'rejected', reason: 'refused', detail: 'Never.' };

it('keeps as many on their way as the window allows, in order', async () => {
  const sent: number[] = [];
  const answers: (() => void)[] = [];
  const done = sendInOrder([0, 1, 2, 3, 4], 2, (item) => {
    sent.push(item);
    return new Promise<Outcome>((resolve) => answers.push(() => resolve(accepted)));
  });
  for (const expected of [2, 3, 4, 5, 5]) {
    await new Promise(setImmediate);
    expect(sent).toHaveLength(expected);
    answers.shift()!();
  }
  expect(await done).toEqual([accepted, accepted, accepted, accepted, accepted]);
  expect(sent).toEqual([0, 1, 2, 3, 4]);
});

it('counts everything after a deferred one as deferred, also what was accepted meanwhile', async () => {
  const outcomes = [accepted, deferred, accepted, accepted, accepted];
  const sent: number[] = [];
  const settled = await sendInOrder([0, 1, 2, 3, 4], 3, async (item) => {
    sent.push(item);
    return outcomes[item]!;
  });
  expect(settled.map(({ kind }) => kind)).toEqual([
    'accepted',
    'deferred',
    'deferred',
    'deferred',
    'deferred',
  ]);
  expect(settled[1]).toEqual(deferred);
  expect(settled[2]).toMatchObject({
    reason: 'rate-limited',
    detail: 'Waits for an earlier message. Later.',
  });
  expect(sent).not.toContain(4);
});

it('goes on after a rejected one, which will not come again', async () => {
  const outcomes = [rejected, accepted];
  expect(await sendInOrder([0, 1], 1, async (item) => outcomes[item]!)).toEqual([rejected, accepted]);
});

it('makes nothing of nothing', async () => {
  expect(await sendInOrder([], 1, async () => accepted)).toEqual([]);
});
