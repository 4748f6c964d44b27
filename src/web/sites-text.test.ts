import { expect, it } from 'vitest';
import { reading } from '../../test/fakes/readings.ts';
import { startRig } from '../../test/web/rig.ts';
import type { SiteSummary } from './api.ts';
import { createSitesText, type SitesText } from './sites-text.ts';

const jsonOf = ({ pieces }: SitesText) => Buffer.concat(pieces).toString();
const row = (name: string) => ({ name }) as SiteSummary;

it('writes each summary once, and again when it is another one', () => {
  const written: string[] = [];
  const textOf = createSitesText(({ name }) => {
    written.push(name);
    return JSON.stringify(name);
  });
  const [a, b] = [row('a'), row('b')];
  const first = textOf([a, b]);
  expect(jsonOf(first)).toBe('"a","b"');
  expect(jsonOf(textOf([b, a]))).toBe('"b","a"');
  const changed = textOf([a, row('c')]);
  expect(jsonOf(changed)).toBe('"a","c"');
  expect(written).toEqual(['a', 'b', 'c']);
  expect(changed.edition).not.toBe(first.edition);
  expect(textOf([a, row('c')]).edition).toBe(changed.edition);
});

it('has no member but those of the schema, no row twice, and the order of urgency after every change', async () => {
  const names = ['a', 'b', 'c'];
  const rig = await startRig({}, names);
  try {
    for (const [index, name] of [...names, 'c', 'a'].entries()) {
      await rig.check(name, reading({ endDate: `2027-0${9 - index}-01` }));
      await rig.clock.advance(1_000);
      const { sites } = (await rig.get('/api/v1/overview')).json<{ sites: SiteSummary[] }>();
      expect(sites.map((site) => site.name).sort()).toEqual(names);
      const known = sites.filter(({ daysLeft }) => daysLeft !== null).map(({ daysLeft }) => daysLeft!);
      expect(known).toEqual([...known].sort((x, y) => x - y));
      expect(sites).toEqual(JSON.parse(JSON.stringify(rig.parts.now.summaries())));
    }
  } finally {
    await rig.close();
  }
});
