import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../../support/chromium.ts';
import { FixtureDaemon } from './fixtureDaemon.ts';
import { axeFindings, type OpenedPage, openPage, overflow, type PageOptions } from './openPage.ts';

const MEMORY = '#/memory/home%2Ffridge_plug%2Fpower';
const FRIDGE = 2;

describe.skipIf(!hasChromium())('the memory view in Chromium', () => {
  let browser: Browser;
  let daemon: FixtureDaemon;
  const opened: OpenedPage[] = [];
  beforeAll(async () => {
    browser = await startChromium();
    daemon = await FixtureDaemon.start(6, '/some/prefix/');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await daemon?.stop();
  });

  async function look(options?: PageOptions, hash = MEMORY): Promise<OpenedPage> {
    const one = await openPage(browser, daemon.url + hash, options);
    opened.push(one);
    await one.page.locator('.memory-strip .lane').first().waitFor();
    return one;
  }

  const equationOf = (page: Page, state: string): Promise<string | null> =>
    page.locator(`.memory-equations .value-${state}`).textContent();

  it('shows gates, equations, half-lives, reach and shares that sum to the change', async () => {
    const { page, faults } = await look();
    await expect.poll(() => page.locator('.memory-strip .lane').count()).toBe(4);
    expect(await page.locator('.memory-dots circle').count()).toBe(16);
    expect(await page.locator('.memory-reach .curve').count()).toBe(1);
    const [f, before, i, g, c] = await page.evaluate(() => {
      const text = (selector: string): number =>
        Number((document.querySelector(selector)?.textContent ?? '').replace('−', '-'));
      const drawn = [...document.querySelectorAll('.memory-cell .v')].map((each) => each.textContent ?? '');
      const first = drawn.map((each) => Number(each.replace('−', '-'))).filter(Number.isFinite);
      return [text('.value-f'), first[4] ?? Number.NaN, text('.value-i'), text('.value-g'), text('.value-c')];
    });
    // The numbers of the drawing keep to the equation of the cell, within their two decimals.
    expect(Math.abs((f as number) * (before as number) + (i as number) * (g as number) - (c as number))).toBeLessThan(
      0.06,
    );
    const sums = await page.locator('.memory-shares .number.total').allTextContents();
    expect(sums).toHaveLength(2);
    expect(sums[0]).toBe(sums[1]);
    expect(faults).toEqual([]);
  });

  it('lets units and readings be chosen by pointer, list and keys', async () => {
    const { page } = await look();
    const select = page.getByLabel('Unit', { exact: true });
    const units = await select
      .locator('option')
      .evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value));
    expect(units).toHaveLength(16);
    await select.selectOption(units[5] as string);
    await expect.poll(() => page.locator('.memory p.small', { hasText: `Unit ${units[5]}` }).count()).toBe(1);
    const box = await page.locator('.memory-strip .lane').first().boundingBox();
    if (box === null) throw new Error('no lane');
    await page.mouse.click(box.x + box.width / 2, box.y + 2);
    await expect.poll(() => select.inputValue()).toBe(units[0]);
    const now = await page.locator('.readout').textContent();
    await page.mouse.move(0, 0);
    await page.locator('.memory-strip').press('ArrowLeft');
    await page.locator('.memory-strip').press('ArrowDown');
    await expect.poll(() => select.inputValue()).toBe(units[1]);
    expect(await page.locator('.readout').textContent()).not.toBe(now);
  });

  it('has a table of all units by a key', async () => {
    const { page } = await look();
    await page.keyboard.press('t');
    await expect.poll(() => page.locator('.memory table tbody tr').count()).toBe(16);
  });

  it('shows another network, and a new reading in its place', async () => {
    const { page } = await look();
    const network = page.locator('.memory label select');
    const before = [await equationOf(page, 'c'), await network.inputValue()];
    await network.selectOption('lstm_direct');
    await expect.poll(async () => [await equationOf(page, 'c'), await network.inputValue()]).not.toEqual(before);
    const said = await page.locator('.readout').textContent();
    await expect.poll(() => daemon.followed).toContain(FRIDGE);
    daemon.read(FRIDGE);
    await expect.poll(() => page.locator('.readout').textContent(), { timeout: 30_000 }).not.toBe(said);
  });

  it('says in words why there is no memory to show', async () => {
    const one = await openPage(browser, `${daemon.url}#/memory/home%2Fnone`);
    opened.push(one);
    await expect.poll(() => one.page.locator('.state-box').textContent()).toContain('no such stream');
    expect(await one.page.locator('.memory').isVisible()).toBe(false);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('has no serious finding, and is not wider than the window: %s, %i px', async (scheme, width) => {
    const { page, faults } = await look({ scheme, width });
    await expect.poll(() => page.locator('.memory-dots circle').count()).toBe(16);
    expect(await overflow(page)).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    const folder = process.env['TIDEGATE_PICTURES'];
    if (folder !== undefined)
      await page.screenshot({ path: `${folder}/memory-${width}-${scheme}.png`, fullPage: true });
  });
});
