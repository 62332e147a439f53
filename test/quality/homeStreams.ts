import { toEpochMs } from '../../src/domain/time.ts';
import { createFridge } from '../../src/tools/demo/sensors/fridge.ts';
import type { Random } from '../../src/tools/demo/sensors/random.ts';
import { createRoom } from '../../src/tools/demo/sensors/room.ts';
import type { Reading, Series } from '../../src/tools/demo/sensors/sensor.ts';
import { createSolar } from '../../src/tools/demo/sensors/solar.ts';

interface HomeRow {
  /** Epoch, milliseconds. */
  readonly at: number;
  readonly value: number;
}

/** A stream as homes have them, made anew for each seed. */
export interface HomeStream {
  readonly name: string;
  readonly horizons: readonly number[];
  readonly skip: number;
  /** Rows of a day, for the seasonal baselines; absent where days differ in it. */
  readonly day?: number;
  readonly make: (random: Random) => HomeRow[];
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** A Monday. */
const START = Date.UTC(2024, 2, 4);

export const HOME_STREAMS: readonly HomeStream[] = [
  {
    name: 'fridge, W',
    horizons: [1, 6],
    skip: 500,
    day: DAY_MINUTES / 5,
    make: (random) => sample(createFridge(random), 5, 4000, ({ power }) => Math.max(0, Math.round(power!))),
  },
  { name: 'pump, W', horizons: [1, 15], skip: 1500, day: DAY_MINUTES, make: makePump },
  {
    name: 'room on a grid, °C',
    horizons: [1, 6],
    skip: 500,
    day: DAY_MINUTES / 5,
    make: (random) => sample(createRoom(random), 5, 4000, ({ temperature }) => toTenths(temperature!)),
  },
  {
    name: 'room on change, °C',
    horizons: [1],
    skip: 500,
    make: (random) => onChange(sample(createRoom(random), 1, 20_000, ({ temperature }) => toTenths(temperature!))),
  },
  {
    name: 'solar, W/m²',
    horizons: [1, 6],
    skip: 500,
    day: DAY_MINUTES / 10,
    make: (random) => sample(createSolar(random), 10, 4000, ({ irradiance }) => Math.round(irradiance!)),
  },
  { name: 'energy counter, kWh', horizons: [1, 12], skip: 500, day: DAY_MINUTES / 5, make: makeCounter },
  { name: 'passengers a month', horizons: [1], skip: 36, make: makePassengers },
];

function sample(series: Series, minutes: number, rows: number, value: (reading: Reading) => number): HomeRow[] {
  return Array.from({ length: rows }, (_, row) => {
    const at = START + row * minutes * MINUTE_MS;
    return { at, value: value(series(toEpochMs(at))) };
  });
}

/** Rows of a sensor that wakes up when its reading differs from the last one sent. */
function onChange(rows: readonly HomeRow[]): HomeRow[] {
  return rows.filter(({ value }, row) => value !== rows[row - 1]?.value);
}

function toTenths(value: number): number {
  return Number(value.toFixed(1));
}

/** A cellar pump behind a plug, minute by minute: exactly nothing for hours or days, then minutes at full power. */
function makePump(random: Random): HomeRow[] {
  const rows: HomeRow[] = [];
  const idleMinutes = (): number => Math.round(30 - 240 * Math.log(1 - random.uniform()));
  let left = idleMinutes();
  let isRunning = false;
  for (let row = 0; row < 6000; row++) {
    if (left <= 0) {
      isRunning = !isRunning;
      left = isRunning ? 3 + Math.floor(8 * random.uniform()) : idleMinutes();
    }
    left--;
    const value = isRunning ? toTenths(548 + 6 * random.normal()) : 0;
    rows.push({ at: START + row * MINUTE_MS, value });
  }
  return rows;
}

/** A meter in steps of 0.01 kWh that has counted for years: a base load, mornings, evenings, and a fridge. */
function makeCounter(random: Random): HomeRow[] {
  const fridge = createFridge(random);
  let total = 18_324 + 1000 * random.uniform();
  let evening = 1;
  return sample(fridge, 5, 4000, ({ power }) => power!).map(({ at, value }) => {
    const hour = (at % (DAY_MINUTES * MINUTE_MS)) / (60 * MINUTE_MS);
    if (hour === 0) evening = 0.5 + random.uniform();
    const isEvening = hour >= 17.5 && hour < 22;
    const isMorning = hour >= 6.5 && hour < 8;
    const watts = 140 + value + (isMorning ? 600 : 0) + (isEvening ? 900 * evening : 0) + 80 * random.uniform();
    total += (watts / 1000) * (5 / 60);
    return { at, value: Number(total.toFixed(2)) };
  });
}

/** Fifteen years by month: growth, a summer that grows with it, and noise. No day and no week in it. */
function makePassengers(random: Random): HomeRow[] {
  const growth = 0.008 + 0.004 * random.uniform();
  const season = Array.from({ length: 12 }, (_, month) => 0.18 * Math.sin((2 * Math.PI * (month - 3.5)) / 12));
  return Array.from({ length: 180 }, (_, month) => {
    const logarithm = Math.log(112) + growth * month + season[month % 12]! + 0.03 * random.normal();
    return { at: Date.UTC(2009, month, 1), value: Math.round(Math.exp(logarithm)) };
  });
}
