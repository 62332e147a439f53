import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly locale?: string;
  readonly reducedMotion?: boolean;
}

/** A page of the browser that has seen nothing before, and what went wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of the page, violations of its policy, and requests to elsewhere. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Opens an address. @param url of the daemon: a request to any other host is a fault */
export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenedPage> {
  const { width = 1280, height = 900, scheme = 'light', locale = 'en-GB', reducedMotion = false } = options;
  const context: BrowserContext = await browser.newContext({
    ...{ viewport: { width, height }, colorScheme: scheme, locale, timezoneId: 'America/New_York' },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`${error}`));
  page.on('console', (message) => {
    // What the network did is told by `requestfailed`, and is what some tests are about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin)) faults.push(`request to ${request.url()}`);
  });
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/** Goes to a view and waits for its heading. */
export async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.waitForFunction((to) => location.hash === to && document.querySelector('main h1') !== null, hash);
}

/** The thing that stands in each view once its answers have come. */
const DRAWN: Readonly<Record<string, string>> = {
  '#/': '.card .spark',
  '#/stream': '.u-over',
  '#/memory': '.memory-strip .lane',
  '#/alarms': '.scroll tbody tr',
  '#/system': '.doctor li',
  '#/configuration': '.options tbody tr',
};

/** Goes to a view and waits until its answers are drawn. */
export async function showDrawn(page: Page, hash: string): Promise<void> {
  await show(page, hash);
  const drawn = DRAWN[hash.split('/').slice(0, 2).join('/')];
  if (drawn !== undefined) await page.locator(drawn).first().waitFor();
}

/** Serious and critical findings of axe-core, as `rule: element`. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    type Axe = {
      run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { target: unknown }[] }[] }>;
    };
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
  });
}

/** Pixels by which the document is wider than the window; 0: it is not. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
}
