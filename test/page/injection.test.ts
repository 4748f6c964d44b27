/** Texts of servers, receivers and configurations that would like to be markup, in a real browser. */
import { expect, it } from 'vitest';
import { describeWith } from '../servers/describe-with.ts';
import { pageUnderTest, textOf } from './page-under-test.ts';
import { sampleDeliveries } from './sample-deliveries.ts';
import { sampleDetails } from './sample-detail.ts';

const nasty =
  '</script><script>window.planted=1</script><img src=x onerror="window.planted=1"><a href="javascript:window.planted=1">here</a>';

/** Every text that comes from elsewhere becomes nasty; words of closed lists and times stay. */
function withNastyTexts<T>(value: T): T {
  const fromElsewhere =
    /^(?:title|text|detail|host|licenseNumber|endText|releaseLabel|version|environment|team)$/;
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      typeof inner === 'string' && fromElsewhere.test(key) ? `${nasty}${inner}` : inner,
    ),
  ) as T;
}

describeWith(['chromium'], 'texts from elsewhere', () => {
  const page = pageUnderTest();

  it.for(['#/', '#/site/prod', '#/deliveries', `#/site/${encodeURIComponent(nasty)}`, `#/${nasty}`])(
    'stay texts on %s',
    async (at, test) => {
      const { tab } = await page.show(test, {
        at,
        prepare: (api) => {
          api.overview = withNastyTexts(api.overview);
          api.deliveries = withNastyTexts(sampleDeliveries);
          for (const [name, detail] of sampleDetails) api.sites.set(name, withNastyTexts(detail));
        },
      });
      await tab.locator('main').waitFor();
      if (at === '#/site/prod') await expect.poll(() => textOf(tab)).toContain('<img src=x');
      expect(await tab.evaluate('window.planted')).toBeUndefined();
      expect(await tab.locator('img, main script, a[href^="javascript:"]').count()).toBe(0);
    },
  );
});
