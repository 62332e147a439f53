import { readdirSync, readFileSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { FixtureDaemon } from '../e2e/page/fixtureDaemon.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// CPU time of an update of the page with its frame, of all of Chromium's processes: drawn in software, 1280 × 900.

const UPDATES = IS_QUICK ? 10 : 60;
const REPEATS = IS_QUICK ? 1 : 3;
const TICKS_PER_S = 100;
const EXECUTABLE = '/usr/bin/chromium';
const STREAM = '#/stream/home%2Fpump7%2Fvibration';

interface Row {
  readonly name: string;
  /** Makes the page ready. @returns one update, which resolves once it is drawn */
  prepare(page: Page, daemons: FixtureDaemon[]): Promise<() => Promise<unknown>>;
}

const frame = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');

async function open(page: Page, daemons: FixtureDaemon[], count: number, hash = ''): Promise<FixtureDaemon> {
  const daemon = await FixtureDaemon.start(count);
  daemons.push(daemon);
  await page.goto(daemon.url + hash);
  await page.locator('#link', { hasText: 'live' }).waitFor();
  await page.waitForTimeout(1500);
  return daemon;
}

/** Every stream has a reading. */
function all(page: Page, daemon: FixtureDaemon): () => Promise<unknown> {
  return async () => {
    daemon.readAll(daemon.streams.map(({ index }) => index));
    await page.waitForTimeout(50);
    await frame(page);
  };
}

const ROWS: readonly Row[] = [
  {
    name: '12 charts, 600 rows each',
    async prepare(page) {
      await page.setContent('<!doctype html><title>bench</title>');
      await page.addScriptTag({ content: await twelveCharts() });
      return () => page.evaluate('update()');
    },
  },
  { name: 'overview, 6 streams', prepare: async (page, daemons) => all(page, await open(page, daemons, 6)) },
  { name: 'overview, 1,000 streams', prepare: async (page, daemons) => all(page, await open(page, daemons, 1000)) },
  { name: 'one stream', prepare: async (page, daemons) => all(page, await open(page, daemons, 1, STREAM)) },
  {
    name: 'nothing comes',
    async prepare(page, daemons) {
      await open(page, daemons, 6);
      return async () => {
        await page.waitForTimeout(50);
        await frame(page);
      };
    },
  },
];

async function twelveCharts(): Promise<string> {
  const tsconfig = 'src/outlets/page/site/tsconfig.json';
  const bundle = await rolldown({ input: 'test/bench/page/twelveCharts.ts', platform: 'browser', tsconfig });
  const { output } = await bundle.generate({ format: 'iife' });
  return output[0].code;
}

/** CPU time in ms of a process and all below it. */
function cpuOf(root: number): number {
  const parents = new Map<number, number>();
  const times = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
        .map(Number);
      parents.set(Number(name), fields[1] as number);
      times.set(Number(name), (fields[11] as number) + (fields[12] as number));
    } catch {
      // It has ended.
    }
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && isBelow(parents.get(pid)));
  let ticks = 0;
  for (const [pid, time] of times) if (isBelow(pid)) ticks += time;
  return (ticks * 1000) / TICKS_PER_S;
}

async function measure({ prepare }: Row): Promise<number> {
  const server = await chromium.launchServer({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const browser = await chromium.connect(server.wsEndpoint());
  const daemons: FixtureDaemon[] = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const update = await prepare(page, daemons);
    for (let i = 0; i < 5; i++) await update();
    const before = cpuOf(server.process().pid as number);
    for (let i = 0; i < UPDATES; i++) await update();
    return (cpuOf(server.process().pid as number) - before) / UPDATES;
  } finally {
    await browser.close();
    await server.close();
    await Promise.all(daemons.map((daemon) => daemon.stop()));
  }
}

const figures: [string, number][] = [];
for (const row of ROWS) {
  const runs: number[] = [];
  for (let i = 0; i < REPEATS; i++) runs.push(await measure(row));
  figures.push([row.name, median(runs)]);
}
const rows = figures.map(([name, ms]) => [name, ms.toFixed(0)]);
const table = printTable('CPU time of an update of the page, ms, all of Chromium', ['update', 'CPU, ms'], rows);
writeReport('page', { figures: Object.fromEntries(figures) }, [table]);
