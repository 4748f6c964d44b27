import { expect, it } from 'vitest';
import { reading } from '../../test/fakes/readings.ts';
import { startRig } from '../../test/web/rig.ts';
import { summaryHoldsUntil } from './summary-holds.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const at = (text: string) => Date.parse(`2026-11-24T${text}Z`);

it('holds until the next quarter of an hour, in which a day may begin', async () => {
  const rig = await startRig();
  const facts = rig.parts.now.facts('prod')!;
  await rig.close();
  expect(iso(summaryHoldsUntil(facts, at('10:00')))).toBe('2026-11-24T10:15:00.000Z');
  expect(iso(summaryHoldsUntil(facts, at('23:59:59.999')))).toBe('2026-11-25T00:00:00.000Z');
});

it('ends earlier where the age of the reading, or of the definition of the license, says something else', async () => {
  const rig = await startRig();
  // 400 days later than this, and a millisecond.
  await rig.check('prod', reading({ definitionUpdatedAt: at('10:05') - 400 * 86_400_000 }));
  const facts = rig.parts.now.facts('prod')!;
  await rig.close();
  const policy = { ...facts.rules.policy, definitionStaleAfterDays: 400 };
  const until = (now: string) =>
    iso(summaryHoldsUntil({ ...facts, rules: { ...facts.rules, policy } }, at(now)));
  expect(until('09:59:59')).toBe('2026-11-24T10:00:00.000Z');
  expect(until('10:00')).toBe('2026-11-24T10:00:00.001Z');
  expect(until('10:00:01')).toBe('2026-11-24T10:05:00.001Z');
  expect(until('10:05:00.001')).toBe('2026-11-24T10:15:00.000Z');
});
