import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../../../src/domain/time.ts';
import { SENSOR_TIME_START } from '../../../../src/tools/demo/sensors/demoSensors.ts';
import { createLaundry, type LaundryRow, PHASES } from '../../../../src/tools/demo/sensors/laundry.ts';
import { createLaundrySensor } from '../../../../src/tools/demo/sensors/laundrySensor.ts';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';
import { writeLaundry } from '../../../../src/tools/demo/sensors/writeLaundry.ts';

const ROWS = 40_000;

function rowsOf(seed: number): readonly LaundryRow[] {
  const laundry = createLaundry(createRandom(seed), toDurationMs(10_000));
  return Array.from({ length: ROWS }, () => laundry.next().value as LaundryRow);
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.floor(q * sorted.length)] as number;

describe('the washing machine', () => {
  const rows = rowsOf(1);
  const powersOf = (phase: string): number[] =>
    rows
      .filter((row) => row.phase === phase)
      .map(({ power }) => power)
      .sort((a, b) => a - b);

  it('has every phase, none of them rare, and never takes less than nothing', () => {
    for (const phase of PHASES) expect(powersOf(phase).length).toBeGreaterThan(0.02 * ROWS);
    expect(rows.every(({ power }) => power >= 0 && Number.isFinite(power))).toBe(true);
  });

  it('takes the same power for heating and for spinning: no threshold tells them apart', () => {
    const [heat, spin] = [powersOf('heat'), powersOf('spin')];
    for (const q of [0.1, 0.5, 0.9]) {
      expect(Math.abs(quantile(heat, q) - quantile(spin, q))).toBeLessThan(0.12 * quantile(heat, q));
    }
  });

  it('heats and spins for minutes at a time, and spins only after it has washed', () => {
    const starts = rows.flatMap(({ phase }, i) => (i > 0 && phase !== rows[i - 1]?.phase ? [i] : []));
    const partsBefore = (phase: string): Set<string | undefined> =>
      new Set(starts.filter((i) => rows[i]?.phase === phase).map((i) => rows[i - 1]?.phase));
    expect(partsBefore('spin')).toEqual(new Set(['wash']));
    expect(partsBefore('heat')).toEqual(new Set(['fill', 'wash']));
  });

  it('is another one for another seed, and the same for the same', () => {
    expect(rowsOf(1)).toEqual(rows);
    expect(rowsOf(2)).not.toEqual(rows);
  });
});

it('its sensor tells parts of programmes two hours late, each with its phase and its time', () => {
  const sensor = createLaundrySensor(1);
  const told: { phase: string; from: string; to: string; at: number }[] = [];
  for (let i = 0; i < 3000; i++) {
    const at = toEpochMs(SENSOR_TIME_START + i * sensor.periodMs);
    const message = JSON.parse(sensor.payload(at));
    expect([typeof message.power, message.last_seen]).toEqual(['number', new Date(at).toISOString()]);
    const label = sensor.labels.due(at);
    if (label !== undefined) told.push({ ...JSON.parse(label), at });
  }
  expect(told.length).toBeGreaterThan(100);
  expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(PHASES));
  for (const { from, to, at } of told) {
    expect(Date.parse(from)).toBeLessThanOrEqual(Date.parse(to));
    expect(at - Date.parse(to)).toBeGreaterThanOrEqual(2 * 3_600_000);
  }
});

it('its series as a file has the true phase of each reading and tells one in twenty; a file that is there is left alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-laundry-'));
  try {
    const file = join(folder, 'washer.csv');
    writeLaundry(file, 5000, 1);
    const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect([header, lines.length]).toEqual(['time,power,phase,label', 5000]);
    const cells = lines.map((line) => line.split(','));
    const told = cells.filter(([, , , label]) => label !== '');
    expect(told.length).toBeGreaterThan(200);
    expect(told.length).toBeLessThan(300);
    expect(told.every(([, , phase, label]) => phase === label)).toBe(true);
    expect(() => writeLaundry(file, 1, 1)).toThrow(/--csv: EEXIST/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
