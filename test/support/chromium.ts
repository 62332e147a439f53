import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of a Chromium of the system; undefined: there is none. */
function executable(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** For `describe.skipIf(!hasChromium())`. Where CI is set it says yes, so that a missing Chromium fails there. */
export function hasChromium(): boolean {
  return process.env['CI'] !== undefined || executable() !== undefined;
}

/** Starts the system's Chromium without a window. One start for all pages of a file: it takes a second. */
export async function startChromium(): Promise<Browser> {
  const path = executable();
  if (path === undefined) throw new Error('there is no Chromium: apt-get install --no-install-recommends chromium');
  // In a container there is neither a user namespace nor a large /dev/shm.
  const args = [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-background-networking',
    '--lang=en-GB',
  ];
  return await chromium.launch({ executablePath: path, args });
}
