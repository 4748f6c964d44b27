/**
 * Draws docs/page-overview.png and docs/page-site.png, the pictures of the page, from invented sites.
 * Needs Chromium. Usage: node scripts/draw-page.ts
 */
import { join } from 'node:path';
import { buildPage, launchBrowser } from '../test/page/browser.ts';
import { FakeApi } from '../test/page/fake-api.ts';
import { pathOf } from '../test/servers/describe-with.ts';

const docs = join(import.meta.dirname, '../docs');
const pictures = [
  { name: 'page-overview.png', at: '#/', theme: 'light', height: 820, ready: '.sites' },
  { name: 'page-site.png', at: '#/site/prod', theme: 'dark', height: 1130, ready: '.plot canvas' },
] as const;

const chromium = pathOf('chromium');
if (chromium === undefined) throw new Error('chromium not found; run: npm run test:servers');

const page = await buildPage();
const browser = await launchBrowser(chromium);
const api = new FakeApi(page.folder);
try {
  const url = await api.start();
  for (const { name, at, theme, height, ready } of pictures) {
    const tab = await browser.newPage({
      colorScheme: theme,
      viewport: { width: 1280, height },
      timezoneId: 'Europe/Berlin',
    });
    await tab.goto(url + at);
    await tab.locator(ready).waitFor();
    await tab.screenshot({ path: join(docs, name), animations: 'disabled' });
    await tab.close();
  }
} finally {
  await browser.close();
  await api.stop();
  await page.remove();
}
