// A page of Home Assistant, as Chromium draws it.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const WAIT_MS = 120_000;

/** @param path of the page @param file where the picture goes, PNG */
export async function takeScreenshot(home, path, file) {
  if (!existsSync(CHROMIUM)) throw new Error('chromium is missing (Debian: chromium)');
  const { url, token } = home.access;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    const tokens = { access_token: token, token_type: 'Bearer', expires_in: 86_400, hassUrl: url, clientId: `${url}/` };
    const kept = JSON.stringify({ ...tokens, expires: Date.now() + 86_400_000, refresh_token: '' });
    await page.addInitScript(`localStorage.setItem('hassTokens', ${JSON.stringify(kept)})`);
    await page.goto(url + path);
    await page.getByText('forecast', { exact: false }).first().waitFor({ timeout: WAIT_MS });
    // Charts and icons come later than texts.
    await page.waitForTimeout(5000);
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}
