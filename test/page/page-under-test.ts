/** What the tests of the page share: one build, one browser, and for each test a service of its own. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, type TestContext } from 'vitest';
import { pathOf } from '../servers/describe-with.ts';
import { type BuiltPage, buildPage, launchBrowser } from './browser.ts';
import { FakeApi } from './fake-api.ts';

type Cleanup = Pick<TestContext, 'onTestFinished'>;

export interface Look {
  /** The fragment to open: `#/site/prod`. */
  readonly at?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly base?: string;
  readonly login?: { readonly username: string; readonly password: string };
  readonly prepare?: (api: FakeApi) => void;
}

export interface Shown {
  readonly tab: Page;
  readonly api: FakeApi;
  readonly url: string;
  /** What the browser complained about, such as a breach of the content security policy. */
  readonly complaints: readonly string[];
  /** The host of every request. */
  readonly hosts: ReadonlySet<string>;
}

export interface PageUnderTest {
  built(): BuiltPage;
  /** Opens the page in a window of its own, before a service of its own. */
  show(test: Cleanup, look?: Look): Promise<Shown>;
  /** Opens any service, such as the real one, in the same way. */
  open(test: Cleanup, url: string, look?: Look): Promise<Omit<Shown, 'api'>>;
}

/** Registers what comes before and after the tests of a suite; to be called within its `describe`. */
export function pageUnderTest(): PageUnderTest {
  let page: BuiltPage;
  let browser: Browser;
  beforeAll(async () => {
    [page, browser] = await Promise.all([buildPage(), launchBrowser(pathOf('chromium')!)]);
  });
  afterAll(async () => {
    await browser?.close();
    await page?.remove();
  });

  async function open({ onTestFinished }: Cleanup, url: string, look: Look = {}) {
    const context = await browser.newContext({
      colorScheme: look.theme ?? 'light',
      viewport: { width: look.width ?? 1280, height: 800 },
      timezoneId: 'Europe/Berlin',
      // Tests make their own authority.
      ignoreHTTPSErrors: true,
      ...(look.login && { httpCredentials: look.login }),
    });
    onTestFinished(() => context.close());
    const tab = await context.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('request', (request) => hosts.add(new URL(request.url()).host));
    await tab.goto(url + (look.at ?? '#/'));
    return { tab, url, complaints, hosts };
  }

  return {
    built: () => page,
    open,
    async show(test, look = {}) {
      const api = new FakeApi(page.folder, look.base);
      look.prepare?.(api);
      const url = await api.start();
      test.onTestFinished(() => api.stop());
      return { api, ...(await open(test, url, look)) };
    },
  };
}

/** Everything axe finds, in short. */
export async function flawsOf(tab: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page: tab }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

export async function expectNoSidewaysScroll(tab: Page): Promise<void> {
  expect(await tab.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
    0,
  );
}

/** What is on the screen, as text. */
export const textOf = (tab: Page): Promise<string> => tab.locator('main').innerText();
