/** The overview in a real browser. */
import { expect, it } from 'vitest';
import { describeWith } from '../servers/describe-with.ts';
import { expectNoSidewaysScroll, pageUnderTest, textOf } from './page-under-test.ts';
import { ago, HOUR, manySites, overviewOf, sampleSites, site } from './sample-sites.ts';

const MOST_BYTES = 60_000;

describeWith(['chromium'], 'the overview', () => {
  const page = pageUnderTest();

  it('weighs less than 60 kB, has nothing inline and names no other host', () => {
    const { gzipBytes, files } = page.built();
    const html = files.get('index.html')!.toString();
    expect(gzipBytes).toBeLessThan(MOST_BYTES);
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
    expect(html.match(/(?:src|href)="(?!\.\/)[^"]*"/g)).toBeNull();
  });

  it('shows what the API gave, in its order', async (test) => {
    const { tab, complaints, hosts, url } = await page.show(test);
    await tab.locator('.sites tbody tr').last().waitFor();
    const rows = await tab.locator('.sites tbody tr').allInnerTexts();
    expect(rows).toHaveLength(sampleSites.length);
    for (const [index, { name, endDate, daysLeft, version }] of sampleSites.entries()) {
      expect(rows[index]).toContain(name);
      if (endDate !== null) expect(rows[index]).toContain(endDate);
      if (daysLeft !== null) expect(rows[index]).toContain(String(daysLeft).replace('-', '−'));
      if (version !== null) expect(rows[index]).toContain(version.version);
    }
    expect(await tab.title()).toBe('2 critical, 3 warning, 6 fine, 1 not checked yet – License Sentinel');
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(url).host]);
  });

  it('says both facts of a site that cannot be read and counts down all the same', async (test) => {
    const { tab } = await page.show(test);
    const row = await tab.locator('tr', { hasText: 'sales-emea' }).innerText();
    expect(row).toContain('21');
    expect(row).toContain('Expiring, warning');
    expect(row).toContain('Cannot be read: no answer in time');
    expect(row).toContain('3 days ago');
  });

  it('never shows a number for days that are not known', async (test) => {
    const { tab } = await page.show(test);
    expect(await tab.locator('tr', { hasText: 'dev' }).first().locator('.days').innerText()).toMatch(
      /^–\s+not known$/,
    );
    expect(await tab.locator('tr', { hasText: 'archive' }).locator('.days').innerText()).toMatch(
      /^∞\s+no end date$/,
    );
    expect(await textOf(tab)).not.toMatch(/null|NaN|undefined/);
  });

  it('shows the exact time on hover, in the zone of the reader and in UTC', async (test) => {
    const { tab } = await page.show(test);
    const time = tab.locator('tr', { hasText: 'prod' }).first().locator('.confirmed time');
    expect(await time.innerText()).toBe('2 hours ago');
    expect(await time.getAttribute('title')).toBe('2026-11-24 09:00 (2026-11-24 08:00:00 UTC)');
  });

  it('says when the service last confirmed what is shown, not when it first said so', async (test) => {
    const { tab } = await page.show(test, {
      prepare: (api) => {
        api.overview = { ...overviewOf(sampleSites), generatedAt: ago(3 * HOUR) };
      },
    });
    expect(await tab.locator('.as-of').innerText()).toContain('As of just now');
  });

  it('follows the service without a reload', async (test) => {
    const { tab, api } = await page.show(test);
    await tab.locator('tr', { hasText: 'hr' }).first().waitFor();
    await expect.poll(() => api.isHeard).toBe(true);
    api.overview = overviewOf([site('hr', { daysLeft: 2, state: 'expiring', severity: 'critical' })]);
    api.tell({ site: 'hr' });
    await tab.locator('.sites tbody tr:only-child', { hasText: 'Expiring' }).waitFor();
    expect(await tab.locator('.days-number').innerText()).toBe('2');
  });

  it('asks with the ETag and gathers a burst of changes into one question', async (test) => {
    const { tab, api } = await page.show(test);
    await tab.locator('.sites').waitFor();
    await expect.poll(() => api.isHeard).toBe(true);
    for (let index = 0; index < 50; index += 1) api.tell({ site: `site-${index}` });
    const asked = () => api.asked.filter((one) => one.includes('overview'));
    await expect.poll(() => asked().length, { timeout: 5_000 }).toBe(2);
    expect(asked()).toEqual(['GET api/v1/overview 200', 'GET api/v1/overview 304']);
  });

  it('says that the connection is lost, and comes back by itself', async (test) => {
    const { tab, api } = await page.show(test);
    await tab.locator('.sites').waitFor();
    await expect.poll(() => api.isHeard).toBe(true);
    api.failure = { status: 503, error: { code: 'starting', message: 'The service is starting.' } };
    api.cutStreams();
    await tab.getByText('Connection lost, trying again').waitFor();
    expect(await tab.locator('.sites tbody tr').count()).toBe(sampleSites.length);
    api.failure = null;
    await tab.getByText('Connection lost').waitFor({ state: 'detached' });
  });

  it('filters by text, severity, state and tag, and keeps the filter in the address', async (test) => {
    const { tab } = await page.show(test);
    const names = () => tab.locator('.name a').allInnerTexts();
    await tab.locator('.sites').waitFor();
    await tab.keyboard.press('/');
    await tab.keyboard.type('sales');
    await expect.poll(names).toEqual(['sales-emea', 'sales-apac']);
    expect(new URL(tab.url()).hash).toBe('#/?q=sales');
    await tab.getByRole('button', { name: '3 warning' }).click();
    expect(await names()).toEqual(['sales-emea']);
    await tab.reload();
    await expect.poll(names).toEqual(['sales-emea']);
    await tab.goto(`${tab.url().split('#')[0]}#/`);
    await tab.getByLabel('State').selectOption('unreachable');
    expect(await names()).toEqual(['sales-emea']);
    await tab.getByLabel('State').selectOption('');
    await tab.getByLabel('Tag').selectOption('environment=test');
    expect(await names()).toEqual(['test']);
    await tab.getByLabel('Search sites').fill('nothing like it');
    await tab.getByRole('button', { name: 'Show all 12 sites' }).click();
    expect(await names()).toHaveLength(sampleSites.length);
  });

  it('shows names and texts with HTML in them as text', async (test) => {
    const evil = '<img src=x onerror="document.title=1"><script>alert(1)</script>';
    const { tab, complaints } = await page.show(test, {
      prepare: (api) => {
        api.overview = overviewOf([
          site(evil, {
            tags: { [evil]: evil },
            failure: { reason: 'timeout', detail: evil },
            reachable: false,
            version: { version: evil, releaseLabel: evil },
          }),
        ]);
      },
    });
    expect(await tab.locator('.name a').innerText()).toBe(evil);
    expect(await tab.locator('main img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows 5,000 sites within a second, as few rows at a time, and reaches the last one', {
    timeout: 60_000,
  }, async (test) => {
    const { tab } = await page.show(test, {
      prepare: (api) => {
        api.overview = overviewOf(manySites(5_000));
      },
    });
    const loadMs = async () => {
      await tab.locator('.sites tbody tr').first().waitFor();
      return tab.evaluate<number>("performance.getEntriesByName('sites-shown')[0].startTime");
    };
    // A machine that does other things may take longer now and then, but not each time.
    let shownAfterMs = await loadMs();
    for (let again = 0; again < 9 && shownAfterMs >= 1_000; again += 1) {
      await tab.reload();
      shownAfterMs = await loadMs();
    }
    expect(shownAfterMs).toBeLessThan(1_000);
    expect(await tab.locator('.sites').getAttribute('aria-rowcount')).toBe('5001');
    expect(await tab.locator('.sites tbody tr').count()).toBeLessThan(150);
    await tab.evaluate('scrollTo(0, document.body.scrollHeight)');
    const last = tab.locator('tr', { hasText: 'site-04999' });
    await last.waitFor();
    expect(await last.getAttribute('aria-rowindex')).toBe('5001');

    await tab.getByLabel('Search sites').fill('site-0123');
    await expect.poll(() => tab.locator('.sites tbody tr').count()).toBe(10);
    expect(await tab.locator('.name a').first().innerText()).toBe('site-01230');
  });

  it('says what to do without sites', async (test) => {
    const { tab } = await page.show(test, {
      prepare: (api) => {
        api.overview = overviewOf([]);
      },
    });
    await tab.getByText('No sites yet').waitFor();
    expect(await textOf(tab)).toContain('sites:');
  });

  it('says why nothing can be shown, and tries again', async (test) => {
    const { tab, api } = await page.show(test, {
      prepare: (one) => {
        one.failure = { status: 500, error: { code: 'internal', message: 'The store cannot be read.' } };
      },
    });
    await tab.getByText('The store cannot be read.').waitFor();
    api.failure = null;
    await tab.getByRole('button', { name: 'Try again now' }).click();
    await tab.locator('.sites').waitFor();
  });

  it('works below a path of a reverse proxy', async (test) => {
    const { tab, complaints } = await page.show(test, { base: '/tools/licenses/' });
    await tab.locator('.name a', { hasText: 'prod' }).click();
    await tab.getByRole('heading', { name: 'prod', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('opens a site by keyboard and comes back to where the reader was', async (test) => {
    const { tab } = await page.show(test, {
      prepare: (api) => {
        api.overview = overviewOf([...sampleSites, ...manySites(400)]);
      },
    });
    await tab.locator('.sites').waitFor();
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Enter');
    expect(await tab.evaluate('document.activeElement.id')).toBe('content');
    await tab.locator('.name a', { hasText: 'lab' }).focus();
    const before = await tab.evaluate<number>('scrollY');
    await tab.keyboard.press('Enter');
    await tab.getByRole('heading', { name: 'lab', level: 1 }).waitFor();
    expect(await tab.evaluate('document.activeElement.id')).toBe('content');
    await tab.getByRole('link', { name: 'All sites' }).click();
    await tab.locator('.sites').waitFor();
    await expect.poll(() => tab.evaluate<number>('scrollY')).toBe(before);
  });

  it('remembers where the reader was also on a slow machine, which hears of a scroll before it has tidied up', async (test) => {
    const { tab } = await page.show(test, {
      prepare: (api) => {
        api.overview = overviewOf([...sampleSites, ...manySites(400)]);
      },
    });
    await tab.locator('.sites').waitFor();
    await tab.locator('.name a', { hasText: 'lab' }).focus();
    const before = await tab.evaluate<number>('scrollY');
    expect(before).toBeGreaterThan(0);
    await tab.evaluate(`{
      const later = setTimeout;
      setTimeout = (work, ms, ...more) => later(work, Math.max(ms ?? 0, 500), ...more);
      requestAnimationFrame = (work) => later(() => work(performance.now()), 500);
    }`);
    await tab.keyboard.press('Enter');
    await tab.getByRole('heading', { name: 'lab', level: 1 }).waitFor();
    await expect.poll(() => tab.evaluate<number>('scrollY')).toBe(0);
    await tab.getByRole('link', { name: 'All sites' }).click();
    await tab.locator('.sites').waitFor();
    await expect.poll(() => tab.evaluate<number>('scrollY'), { timeout: 5_000 }).toBe(before);
  });

  it.for([320, 360, 800, 1280])('fits a width of %i px', async (width, test) => {
    const { tab } = await page.show(test, { width });
    await tab.locator('.sites').waitFor();
    await expectNoSidewaysScroll(tab);
  });

  it('prints rows that do not reach into each other', async (test) => {
    const { tab } = await page.show(test, { width: 700 });
    await tab.locator('.sites').waitFor();
    await tab.emulateMedia({ media: 'print' });
    const tooTall = await tab.evaluate<string[]>(`
      [...document.querySelectorAll('.site')].flatMap((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return [...row.querySelectorAll('a, .tag, .days-number, .days-unit, .fact')]
          .map((part) => [part, part.getBoundingClientRect()])
          .filter(([, box]) => box.height > 0 && (box.top < top - 0.5 || box.bottom > bottom + 0.5))
          .map(([part]) => row.innerText + ': ' + part.className + part.tagName);
      })`);
    expect(tooTall).toEqual([]);
  });

  it('prints the date of what is printed, which "just now" does not say on paper', async (test) => {
    const { tab } = await page.show(test, { width: 700 });
    await tab.locator('.sites').waitFor();
    await tab.emulateMedia({ media: 'print' });
    const heading = await tab.locator('.heading').innerText();
    expect(heading).toMatch(/as of 2026-11-24 11:00 \(2026-11-24 10:00:\d\d UTC\)/);
    expect(heading).not.toContain('just now');
  });

  it('prints that it is not the whole list', async (test) => {
    const { tab } = await page.show(test, { width: 700, at: '#/?q=prod' });
    await tab.locator('.sites').waitFor();
    const words = tab.getByText(/^Only \d+ of \d+ sites, as filtered\.$/);
    expect(await words.isVisible()).toBe(false);
    await tab.emulateMedia({ media: 'print' });
    expect(await words.isVisible()).toBe(true);
  });

  it('prints on one page', async (test) => {
    const { tab } = await page.show(test);
    await tab.locator('.sites').waitFor();
    const pdf = (await tab.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  });
});
