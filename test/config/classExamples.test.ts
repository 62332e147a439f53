import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { streamSettings } from '../../src/config/streamSettings.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { createRandom } from '../../src/tools/demo/sensors/random.ts';
import { writeLaundry } from '../../src/tools/demo/sensors/writeLaundry.ts';
import type { ReplayReport } from '../../src/tools/replay/replayReport.ts';
import { replaySeries } from '../../src/tools/replay/replaySeries.ts';
import { parse } from './context.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-classes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The settings of the example's stream, with forecasts that cost nothing: classes do not depend on them. */
function settingsOf(example: string): StreamSettings {
  const [stream] = parse(readFileSync(new URL(`../../config/${example}`, import.meta.url), 'utf8')).streams;
  const cheap = streamSettings({ overrides: ['model.experts=[last_value]'] }).model;
  return { ...(stream?.settings as StreamSettings), model: cheap };
}

function replay(
  file: string,
  settings: StreamSettings,
  how: Partial<Parameters<typeof replaySeries>[0]>,
): Promise<ReplayReport> {
  return replaySeries({
    file,
    valueColumn: 'power',
    inputColumns: [],
    timeColumn: 'time',
    zone: 'UTC',
    settings,
    out: undefined,
    state: undefined,
    stop: new AbortController().signal,
    ...how,
  });
}

/** Rows until presence is told. */
const DELAY = 30;

describe('the examples with classes', () => {
  it('washing-machine.yaml tells phases of equal power apart, taught by one reading in twenty, two hours late', async () => {
    const file = join(folder, 'washer.csv');
    // Five days. A young network learns little at a time, which is what keeps it cheap.
    writeLaundry(file, 45_000, 2);
    const { classes, dropped } = await replay(file, settingsOf('washing-machine.yaml'), {
      labels: { column: 'label', delay: 720 },
    });
    expect(classes?.seen).toBe(5);
    expect(classes?.labels).toBeGreaterThan(1000);
    expect([...dropped]).toEqual([]);
    // Without a memory heating and spinning are one, which alone costs a quarter of it.
    expect(classes?.macroF1).toBeGreaterThan(0.75);
  });

  it('room-occupancy.yaml learns from four sensors in one message', async () => {
    const file = join(folder, 'room.csv');
    const { text, present } = roomSeries(6000);
    writeFileSync(file, text);
    const inputColumns = ['light', 'temperature', 'humidity'];
    const settings = { ...settingsOf('room-occupancy.yaml'), exogenous: inputColumns.length };
    const { classes, inputsMissing } = await replay(file, settings, {
      valueColumn: 'co2',
      inputColumns,
      labels: { column: 'presence', delay: DELAY },
    });
    expect([...inputsMissing]).toEqual([]);
    expect(classes?.seen).toBe(2);
    // Who says what the newest label said is right so often.
    const ofLastLabel = present.filter((it, row) => it === present[row - DELAY]).length / present.length;
    expect(classes?.accuracy).toBeGreaterThan(ofLastLabel + 0.1);
  });
});

/** Minutes in an office: people come and go, carbon dioxide and warmth follow them, and the lights are left on at times. */
function roomSeries(rows: number): { readonly text: string; readonly present: readonly boolean[] } {
  const random = createRandom(3);
  let [co2, temperature, isOccupied, left] = [420, 20, false, 0];
  let isLit = false;
  const present: boolean[] = [];
  const lines = ['time,co2,light,temperature,humidity,presence'];
  for (let row = 0; row < rows; row++, left--) {
    if (left <= 0) {
      isOccupied = !isOccupied;
      isLit = isOccupied ? random.uniform() < 0.8 : random.uniform() < 0.15;
      left = 30 + 120 * random.uniform();
    }
    present.push(isOccupied);
    co2 += ((isOccupied ? 1100 : 420) - co2) / 40;
    temperature += ((isOccupied ? 23 : 20) - temperature) / 60;
    const light = (isLit ? 180 : 10) + 4 * random.normal();
    const cells = [co2 + 6 * random.normal(), light, temperature + 0.05 * random.normal(), 40 + 0.3 * random.normal()];
    const time = new Date(Date.UTC(2026, 0, 5) + 60_000 * row).toISOString();
    lines.push([time, ...cells.map((cell) => cell.toFixed(2)), isOccupied ? 'occupied' : 'empty'].join());
  }
  return { text: `${lines.join('\n')}\n`, present };
}
