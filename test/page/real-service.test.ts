/** The page before the real server: what the one sends is what the other reads. */
import type { AddressInfo } from 'node:net';
import { expect, it, type TestContext } from 'vitest';
import { reading } from '../fakes/readings.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startRig } from '../web/rig.ts';
import { flawsOf, pageUnderTest } from './page-under-test.ts';

describeWith(['chromium'], 'the page before the real server', () => {
  const page = pageUnderTest();

  async function show(test: TestContext, at: string) {
    const rig = await startRig({ pageFolders: [page.built().folder] });
    test.onTestFinished(() => rig.close());
    const daysLeft = 20;
    const endsIn = (days: number) =>
      new Date(rig.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
    await rig.check('prod', reading({ end: { kind: 'date', date: endsIn(daysLeft) } }));
    await rig.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = rig.app.server.address() as AddressInfo;
    return { rig, endsIn, ...(await page.open(test, `http://127.0.0.1:${port}/`, { at })) };
  }

  it('shows a check, and the next one without a reload', async (test) => {
    const { rig, endsIn, tab, complaints } = await show(test, '#/');
    const days = tab
      .locator('tr', { has: tab.getByRole('link', { name: 'prod', exact: true }) })
      .locator('.days-number');
    await expect.poll(() => days.innerText()).toBe('20');
    await rig.check('prod', reading({ end: { kind: 'date', date: endsIn(3) } }));
    await expect.poll(() => days.innerText(), { timeout: 10_000 }).toBe('3');
    expect(complaints).toEqual([]);
  });

  it('shows a site with its rungs, checks and certificates', async (test) => {
    const { tab, complaints } = await show(test, '#/site/prod');
    await tab.locator('.plot canvas').waitFor();
    expect(await tab.locator('.rungs tbody tr').count()).toBe(8);
    expect(await tab.locator('.checks tbody tr').count()).toBe(1);
    expect(await tab.locator('.certificates').innerText()).toContain('2028-01-01');
    expect(await flawsOf(tab)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('shows a site that was never checked', async (test) => {
    const { tab, complaints } = await show(test, '#/site/test');
    await tab.getByText('Not checked yet').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('says that there is no such site', async (test) => {
    const { tab } = await show(test, '#/site/nope');
    await tab.getByRole('heading', { name: 'There is no site called “nope”' }).waitFor();
  });

  it('may act: its requests come from the same origin for the server', async (test) => {
    const { tab, complaints } = await show(test, '#/deliveries');
    await tab.locator('.lane', { hasText: 'oncall' }).waitFor();
    expect(complaints).toEqual([]);
    const status = await tab.evaluate(
      "fetch('api/v1/dead-letters/oncall/1/retry', { method: 'POST' }).then((r) => r.status)",
    );
    expect(status).toBe(404);
  });
});
