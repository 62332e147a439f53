import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/tools/demo/sensors/random.ts';
import type { BlockResult, Measurement } from './block.ts';
import { BATTERY, HARMLESS_KINDS, type HarmlessKind, harmlessRows } from './harmlessSeries.ts';
import { batteryBar, harmlessTable, ROWS } from './harmlessTable.ts';
import { startsOf } from './judgeRecording.ts';

/** Rows of the battery that falls from 100 to 74 %. */
const BATTERY_ROWS = 6000;

/** Rate of alarms where nothing has happened: in the first weeks and in the months after them. */
export async function measureHarmless(measurement: Measurement): Promise<BlockResult> {
  const { seeds, homeSeeds } = measurement;
  const kinds = await Promise.all(
    HARMLESS_KINDS.map(async (kind) => {
      const starts = await Promise.all(seeds.map((seed) => alarmsOf(kind, seed, ROWS, measurement)));
      return { name: kind.name, starts, isConstant: kind.name.startsWith('constant') };
    }),
  );
  const battery = await Promise.all(homeSeeds.map((seed) => alarmsOf(BATTERY, seed, BATTERY_ROWS, measurement)));
  const { table, bars } = harmlessTable(kinds);
  const ofBattery = batteryBar(battery);
  const note = `${ofBattery.name}: ${ofBattery.value}; to reach: ≤ ${ofBattery.bound}`;
  return {
    tables: [{ ...table, notes: [...table.notes, note] }],
    bars: [...bars, ofBattery],
    skipped: [],
    figures: { kinds, battery },
  };
}

/** Rows at which an alarm starts. */
async function alarmsOf(
  kind: HarmlessKind,
  seed: number,
  rows: number,
  { work, replay }: Measurement,
): Promise<readonly number[]> {
  const stem = `harmless/${stemOf(kind.name)}-${rows}-${seed}`;
  const file = join(work, `${stem}.input.csv`);
  writeHarmless(file, kind, seed, rows);
  const job = { file, value: 'value', time: 'time', horizons: [1], seed, name: `${stem}.csv` };
  const { isAnomaly } = await replay(job);
  rmSync(file);
  return startsOf(isAnomaly);
}

export function stemOf(name: string): string {
  return name.replace(/\W+/g, '-');
}

/** Writes a CSV file with the columns `time` and `value`. */
export function writeHarmless(file: string, kind: HarmlessKind, seed: number, rows: number): void {
  const lines = harmlessRows(kind, createRandom(seed), rows).map(
    ({ at, value }) => `${new Date(at).toISOString().slice(0, 19)},${value}\n`,
  );
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `time,value\n${lines.join('')}`);
}
