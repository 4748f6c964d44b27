/** The pages of a site and of the deliveries in a real browser, and every view in both themes. */
import { expect, it } from 'vitest';
import { describeWith } from '../servers/describe-with.ts';
import { expectNoSidewaysScroll, flawsOf, pageUnderTest, textOf } from './page-under-test.ts';
import { sampleDetails } from './sample-detail.ts';
import { ago } from './sample-sites.ts';

describeWith(['chromium'], 'the views', () => {
  const page = pageUnderTest();

  it('shows a site as the API gave it', async (test) => {
    const { tab, complaints } = await page.show(test, { at: '#/site/prod' });
    await tab.locator('.plot canvas').waitFor();
    const text = await textOf(tab);
    const detail = sampleDetails.get('prod')!;
    expect(await tab.locator('.site-head .days-number').innerText()).toBe(String(detail.daysLeft));
    for (const words of [detail.licenseNumber!, detail.timeZone, detail.endDate!, 'key details'])
      expect(text).toContain(words);
    expect(text).toContain('Parts of the license end on different days.');
    const rungs = await tab.locator('.rungs tbody tr').allInnerTexts();
    expect(rungs).toHaveLength(8);
    expect(rungs[0]).toContain('to broker and oncall');
    expect(rungs[1]).toContain('named as skipped 2026-09-30');
    expect(rungs[3]).toContain('to broker; oncall never got it');
    expect(rungs[5]).toContain('ahead');
    expect(complaints).toEqual([]);
  });

  it('says of a rung that nobody took yet', async (test) => {
    const { tab } = await page.show(test, {
      at: '#/site/prod',
      prepare: ({ sites }) => {
        const detail = sites.get('prod')!;
        const rungs = detail.ladder.rungs.map((rung) => ({ ...rung, toldTo: [] }));
        sites.set('prod', { ...detail, ladder: { ...detail.ladder, rungs } });
      },
    });
    await tab.locator('.rungs').waitFor();
    const words = await tab.locator('.rungs tbody tr').allInnerTexts();
    expect(words[4]).toContain('no destination is known to have taken it yet');
    expect(words[5]).not.toContain('destination');
  });

  it('puts today between the rungs that are passed and those ahead', async (test) => {
    const { tab } = await page.show(test, { at: '#/site/prod' });
    const leftOf = async (selector: string) => (await tab.locator(selector).boundingBox())!.x;
    const today = await leftOf('.today');
    expect(await leftOf('.rung:has-text("7")')).toBeLessThan(today);
    expect(await leftOf('.rung:nth-child(7)')).toBeGreaterThan(today);
  });

  it('says that a site cannot be read, why, and since when', async (test) => {
    const { tab } = await page.show(test, { at: '#/site/sales-emea' });
    const banner = tab.locator('.banner');
    await banner.waitFor();
    expect(await banner.innerText()).toMatch(
      /no answer in time\. .* counts down from the last reading, 3 days ago/,
    );
    expect(await tab.locator('.site-head .days-number').innerText()).toBe('21');
  });

  it('says what was said to whom, as one entry for each alert', async (test) => {
    const { tab } = await page.show(test, { at: '#/site/prod' });
    await tab.locator('.alert').first().waitFor();
    const alerts = await tab.locator('.alert').allInnerTexts();
    expect(alerts).toHaveLength(3);
    expect(alerts[1]).toContain('broker took it');
    expect(alerts[1]).toContain('oncall never got it');
    expect(alerts[1]).toContain('400 Bad Request');
  });

  it('pages through the checks to the first one', async (test) => {
    const { tab } = await page.show(test, { at: '#/site/prod' });
    const older = tab.getByRole('button', { name: 'Older checks' });
    const rows = tab.locator('.checks tbody tr');
    for (const count of [20, 30]) {
      await older.click();
      await expect.poll(() => rows.count()).toBe(count);
    }
    expect(await older.count()).toBe(0);
    expect(await rows.nth(3).innerText()).toContain('No answer in time.');
  });

  it('follows the site without losing the older checks', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/site/prod' });
    await tab.getByRole('button', { name: 'Older checks' }).click();
    await expect.poll(() => tab.locator('.checks tbody tr').count()).toBe(20);
    const before = api.sites.get('prod')!;
    const [newest, ...others] = before.checks.items;
    const items = [
      { ...newest!, at: '2026-11-24T09:59:00.000Z', durationMs: 777 },
      newest!,
      ...others.slice(0, -1),
    ];
    api.sites.set('prod', { ...before, daysLeft: 4, checks: { items, next: '9' } });
    api.tell({ site: 'prod' });
    await tab.getByText('777 ms').waitFor();
    expect(await tab.locator('.site-head .days-number').innerText()).toBe('4');
    expect(await tab.locator('.checks tbody tr').count()).toBe(21);
  });

  it('leaves no gap when more checks came than one page shows, as while a laptop sleeps', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/site/prod' });
    await tab.getByRole('button', { name: 'Older checks' }).click();
    const rows = tab.locator('.checks tbody tr');
    await expect.poll(() => rows.count()).toBe(20);
    const before = api.sites.get('prod')!;
    const items = before.checks.items.map((check, index) => ({
      ...check,
      at: `2026-11-24T09:5${9 - index}:00.000Z`,
      durationMs: 777,
    }));
    api.sites.set('prod', { ...before, checks: { items, next: '0' } });
    api.tell({ site: 'prod' });
    await tab.getByText('777 ms').first().waitFor();
    expect(await rows.count()).toBe(10);
    await tab.getByRole('button', { name: 'Older checks' }).click();
    await expect.poll(() => rows.count()).toBe(20);
    const times = await rows.locator('time').evaluateAll((all) => all.map((one) => one.dateTime));
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('says that there is no such site', async (test) => {
    const { tab } = await page.show(test, { at: '#/site/nope%20%3Cb%3E' });
    await tab.getByText('There is no site called “nope <b>”').waitFor();
  });

  it('shows the lane of each destination', async (test) => {
    const { tab } = await page.show(test, { at: '#/deliveries' });
    await tab.locator('.lane').first().waitFor();
    const [oncall, metrics, , fresh, gone] = await tab.locator('.lane').allInnerTexts();
    expect(oncall).toMatch(/Failing, since 5 hours ago/);
    expect(oncall).toContain('503 Service Unavailable');
    expect(oncall).toMatch(/Waiting\s+3; the oldest came 5 hours ago/);
    expect(metrics).toMatch(/Working[\s\S]*Last receipt\s+4 minutes ago/);
    expect(fresh).toContain('Idle');
    expect(gone).toContain('not in the configuration any more');
  });

  it('goes back to older alerts, also those about the service itself', async (test) => {
    const { tab, api } = await page.show(test, {
      at: '#/deliveries',
      prepare: (fake) => {
        const [alert] = fake.deliveries.recent;
        fake.deliveries = { ...fake.deliveries, recentNext: '17-4' };
        const title = 'Destination oncall fails';
        fake.olderAlerts = { items: [{ ...alert!, id: 'old', site: null, title }], next: null };
      },
    });
    await tab.getByRole('button', { name: 'Older alerts' }).click();
    await tab.getByText('Destination oncall fails').waitFor();
    expect(api.asked).toContain('GET api/v1/alerts?before=17-4 200');
    expect(await tab.getByRole('button', { name: 'Older alerts' }).count()).toBe(0);
    expect(await tab.locator('.alert').count()).toBe(4);
  });

  it('does not call a destination idle that refuses all it is given', async (test) => {
    const { tab } = await page.show(test, {
      at: '#/deliveries',
      prepare: (api) => {
        const lanes = api.deliveries.lanes.map((lane) =>
          lane.name === 'new-hook'
            ? { ...lane, deadLetters: 6, lastFailure: { at: ago(0), reason: 'refused', detail: 'HTTP 404' } }
            : lane,
        );
        api.deliveries = { ...api.deliveries, lanes };
      },
    });
    const refusing = tab.locator('.lane', { hasText: 'new-hook' });
    await refusing.waitFor();
    expect(await refusing.innerText()).toMatch(/Refusing, nothing was accepted yet\s+HTTP 404 \(refused\)/);
    expect(await tab.locator('.summary-line').innerText()).toContain('1 refusing');
  });

  it('sends a dead letter again', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/deliveries' });
    await tab.getByRole('button', { name: /^Retry: .* 14 days/ }).click();
    await tab.getByText('goes out again').waitFor();
    expect(api.asked).toContain('POST api/v1/dead-letters/oncall/41/retry 200');
    await expect.poll(() => tab.locator('.letter').count()).toBe(2);
  });

  it('asks before it drops a dead letter', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/deliveries' });
    const drop = tab.getByRole('button', { name: /^Drop: .* 60 days/ });
    const deleted = () => api.asked.filter((one) => one.startsWith('DELETE'));
    await drop.click();
    await tab.keyboard.press('Escape');
    await tab.locator('dialog').waitFor({ state: 'detached' });
    expect(await tab.evaluate('document.activeElement.ariaLabel')).toMatch(/^Drop: .* 60 days/);
    await drop.click();
    expect(await flawsOf(tab)).toEqual([]);
    await tab.getByRole('button', { name: 'Keep it' }).click();
    expect(deleted()).toEqual([]);
    await drop.click();
    await tab.getByRole('button', { name: 'Drop it' }).click();
    await tab.getByText('was dropped').waitFor();
    expect(deleted()).toEqual(['DELETE api/v1/dead-letters/old-hook/9 200']);
  });

  it('offers no way to settle letters to a login that may only look, and says why', async (test) => {
    const { tab } = await page.show(test, {
      at: '#/deliveries',
      prepare: (api) => {
        api.me = { name: 'prometheus', role: 'read' };
      },
    });
    await tab.getByText('You may look, but not retry or drop').waitFor();
    expect(await tab.locator('.letter').count()).toBe(3);
    expect(await tab.getByRole('button', { name: /^(?:Retry|Drop)/ }).count()).toBe(0);
    expect(await flawsOf(tab)).toEqual([]);
  });

  it('says when a retry did not work', async (test) => {
    const { tab, api } = await page.show(test, { at: '#/deliveries' });
    await tab.locator('.letter').first().waitFor();
    api.failure = { status: 403, error: { code: 'forbidden', message: 'You may look, but not change.' } };
    await tab.getByRole('button', { name: /^Retry: .* 14 days/ }).click();
    await tab.getByText('Not done: You may look, but not change.').waitFor();
  });

  it('remembers the chosen theme', async (test) => {
    const { tab } = await page.show(test);
    const ground = () => tab.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await tab.locator('.sites').waitFor();
    const light = await ground();
    await tab.getByLabel('Theme').selectOption('dark');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await tab.reload();
    await expect.poll(ground).toBe(dark);
    await tab.getByLabel('Theme').selectOption('system');
    expect(await ground()).toBe(light);
  });

  const views = [
    '#/',
    '#/?q=none',
    '#/site/prod',
    '#/site/sales-emea',
    '#/site/lab',
    '#/site/logistics',
    '#/site/nope',
    '#/deliveries',
    '#/elsewhere',
  ];
  const looks = views.flatMap((at) =>
    (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => ({ at, theme, width }))),
  );
  it.for(looks)(
    '$at in $theme at $width px has no flaw for axe and does not scroll sideways',
    async (look, test) => {
      const { tab } = await page.show(test, look);
      await tab.locator('main > :not(.placeholder[role=status])').first().waitFor();
      await tab.locator('.placeholder[role=status]').waitFor({ state: 'detached' });
      if (look.at === '#/site/prod') await tab.locator('.plot canvas').waitFor();
      expect(await flawsOf(tab)).toEqual([]);
      await expectNoSidewaysScroll(tab);
    },
  );
});
