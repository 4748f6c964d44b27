/** Acknowledging on the page of a site, in a real browser. */
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { reading } from '../fakes/readings.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startRig } from '../web/rig.ts';
import { expectNoSidewaysScroll, flawsOf, pageUnderTest, textOf } from './page-under-test.ts';

describeWith(['chromium'], 'acknowledging on the page', () => {
  const page = pageUnderTest();
  const panelOf = ({ tab }: Pick<Awaited<ReturnType<typeof page.show>>, 'tab'>) =>
    tab.getByRole('region', { name: 'Acknowledgement' });

  it('asks who, why and until when, and shows it', async (test) => {
    const shown = await page.show(test, { at: '#/site/prod' });
    const { tab, api, complaints } = shown;
    await tab.getByRole('button', { name: 'Acknowledge …' }).click();
    const day = tab.getByLabel('Day on which alerts speak again');
    expect(await day.inputValue()).toBe('2026-12-01');
    expect(await day.getAttribute('min')).toBe('2026-11-25');
    expect(await tab.getByText('The next rung: 3 days ahead, on 2026-11-26').count()).toBe(1);
    await tab.getByLabel('Who').fill('Anna');
    await tab.getByLabel('Why').fill('The renewal is ordered.');
    await day.fill('2026-11-28');
    await tab.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await tab.getByText('Acknowledged by Anna until 2026-11-28').waitFor();
    expect(api.sent).toEqual([
      { by: 'Anna', why: 'The renewal is ordered.', until: '2026-11-28', coverExpiredAndBlocked: false },
    ]);
    expect(await panelOf(shown).innerText()).toMatch(
      /The renewal is ordered\.[\s\S]*Should it expire or be blocked, that is told all the same\.[\s\S]*The destinations are told\./,
    );
    expect(await tab.evaluate('document.activeElement.ariaLabel')).toBe('Acknowledgement');

    await tab.getByRole('button', { name: 'Change …' }).click();
    expect(await tab.getByLabel('Who').inputValue()).toBe('Anna');
    expect(complaints).toEqual([]);
  });

  it('works with the keyboard alone', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/site/prod' });
    const open = tab.getByRole('button', { name: 'Acknowledge …' });
    await open.focus();
    await tab.keyboard.press('Enter');
    await tab.locator('dialog').waitFor();
    await tab.keyboard.press('Escape');
    await tab.locator('dialog').waitFor({ state: 'detached' });
    expect(await tab.evaluate('document.activeElement.innerText')).toBe('Acknowledge …');
    await tab.keyboard.press('Enter');
    await tab.getByLabel('Who').focus();
    await tab.keyboard.type('Anna');
    await tab.keyboard.press('Tab');
    await tab.keyboard.type('Ordered');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('ArrowDown'); // from the day to the next rung
    await tab.getByLabel('Who').focus();
    await tab.keyboard.press('Enter');
    await expect.poll(() => api.sent).toMatchObject([{ by: 'Anna', why: 'Ordered', until: 'next-rung' }]);
  });

  it('sends nothing without a reason, and says what the service did not take', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/site/prod' });
    await tab.getByRole('button', { name: 'Acknowledge …' }).click();
    await tab.getByLabel('Who').fill('Anna');
    const send = tab.getByRole('button', { name: 'Acknowledge', exact: true });
    await send.click();
    expect(api.sent).toEqual([]);
    await tab.getByLabel('Why').fill('x');
    api.refusal = { status: 400, error: { code: 'until-too-far', message: 'Name a day up to 2027-11-25.' } };
    await send.click();
    await tab.getByText('Not done: Name a day up to 2027-11-25.').waitFor();
    api.refusal = null;
    await send.click();
    await tab.locator('dialog').waitFor({ state: 'detached' });
  });

  it('has an expired license acknowledged only by somebody who says so', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/site/finance' });
    await tab.getByRole('button', { name: 'Acknowledge …' }).click();
    expect(await tab.getByText('The next rung').count()).toBe(0);
    await tab.getByLabel('Who').fill('Anna');
    await tab.getByLabel('Why').fill('Shut down on purpose');
    const send = tab.getByRole('button', { name: 'Acknowledge', exact: true });
    await send.click();
    expect(api.sent).toEqual([]);
    await tab.getByLabel('be silent although users may not be able to work').check();
    await send.click();
    await tab.getByText('Silent even if it expires or is blocked.').waitFor();
    expect(api.sent).toMatchObject([{ coverExpiredAndBlocked: true }]);
  });

  it('shows it in the list of sites, to be filtered by, and lets it be withdrawn', async (test) => {
    const shown = await page.show(test);
    const { tab, api } = shown;
    const row = tab.locator('tr', { has: tab.getByRole('link', { name: 'logistics', exact: true }) });
    expect(await row.innerText()).toContain('Acknowledged by Anna');
    expect(await row.locator('[title^="Acknowledged by Anna until the next rung"]').count()).toBe(1);
    await tab.goto(`${shown.url}#/?state=acknowledged`);
    await expect.poll(() => tab.locator('tr.site').count()).toBe(1);
    await row.getByRole('link').click();
    await tab.getByRole('button', { name: 'Withdraw' }).click();
    await tab.getByText('Withdrawn. The next check says again what is to be said.').waitFor();
    expect(api.asked).toContain('DELETE api/v1/sites/logistics/acknowledgement 200');
    await expect.poll(() => panelOf(shown).innerText()).not.toContain('Anna');
  });

  it('offers nothing where there is no alert', async (test) => {
    const { tab } = await page.show(test, { at: '#/site/hr' });
    await tab.locator('.site-head').waitFor();
    expect(await textOf(tab)).not.toContain('cknowledge');
  });

  it('says clearly when the login may only look', async (test) => {
    const { tab } = await page.show(test, {
      at: '#/site/prod',
      prepare: (api) => {
        api.me = { name: 'prometheus', role: 'read' };
      },
    });
    await tab.getByText('You may look, but not acknowledge').waitFor();
    expect(await tab.getByRole('button', { name: 'Acknowledge …' }).count()).toBe(0);
    expect(await flawsOf(tab)).toEqual([]);
  });

  const looks = (['light', 'dark'] as const).flatMap((theme) =>
    [1280, 360].map((width) => ({ theme, width, at: '#/site/prod' })),
  );
  it.for(looks)('the dialog in $theme at $width px has no flaw for axe and fits', async (look, test) => {
    const { tab } = await page.show(test, look);
    await tab.getByRole('button', { name: 'Acknowledge …' }).click();
    expect(await flawsOf(tab)).toEqual([]);
    await expectNoSidewaysScroll(tab);
    const box = (await tab.locator('dialog').boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(look.width);
  });

  it('reaches the real server, and follows what others do', async (test) => {
    const rig = await startRig({ pageFolders: [page.built().folder] });
    test.onTestFinished(() => rig.close());
    const endDate = new Date(rig.clock.now().getTime() + 20 * 86_400_000).toISOString().slice(0, 10);
    await rig.check('prod', reading({ endDate }));
    await rig.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = rig.app.server.address() as AddressInfo;
    const { tab, complaints } = await page.open(test, `http://127.0.0.1:${port}/`, { at: '#/site/prod' });
    await tab.getByRole('button', { name: 'Acknowledge …' }).click();
    await tab.getByLabel('Who').fill('Anna');
    await tab.getByLabel('Why').fill('Ordered');
    await tab.getByLabel('The next rung: 14 days ahead').check();
    await tab.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await tab.getByText('Acknowledged by Anna until the next rung').waitFor();
    await rig.options.acknowledging.withdraw('prod', 'Bert');
    await tab.getByRole('button', { name: 'Acknowledge …' }).waitFor({ timeout: 10_000 });
    expect(complaints).toEqual([]);
  });
});
