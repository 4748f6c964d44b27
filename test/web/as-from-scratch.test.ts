/** What is written anew in parts only says what would be said if all of it were written anew. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AlertPolicy } from '../../src/alert/policy.ts';
import type { LicenseReading } from '../../src/license/reading.ts';
import type { SiteSummary } from '../../src/web/api.ts';
import { checksOf } from '../../src/web/check-lines.ts';
import { encodeFamilies, type Family } from '../../src/web/exposition.ts';
import { siteFamilies } from '../../src/web/site-metrics.ts';
import { compareUrgency, siteSummary } from '../../src/web/view.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { reading } from '../fakes/readings.ts';
import { type Rig, startRig } from './rig.ts';

const START = Date.UTC(2026, 10, 24, 10);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The ends of days in the zones below, and when the definition of a license becomes stale. */
const turns = ['T18:15', 'T10:00', 'T00:00', 'T03:30', 'T11:00:00.001'].map((time) =>
  Date.parse(`2026-11-25${time}Z`),
);
const sites = [
  ['utc', 'UTC'],
  ['nepal', 'Asia/Kathmandu'],
  ['newfoundland', 'America/St_Johns'],
  ['"odd\\ é', 'Pacific/Kiritimati'],
].map(([site, timeZone]) => ({
  rules: { site: site!, timeZone: timeZone!, policy: AlertPolicy.parse({ definitionStaleAfterDays: 30 }) },
  tags: { environment: 'production' },
}));
const names = sites.map(({ rules }) => rules.site);

interface World {
  readonly rig: Rig;
  readonly planned: Map<string, number>;
  /** Checks stored so far, by site and outcome. */
  readonly checked: Map<string, Map<string, number>>;
}
type Step = (world: World) => Promise<unknown>;

const site = fc.constantFrom(...names);
const endDate = fc.constantFrom('2026-11-20', '2026-11-24', '2026-11-25', '2026-12-24', '2027-02-22');
const seen: fc.Arbitrary<LicenseReading> = fc
  .record({
    endDate,
    isExpired: fc.boolean(),
    definedAgo: fc.option(fc.constant(29 * DAY - HOUR)),
  })
  .map(({ endDate: end, isExpired, definedAgo }) =>
    reading({
      endDate: end,
      flags: { expired: isExpired, blacklisted: false, invalid: false },
      definitionUpdatedAt: definedAgo === null ? null : START - definedAgo,
    }),
  );

async function check({ rig, checked }: World, name: string, what: LicenseReading | null): Promise<void> {
  await rig.check(name, what);
  const outcomes = checked.get(name) ?? new Map<string, number>();
  const outcome = what === null ? 'refused' : 'reading';
  checked.set(name, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(site, fc.option(seen)).map(
      ([name, what]): Step =>
        (world) =>
          check(world, name, what),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .oneof(
        fc.constantFrom(1, 999, 15 * MINUTE - 1, 15 * MINUTE),
        fc.nat(HOUR),
        fc.integer({ min: -2 * DAY, max: 2 * DAY }),
      )
      .map(
        (ms): Step =>
          async ({ rig }) =>
            rig.clock.jump(ms),
      ),
  },
  // Looked at before and at the moment at which something changes by itself.
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom(...turns), fc.constantFrom(0, DAY)).map(
      ([turn, days]): Step =>
        async ({ rig }) => {
          rig.clock.jump(turn + days - 1 - rig.clock.now().getTime());
          rig.parts.now.summaries();
          rig.clock.jump(1);
        },
    ),
  },
  // Read, and not to be read, in the same moment.
  {
    weight: 1,
    arbitrary: fc.tuple(site, seen).map(
      ([name, what]): Step =>
        async (world) => {
          await check(world, name, what);
          await check(world, name, null);
          world.rig.parts.now.summaries();
          world.rig.clock.jump(1);
        },
    ),
  },
  // For what sleeps: it reads the past of one site after the other.
  {
    weight: 1,
    arbitrary: fc.nat(40).map(
      (ms): Step =>
        ({ rig }) =>
          rig.clock.advance(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(site, fc.nat(DAY)).map(
      ([name, ms]): Step =>
        async ({ planned }) =>
          planned.set(name, START + ms),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(site, fc.boolean()).map(
      ([name, coversExpiredAndBlocked]): Step =>
        ({ rig }) =>
          rig.parts.acknowledging.acknowledge(name, {
            by: 'Anna',
            why: 'ordered',
            until: { kind: 'date', date: '2026-11-26' },
            coversExpiredAndBlocked,
          }),
    ),
  },
  {
    weight: 1,
    arbitrary: site.map(
      (name): Step =>
        ({ rig }) =>
          rig.parts.acknowledging.withdraw(name, null),
    ),
  },
);

const textOf = (families: readonly Family[]) => Buffer.concat(encodeFamilies(families, 'text')).toString();
const linesOf = (text: string, start: RegExp) =>
  text
    .split('\n')
    .filter((line) => start.test(line))
    .sort();

/** @param editions the rows by the tag that they were sent with */
async function expectAsFromScratch({ rig, checked }: World, editions: Map<unknown, string>): Promise<void> {
  const nowMs = rig.clock.now().getTime();
  const fresh: readonly SiteSummary[] = names
    .map((name) => siteSummary(rig.parts.now.facts(name)!, nowMs))
    .sort(compareUrgency);

  const { headers, ...overview } = await rig.get('/api/v1/overview');
  const shown = overview.json<{ sites: SiteSummary[] }>().sites;
  expect(shown).toEqual(JSON.parse(JSON.stringify(fresh)));
  expect(editions.get(headers['etag']) ?? JSON.stringify(shown)).toBe(JSON.stringify(shown));
  editions.set(headers['etag'], JSON.stringify(shown));

  const { body } = await rig.get('/metrics');
  expect(linesOf(body, /^qlik_/)).toEqual(linesOf(textOf(siteFamilies(fresh)), /^qlik_/));
  const counted = /^license_sentinel_checks_total/;
  expect(linesOf(body, counted)).toEqual(linesOf(textOf([checksOf(checked)]), counted));
}

it('says at every moment of any life what it would say from scratch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 20 }), async (life) => {
      const planned = new Map<string, number>();
      const rig = await startRig({
        sites,
        clock: new FakeClock(new Date(START)),
        scheduler: {
          nextAt: (name) => (planned.has(name) ? new Date(planned.get(name)!) : undefined),
        },
      });
      const world: World = { rig, planned, checked: new Map() };
      const editions = new Map<unknown, string>();
      try {
        await expectAsFromScratch(world, editions);
        for (const step of life) {
          await step(world);
          await expectAsFromScratch(world, editions);
        }
      } finally {
        await rig.close();
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
