import { expect, it } from 'vitest';
import { reading } from '../../test/fakes/readings.ts';
import { startRig } from '../../test/web/rig.ts';
import { encodeFamilies } from './exposition.ts';
import { createSiteLines } from './site-lines.ts';
import { siteFamilies } from './site-metrics.ts';

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
      const text = encodeFamilies(linesOf(sites), 'text');
      expect(sorted(text)).toEqual(sorted(encodeFamilies(siteFamilies(sites), 'text')));
    }
    const fewer = rig.parts.now.summaries().slice(5);
    expect(sorted(encodeFamilies(linesOf(fewer), 'text'))).toEqual(
      sorted(encodeFamilies(siteFamilies(fewer), 'text')),
    );
  } finally {
    await rig.close();
  }
});
