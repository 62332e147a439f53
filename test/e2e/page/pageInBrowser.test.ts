import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../../support/built.ts';
import { hasChromium, startChromium } from '../../support/chromium.ts';
import { slowness } from '../../support/slowness.ts';
import { FixtureDaemon } from './fixtureDaemon.ts';
import { axeFindings, type OpenedPage, openPage, overflow, type PageOptions, show, showDrawn } from './openPage.ts';

const SITE = join(dirname(MAIN), 'site');
const STREAM = '#/stream/home%2Fpump7%2Fvibration';
const VIEWS = [
  '#/',
  STREAM,
  '#/memory/home%2Fpump7%2Fvibration',
  '#/alarms',
  '#/system',
  '#/configuration',
  '#/nothing/here',
];

it('is at most 100 kB for the browser, compressed, in all', () => {
  const files = readdirSync(SITE).filter((name) => name.endsWith('.gz'));
  const bytes = files.reduce((sum, name) => sum + readFileSync(join(SITE, name)).length, 0);
  expect(files.length).toBe(5);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(100_000);
});

it('names each file by its content, apart from the document, which asks for them by relative addresses', () => {
  const names = readdirSync(SITE).filter((name) => !name.endsWith('.gz'));
  expect(names.filter((name) => !/^\w+\.[0-9a-f]{10}\.(js|css|svg)$/.test(name))).toEqual(['index.html']);
  const page = readFileSync(join(SITE, 'index.html'), 'utf8');
  const asked = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path);
  expect(asked.sort()).toEqual(names.filter((name) => name !== 'index.html').sort());
  expect(page).not.toMatch(/style=|<style|\son\w+=|<script>/);
});

describe.skipIf(!hasChromium())('the page in Chromium', () => {
  let browser: Browser;
  const opened: OpenedPage[] = [];
  const daemons: FixtureDaemon[] = [];
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await Promise.all(daemons.splice(0).map((one) => one.stop()));
  });

  async function daemonWith(count: number, prefix?: string): Promise<FixtureDaemon> {
    const daemon = await FixtureDaemon.start(count, prefix);
    daemons.push(daemon);
    return daemon;
  }

  async function open(url: string, options?: PageOptions): Promise<OpenedPage> {
    const one = await openPage(browser, url, options);
    opened.push(one);
    return one;
  }

  /** Waits until the page follows the daemon, with the cards in their place. */
  async function settled(page: Page): Promise<void> {
    await page.locator('#link', { hasText: 'live' }).waitFor();
  }

  it('shows streams, facts and open alarms, and what comes while somebody looks', async () => {
    const daemon = await daemonWith(6);
    daemon.alarm(0, 'range');
    const { page, faults } = await open(daemon.url, { locale: 'de-DE' });
    await settled(page);
    const cards = page.locator('.card');
    await expect.poll(() => cards.count()).toBe(6);
    // The strangest comes first; numbers are in the viewer's notation.
    expect(await cards.first().textContent()).toMatch(
      /^pump7 · vibrationalarm · 3,5.*mm\/sin 5 min: .*19\u00a0% better than plainLSTM · just now$/,
    );
    expect(await page.locator('.facts').textContent()).toContain('165\u00a0MB of 268\u00a0MB');
    expect(await page.locator('.alarms .alarm-list').textContent()).toMatch(
      /pump7 · vibration left everything seen before: 4,61\u00a0mm\/s at 14:51, now .* for 45 min/,
    );
    expect(await page.locator('nav#nav .count').textContent()).toBe('1');
    await expect.poll(() => daemon.followed).toEqual([0, 1, 2, 3, 4, 5]);
    daemon.read(1, 33.3);
    await expect
      .poll(() => page.locator('.card', { hasText: 'livingroom' }).locator('.big').textContent())
      .toBe('33,3 °C');
    daemon.alarm(2, 'still');
    await expect.poll(() => page.locator('nav#nav .count').textContent()).toBe('2');
    await expect.poll(() => page.locator('#live').textContent()).toBe('Alarm: fridge_plug · power.');
    daemon.frame('health', { ...daemon.health, broker: { connected: false } });
    await page.locator('main > .opened', { hasText: 'The broker is not connected.' }).first().waitFor();
    expect(faults).toEqual([]);
  });

  it('shows one stream: sentence, chart, table, learning, what comes next; all follow the readings', async () => {
    const daemon = await daemonWith(6);
    daemon.alarms.push({
      ...daemon.alarm(1, 'still'),
      stream: 'home/pump7/vibration',
      end: '2026-03-12T13:00:00.000Z',
      start: '2026-03-12T12:15:00.000Z',
    });
    const { page, faults } = await open(`${daemon.url}${STREAM}`);
    await settled(page);
    await page.locator('.u-over').first().waitFor();
    expect(await page.title()).toBe('pump7 · vibration · tidegate');
    expect(await page.locator('.say').textContent()).toMatch(
      /^\d\.\d\d\u00a0mm\/s, within what was expected \(.*\)\. Lately the forecasts were 19\u00a0% better/,
    );
    const side = await page.locator('.split > div').nth(1).textContent();
    expect(side).toMatch(
      /9 of 10 times5 min.*30 min.*1 h.*Who answers.*LSTM69\u00a0%0\.099.*published.*0\.103.*88\.2\u00a0%, 90\u00a0% wanted/s,
    );
    expect(await page.locator('.learning').textContent()).toMatch(/last valuelinearLSTM.*0\.128.*0\.14/s);
    await expect
      .poll(() => page.locator('.split section', { hasText: 'Alarms of this stream' }).textContent())
      .toMatch(/Thu 12 Mar, 13:15 · lasted 45 min4\.61\u00a0mm\/s: the same value for longer than ever before$/);
    await page.keyboard.press('t');
    const rows = page.locator('.rows tbody tr');
    // A label that was told is in the table, and named above the chart.
    expect(await rows.filter({ hasText: 'told: running' }).count()).toBe(9);
    expect(await page.locator('figcaption', { hasText: 'label that was told' }).isVisible()).toBe(true);
    expect(await rows.count()).toBe(60);
    // The zone is the sensor's and not the browser's.
    expect(await rows.first().textContent()).toMatch(/^Thu 12 Mar, 15:36/);
    await page.locator('.chart').first().focus();
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(() => page.locator('.readout').textContent())
      .toMatch(/^Thu 12 Mar, 15:36: .*\u00a0mm\/s · expected .* · score 0\.2 · LSTM$/);
    await expect.poll(() => daemon.followed).toEqual([0]);
    daemon.read(0, 7.77);
    await expect.poll(() => rows.first().textContent()).toMatch(/^Thu 12 Mar, 15:417\.77/);
    await page.keyboard.press('4');
    await page.locator('figcaption', { hasText: 'least to most of each' }).waitFor();
    expect(faults).toEqual([]);
  });

  it.each([
    [1280, 'light'],
    [360, 'dark'],
  ] as const)(
    'fits a window of %i pixels, %s, in each view, without a serious finding of axe-core',
    async (width, scheme) => {
      const daemon = await daemonWith(7);
      daemon.alarm(0, 'range');
      daemon.alarm(1, 'still');
      const { page, faults } = await open(daemon.url, { width, height: 740, scheme });
      await settled(page);
      for (const view of VIEWS) {
        await showDrawn(page, view);
        if (view === STREAM) await page.keyboard.press('t');
        expect([view, await overflow(page), await axeFindings(page)]).toEqual([view, 0, []]);
      }
      expect(faults).toEqual([]);
    },
  );

  it('shows names, units and texts of strangers as texts, whatever is in them', async () => {
    const daemon = await daemonWith(2);
    const hostile = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>"'\`\${hit}javascript:`;
    const stream = daemon.streams[0] as {
      -readonly [Key in keyof (typeof daemon.streams)[number]]: (typeof daemon.streams)[number][Key];
    };
    Object.assign(stream, {
      id: `a/../${hostile}/%2F`,
      device: hostile,
      field: hostile,
      unit: hostile,
      state: hostile,
    });
    daemon.alarm(0, hostile, { verdict: hostile, id: hostile });
    daemon.health = { ...daemon.health, silent_filters: [hostile], dropped: { [hostile]: 3 } };
    daemon.config = {
      options: [{ name: hostile, value: hostile, origin: hostile, applies: hostile, from: hostile }],
      unsaved: [hostile],
    };
    daemon.doctor = { at: hostile, findings: [{ check: hostile, verdict: 'failed', found: hostile, advice: hostile }] };
    daemon.label = hostile;
    const { page, faults } = await open(daemon.url);
    await settled(page);
    const before = await page.evaluate(() => document.querySelectorAll('img, script, iframe, object').length);
    await page.locator('.card a').first().click();
    await page.locator('.u-over').first().waitFor();
    expect(await page.locator('h1').textContent()).toBe(`${hostile} · ${hostile}`);
    await page.keyboard.press('t');
    for (const view of ['#/', '#/alarms', '#/system', '#/configuration']) {
      await showDrawn(page, view);
      daemon.frame('log', { at: 0, level: hostile, message: hostile, fields: { [hostile]: hostile } });
      await page.locator('main', { hasText: '<img src=x' }).waitFor();
    }
    expect(await page.evaluate(() => document.querySelectorAll('img, script, iframe, object').length)).toBe(before);
    expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
    expect(faults).toEqual([]);
  });

  it('works below the path of a proxy, and follows what it shows though events open slowly', async () => {
    const daemon = await daemonWith(3, '/api/hassio_ingress/Xy_1/');
    daemon.helloAfter = 1200;
    const { page, faults } = await open(daemon.url);
    await settled(page);
    await expect.poll(() => daemon.followed).toEqual([0, 1, 2]);
    await page.locator('.card a').first().click();
    await page.locator('.u-over').first().waitFor();
    await expect.poll(() => daemon.followed).toEqual([2]);
    expect(faults).toEqual([]);
  });

  it('is quick with 1,000 streams: it makes the cards in view alone, and finds one by its name', async () => {
    const daemon = await daemonWith(1000);
    const { page, faults } = await open(daemon.url);
    await settled(page);
    await expect.poll(() => page.locator('.card').count()).toBeGreaterThan(3);
    expect(await page.locator('.card').count()).toBeLessThan(40);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect.poll(() => page.locator('.card').last().getAttribute('aria-posinset')).toBe('1000');
    expect(await page.locator('.card').count()).toBeLessThan(40);
    const focused = await page.evaluate(() => {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
      return document.activeElement?.id;
    });
    expect(focused).toBe('search');
    await page.keyboard.type('fridge_plug_77');
    await expect.poll(() => page.locator('.streams h2').textContent()).toBe('Streams 1 of 1,000');
    expect(await page.locator('.card').count()).toBe(1);
    expect(faults).toEqual([]);
  });

  it('has its first view within a second with 200 streams', async () => {
    const daemon = await daemonWith(200);
    const { page } = await open(daemon.url);
    await page.locator('.card').first().waitFor();
    const firstCard = await page.evaluate(() => performance.now());
    expect(firstCard).toBeLessThan(1000 * slowness());
  });

  it('polls where events are held back, says so when the daemon is gone, and comes back by itself', async () => {
    const daemon = await daemonWith(2);
    const { page } = await open(daemon.url);
    await settled(page);
    daemon.mood = 'down';
    for (const one of daemons) one.cut();
    await page.locator('#banner', { hasText: 'The daemon does not answer.' }).waitFor();
    expect(await page.locator('#live').textContent()).toBe('The page has lost the daemon.');
    daemon.mood = 'silent';
    await page.locator('#link', { hasText: 'by polling' }).waitFor();
    await expect.poll(() => page.locator('#banner').isVisible()).toBe(false);
    expect(await page.locator('#live').textContent()).toBe('The daemon answers again.');
  });

  it('asks for the token, refuses a wrong one, and opens with the right one', async () => {
    const daemon = await daemonWith(2);
    daemon.token = 'right';
    const { page, faults } = await open(daemon.url);
    await page.locator('#token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator('[role=alert]', { hasText: 'the token is another one' }).waitFor();
    await page.locator('#token').fill('right');
    await page.keyboard.press('Enter');
    await settled(page);
    await page.locator('.card').first().waitFor();
    expect(page.url()).not.toContain('right');
    expect(faults).toEqual([]);
  });

  it('shows what the doctor finds, the worst first, and has it look again', async () => {
    const daemon = await daemonWith(1);
    const { page, faults } = await open(`${daemon.url}#/system`);
    const items = page.locator('.doctor li');
    await items.first().waitFor();
    expect(await items.allTextContents()).toEqual([
      'quality of service QoS 0: what comes while the connection is down is lostmqtt.qos: 1, and sensors that publish with QoS 1',
      'clock no program here can tell whether it is synchronised',
      'broker mqtt://127.0.0.1:1883, MQTT 5',
    ]);
    await page.locator('section', { hasText: '1 thing can be lost, at ' }).first().waitFor();
    await page.locator('section', { hasText: '99 of 100 are' }).getByText('within 25 ms').waitFor();
    daemon.doctor = { ...daemon.doctor, findings: [] };
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect.poll(() => items.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('sends verdicts and changes of options as requests; of a change it shows first what it would do', async () => {
    const daemon = await daemonWith(2);
    const alarm = daemon.alarm(0, 'jump');
    daemon.replies.set('options', { plan: true, live: ['log.level'], streams: [], restart: [] });
    const { page, faults } = await open(daemon.url);
    await settled(page);
    await page.locator('.alarms button', { hasText: 'Normal' }).click();
    await expect.poll(() => page.locator('#live').textContent()).toBe('Noted: pump7 · vibration was normal.');
    expect(await page.locator('.alarms button[aria-pressed=true]').textContent()).toBe('Normal');
    expect(daemon.requests).toEqual([
      { command: 'verdict', body: { stream: alarm.stream, alarm: alarm.id, verdict: 'normal' } },
    ]);
    await show(page, '#/configuration');
    expect(await page.locator('main').textContent()).toContain('mqtt.password••••••••environment: MQTT_PASSWORD');
    await page.locator('button[aria-label="Change log.level"]').click();
    await page.locator('#option-value').fill('debug');
    expect(await page.locator('dialog button', { hasText: 'Apply' }).isDisabled()).toBe(true);
    await page.locator('dialog button', { hasText: 'What would change' }).click();
    await page.locator('dialog', { hasText: 'At once: log.level.' }).waitFor();
    await page.locator('dialog button', { hasText: 'Apply' }).click();
    await expect.poll(() => daemon.requests.length).toBe(3);
    const change = { set: { 'log.level': 'debug' }, persist: false, revision: 'a1' };
    expect(daemon.requests.slice(1).map(({ body }) => body)).toEqual([
      { ...change, plan: true },
      { ...change, plan: false },
    ]);
    daemon.replies.set('options', {
      error: { code: 'TG_REQUEST_INVALID', message: 'log.level: one of error, warning, info, debug' },
    });
    await page.locator('button[aria-label="Change log.level"]').click();
    await page.locator('dialog button', { hasText: 'What would change' }).click();
    await page.locator('dialog', { hasText: 'one of error, warning' }).waitFor();
    expect(await page.locator('dialog button', { hasText: 'Apply' }).isDisabled()).toBe(true);
    expect(faults).toEqual([]);
  });

  it('is led by keys, keeps theme, order and filter, and moves nothing where motion is not wanted', async () => {
    const daemon = await daemonWith(6);
    const { page, faults } = await open(daemon.url, { reducedMotion: true });
    await settled(page);
    await page.locator('select[aria-label=Order]').selectOption('device');
    await page.keyboard.press('Escape');
    await page.locator('body').click({ position: { x: 5, y: 300 } });
    await page.keyboard.press('d');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await page.keyboard.press('j');
    await page.locator('h1', { hasText: 'pump7' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.locator('h1', { hasText: 'System' }).waitFor();
    await page.keyboard.press('?');
    await page.locator('dialog[open] h2', { hasText: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await show(page, '#/');
    expect(await page.locator('select[aria-label=Order]').inputValue()).toBe('device');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await expect.poll(() => page.locator('.cards .group').count()).toBeGreaterThan(2);
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter(
          (one) => Number.parseFloat(getComputedStyle(one).transitionDuration) > 0,
        ).length,
    );
    expect(moving).toBe(0);
    expect(faults).toEqual([]);
  });
});
