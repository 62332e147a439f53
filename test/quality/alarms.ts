import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { streamSettings } from '../../src/config/streamSettings.ts';
import { printTable } from '../bench/report.ts';
import { describeBar } from './bars.ts';
import { stemOf, writeHarmless } from './harmlessBlock.ts';
import { BATTERY, HARMLESS_KINDS, type HarmlessKind } from './harmlessSeries.ts';
import { batteryBar, harmlessTable, ROWS } from './harmlessTable.ts';
import { type Judged, judge, startsOf } from './judgeRecording.ts';
import { NAB_PROFILES, NabCorpus } from './nab.ts';
import { scoreAll, startScores } from './nabBlock.ts';
import { type NabFile, readNabFiles } from './nabFiles.ts';
import { readOptions } from './options.ts';
import { type Recording, readRecording, record, recordingsFolder, writeRecording } from './recordings.ts';

// `npm run quality:alarms -- FOLDER` measures the anomaly score alone: what it is given is recorded once, then replayed.

const BUILD = '.cache/quality/build';
const HELP = 'npm run quality:alarms -- FOLDER [--seeds 1-3] [--blocks nab,harmless]';
const BATTERY_ROWS = 6000;
const BATTERY_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const folderOfRecordings = recordingsFolder(BUILD);
const { anomaly: SETTINGS, minSamples } = streamSettings({});

async function recorded(path: string, make: () => Promise<Recording>): Promise<Judged> {
  let recording = readRecording(path);
  if (recording === undefined) {
    recording = await make();
    writeRecording(path, recording);
  }
  return judge(recording, SETTINGS, minSamples);
}

async function harmless(kind: HarmlessKind, seed: number, rows: number): Promise<number[]> {
  const stem = join(folderOfRecordings, `${stemOf(kind.name)}-${rows}-${seed}`);
  const judged = await recorded(`${stem}.rows`, async () => {
    const file = `${stem}.csv`;
    writeHarmless(file, kind, seed, rows);
    const recording = await record({ file, time: 'time', value: 'value', seed });
    rmSync(file);
    return recording;
  });
  return startsOf(judged.isActive);
}

async function measureHarmless(seeds: readonly number[]): Promise<void> {
  const kinds = [];
  for (const kind of HARMLESS_KINDS) {
    const starts: number[][] = [];
    for (const seed of seeds) starts.push(await harmless(kind, seed, ROWS));
    kinds.push({ name: kind.name, starts, isConstant: kind.name.startsWith('constant') });
  }
  const battery: number[][] = [];
  for (const seed of BATTERY_SEEDS) battery.push(await harmless(BATTERY, seed, BATTERY_ROWS));
  const { table, bars } = harmlessTable(kinds);
  printTable(table.title, table.columns, table.rows);
  const lines = [...bars, batteryBar(battery)].map((bar) => `${bar.isMet ? 'ok' : 'misses'} ${describeBar(bar)}`);
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

async function measureNab(nab: string, seeds: readonly number[]): Promise<void> {
  const files = readNabFiles(nab);
  const corpus = new NabCorpus(files);
  for (const seed of seeds) {
    const judged: Judged[] = [];
    for (const file of files) judged.push(await ofFile(file, seed));
    const byScore = scoreAll(
      corpus,
      judged.map(({ score }) => score),
    );
    const byAlarm = scoreAll(
      corpus,
      judged.map(({ isActive }) => startScores(isActive)),
    );
    const rows = (['shipped', 'tuned', 'searched'] as const).map((way) => [
      way,
      ...NAB_PROFILES.map((_, p) => byScore[way][p]!.normalised.toFixed(2)),
      `${byScore[way][0]!.windowsHit} of ${byScore[way][0]!.windows}`,
      String(byScore[way][0]!.falsePositives),
    ]);
    const alarms = byAlarm.shipped;
    rows.push([
      'alarms that start',
      ...NAB_PROFILES.map((_, p) => alarms[p]!.normalised.toFixed(2)),
      `${alarms[0]!.windowsHit} of ${alarms[0]!.windows}`,
      String(alarms[0]!.falsePositives),
    ]);
    const columns = ['', ...NAB_PROFILES.map(({ name }) => name), 'windows hit', 'false rows'];
    printTable(`Numenta Anomaly Benchmark, ${files.length} files, seed ${seed}`, columns, rows);
  }
}

/** Scores by row of the file: a row that was no sample keeps the one of the row before, as in the output of a replay. */
async function ofFile({ name, path, rows, times }: NabFile, seed: number): Promise<Judged> {
  const source = { file: path, time: 'timestamp', value: 'value', seed };
  const judged = await recorded(join(folderOfRecordings, `nab-${stemOf(name)}-${seed}.rows`), () => record(source));
  const ofRow = new Int32Array(rows);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    if (judged.at[next] === times[row]) next++;
    ofRow[row] = next - 1;
  }
  if (next !== judged.at.length) throw new Error(`${name}: not every step is a row of the file`);
  return {
    at: Float64Array.from(ofRow, (t) => judged.at[t] ?? Number.NaN),
    score: Float64Array.from(ofRow, (t) => judged.score[t] || 0),
    isActive: Uint8Array.from(ofRow, (t) => judged.isActive[t] ?? 0),
  };
}

const options = readOptions(process.argv.slice(2), ['nab', 'harmless']);
if (typeof options === 'string') {
  process.stderr.write(`${options}\n${HELP}\n`);
  process.exitCode = 2;
} else {
  const { folder, seeds, blocks } = options;
  const nab = join(folder, 'nab');
  if (blocks.includes('harmless')) await measureHarmless(seeds);
  if (blocks.includes('nab') && existsSync(nab)) await measureNab(nab, seeds);
}
