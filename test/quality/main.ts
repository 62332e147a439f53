import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { printTable } from '../bench/report.ts';
import { measureBare } from './bareBlock.ts';
import { type Bar, describeBar } from './bars.ts';
import type { BlockResult, Measurement } from './block.ts';
import { measureClasses } from './classesBlock.ts';
import { measureEtt } from './ettBlock.ts';
import { measureFaults } from './faultsBlock.ts';
import { measureHarmless } from './harmlessBlock.ts';
import { measureHome } from './homeBlock.ts';
import { measureNab } from './nabBlock.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { createReplays } from './replays.ts';
import { measureSeries } from './seriesBlock.ts';
import { findEntries } from './seriesEntries.ts';
import { loadSettings } from './settings.ts';
import { measureTaxi } from './taxiBlock.ts';

// `npm run quality -- FOLDER` replays recorded series through the production code and prints how good the forecasts are.

const BLOCKS: Readonly<Record<string, (measurement: Measurement) => Promise<BlockResult>>> = {
  series: measureSeries,
  taxi: measureTaxi,
  bare: measureBare,
  nab: measureNab,
  home: measureHome,
  ett: measureEtt,
  faults: measureFaults,
  harmless: measureHarmless,
  classes: measureClasses,
};
const WORK = '.cache/quality/work';
const RESULT = '.cache/quality/result.json';

async function main(options: Options): Promise<void> {
  const { folder, seeds, homeSeeds, isGate } = options;
  const found = findEntries(folder, loadSettings(folder));
  const replays = createReplays({ jobs: options.jobs, folder: WORK, keep: options.keep, onReplay: showProgress });
  const measurement = { folder, entries: found.entries, seeds, homeSeeds, work: WORK, replay: replays.run };
  const results: Record<string, BlockResult> = {};
  for (const name of options.blocks) {
    process.stdout.write(`\n## ${name}\n`);
    const result = await measureBlock(name, measurement);
    for (const { title, columns, rows, notes } of result.tables) {
      printTable(title, columns, rows);
      process.stdout.write(`${notes.join('\n')}\n\n`);
    }
    results[name] = result;
  }
  const all = Object.values(results);
  const bars = all.flatMap((result) => result.bars);
  const skipped = [...(options.blocks.includes('series') ? found.skipped : []), ...all.flatMap((each) => each.skipped)];
  const { cpuSeconds, count } = replays.total();
  const machine = { node: process.version, arch: process.arch, cpu: cpus()[0]?.model ?? 'unknown' };
  mkdirSync('.cache/quality', { recursive: true });
  const failed = all.flatMap((each) => each.failed ?? []);
  const report = { machine, seeds, homeSeeds, replays: count, cpuSeconds, bars, skipped, failed, blocks: results };
  writeFileSync(RESULT, `${JSON.stringify(report, null, 2)}\n`);
  conclude({ bars, skipped, failed, isGate });
  process.stdout.write(`${count} replays, ${cpuSeconds.toFixed(0)} s of CPU time; written to ${RESULT}\n`);
}

/** On a terminal; silent elsewhere. */
function showProgress(count: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${count} replays\r`);
}

interface Conclusion {
  readonly bars: readonly Bar[];
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
  readonly isGate: boolean;
}

/** One that fails leaves the others their turn. */
async function measureBlock(name: string, measurement: Measurement): Promise<BlockResult> {
  try {
    return await BLOCKS[name]!(measurement);
  } catch (error) {
    return { tables: [], bars: [], skipped: [], failed: [`${name}: ${(error as Error).message}`], figures: [] };
  }
}

function conclude({ bars, skipped, failed, isGate }: Conclusion): void {
  const missed = bars.filter(({ isMet }) => !isMet);
  const lines = [
    ...skipped.map((what) => `skipped: ${what}`),
    ...failed.map((what) => `failed: ${what}`),
    `${bars.length - missed.length} of ${bars.length} bars reached${missed.length > 0 ? '; missed:' : ''}`,
    ...missed.map((bar) => `  ${describeBar(bar)}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  // A gate that measured nothing has not been passed.
  if (isGate && (missed.length > 0 || bars.length === 0)) process.exitCode = 1;
  if (failed.length > 0) process.exitCode = 1;
}

const options = readOptions(process.argv.slice(2), Object.keys(BLOCKS));
if (typeof options === 'string') {
  process.stderr.write(`${options}\n${HELP}\n`);
  process.exitCode = 2;
} else await main(options);
