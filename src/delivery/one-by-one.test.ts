import { expect, it } from 'vitest';
import { alertMessage } from '../../test/fakes/messages.ts';
import { accepted, deferred, rejected } from '../../test/fakes/scripted-destination.ts';
import type { Outcome } from './destination.ts';
import { oneByOne } from './one-by-one.ts';

const batch = ['a', 'b', 'c', 'd'].map((id) => alertMessage({ id }));

it.each([
  ['goes on after an accepted one', [accepted, accepted, accepted, accepted], ['a', 'b', 'c', 'd']],
  ['goes on after a rejected one', [accepted, rejected, accepted, accepted], ['a', 'b', 'c', 'd']],
  [
    'tries nothing after a deferred one, so that order is kept',
    [accepted, accepted, deferred, deferred],
    ['a', 'b', 'c'],
  ],
])('%s', async (_, outcomes: readonly Outcome[], tried) => {
  const ids: string[] = [];
  const given = await oneByOne(batch, async ({ id }) => {
    ids.push(id);
    return outcomes[ids.length - 1]!;
  });
  expect(given).toEqual(outcomes);
  expect(ids).toEqual(tried);
});

it('has nothing to say of nothing', async () => {
  expect(await oneByOne([], async () => accepted)).toEqual([]);
});
