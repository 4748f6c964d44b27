import { expect, it } from 'vitest';
import { reading } from '../../test/fakes/readings.ts';
import { startRig } from '../../test/web/rig.ts';
import { encodeFamilies, type Family } from './exposition.ts';
import { createSiteLines } from './site-lines.ts';
import { siteFamilies, siteMetrics } from './site-metrics.ts';

const textOf = (families: readonly Family[]) => Buffer.concat(encodeFamilies(families, 'text')).toString();

it('says after every change what it would say from scratch', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `site-${index}`);
  const rig = await startRig({}, names);
  const linesOf = createSiteLines();
  const sorted = (text: string) => text.split('\n').sort();
  try {
    for (const name of ['site-3', 'site-39', 'site-16', 'site-3']) {
      await rig.check(name, reading({ endDate: `2027-0${1 + ((rig.clock.monotonicMs() / 1_000) % 9)}-01` }));
      await rig.clock.advance(1_000);
      const sites = rig.parts.now.summaries();
      const text = textOf(linesOf(sites));
      expect(sorted(text)).toEqual(sorted(textOf(siteFamilies(sites))));
    }
    const fewer = rig.parts.now.summaries().slice(5);
    expect(sorted(textOf(linesOf(fewer)))).toEqual(sorted(textOf(siteFamilies(fewer))));
  } finally {
    await rig.close();
  }
});

it('writes a line anew whenever something of it changes', async () => {
  const rig = await startRig({}, ['prod']);
  await rig.check('prod', reading({ endDate: '2027-01-01' }));
  const [site] = rig.parts.now.summaries();
  await rig.close();
  const { certificates } = site!;
  const changes: readonly Partial<typeof site>[] = [
    { endDate: null, daysLeft: null },
    { daysLeft: 3 },
    { state: null },
    { state: 'expired' },
    { reachable: false },
    { reachable: null },
    { lastCheckedAt: '2027-01-01T00:00:00.000Z' },
    { lastConfirmedAt: null },
    { version: { version: '14', releaseLabel: 'May 2026' } },
    { version: { version: '14', releaseLabel: null } },
    { tags: { environment: 'test' } },
    { certificates: null },
    { certificates: { ...certificates!, client: '2027-01-01T00:00:00.000Z' } },
    { certificates: { ...certificates!, root: '2027-01-01T00:00:00.000Z' } },
    { certificates: { ...certificates!, server: '2027-01-01T00:00:00.000Z' } },
    {
      acknowledgement: {
        by: 'Anna',
        why: 'ordered',
        at: '2027-01-01T00:00:00.000Z',
        until: 'next-rung',
        coversExpiredAndBlocked: false,
        speaksAgainOn: null,
      },
    },
  ];
  for (const change of changes) {
    const changed = { ...site!, ...change };
    const linesOf = createSiteLines();
    linesOf([site!]);
    expect(textOf(linesOf([changed])), JSON.stringify(change)).toBe(textOf(siteFamilies([changed])));
    const told = siteMetrics.filter((metric) => metric.shows(changed) !== metric.shows(site!));
    expect(told.length, JSON.stringify(change)).toBeGreaterThan(0);
  }
});
