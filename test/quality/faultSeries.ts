import type { Random } from '../../src/kernel/random.ts';
import { makeSeries, normal } from '../support/series.ts';

/** A kind of series that sensors give, made anew for each seed. Rows are five minutes apart. */
export interface Kind {
  readonly name: string;
  readonly make: (rows: number, seed: number) => number[];
}

/** Readings that are none, in the place of true ones. */
export interface Fault {
  readonly name: string;
  readonly length: number;
  /** @param usual mean absolute change of the series */
  readonly value: (reading: number, usual: number) => number;
}

const DAY = 288;
const daily = (row: number): number => Math.sin((2 * Math.PI * row) / DAY);
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** A sensor of 1/16 °C: a day, and a level that strays and comes back. */
export const TEMPERATURE: Kind = {
  name: 'temperature',
  make: (rows, seed) => {
    let stray = 0;
    return makeSeries(rows, seed, (row, random) => {
      stray = 0.98 * stray + 0.05 * normal(random);
      return Math.round(16 * (21 + 3 * daily(row) + stray)) / 16;
    });
  },
};

/** An energy meter that has counted for years, in steps of 0.01 kWh. */
export const TOTAL: Kind = {
  name: 'rising total',
  make: (rows, seed) => {
    let total = 54_321.7;
    return makeSeries(rows, seed, (row, random) => {
      total += Math.max(0, 0.02 + 0.015 * daily(row) + 0.004 * normal(random));
      return round(total, 2);
    });
  },
};

export const HUMIDITY: Kind = {
  name: 'humidity',
  make: (rows, seed) => {
    let stray = 0;
    return makeSeries(rows, seed, (row, random) => {
      stray = 0.95 * stray + 0.4 * normal(random);
      return round(Math.min(100, 52 + 9 * daily(row) + stray), 1);
    });
  },
};

export const NOISE: Kind = {
  name: 'white noise',
  make: (rows, seed) => makeSeries(rows, seed, (_, r) => 10 + normal(r)),
};

const WALK: Kind = {
  name: 'walk',
  make: (rows, seed) => {
    let level = 100;
    return makeSeries(rows, seed, (_, random) => {
      level += normal(random);
      return level;
    });
  },
};

export const CO2: Kind = {
  name: 'CO₂',
  make: (rows, seed) =>
    makeSeries(rows, seed, (row, random) => {
      const people = Math.floor(row / DAY) % 7 < 5 ? 1 : 0.1;
      return Math.round(420 + people * Math.max(0, 300 * daily(row)) + 8 * normal(random));
    }),
};

/** It runs for 8 to 25 rows, once in a hundred or so. */
const PUMP: Kind = {
  name: 'pump',
  make: (rows, seed) => {
    let left = 0;
    return makeSeries(rows, seed, (_, random) => {
      if (left > 0) left--;
      else if (random.uniform(0, 1) < 0.01) left = 8 + random.integerBelow(18);
      return round(left > 0 ? 2100 + 15 * normal(random) : 1.2 + 0.05 * normal(random), 1);
    });
  },
};

/** A level that another one takes the place of, once in two hundred rows or so. */
const LEVELS: Kind = {
  name: 'random level',
  make: (rows, seed) => {
    let level = 50;
    return makeSeries(rows, seed, (_, random) => {
      if (random.uniform(0, 1) < 0.005) level = random.uniform(0, 100);
      return round(level + normal(random), 2);
    });
  },
};

export const KINDS: readonly Kind[] = [TEMPERATURE, TOTAL, HUMIDITY, NOISE, WALK, CO2, PUMP, LEVELS];

/** The nine that public reports name most, each with the series in which it is tried. */
export const REPORTED: readonly (readonly [Kind, Fault])[] = [
  [TEMPERATURE, always(-127, 1)],
  [TEMPERATURE, always(-127, 5)],
  [TEMPERATURE, always(85, 3)],
  [TEMPERATURE, always(65_535, 3)],
  [TOTAL, always(0, 4)],
  [TOTAL, always(65_535, 3)],
  [HUMIDITY, always(3276.7, 2)],
  [HUMIDITY, always(-999, 7)],
  [HUMIDITY, always(0, 4)],
];

const WORDS = [-127, 85, 0, 65_535, -999, 3276.7];

function always(value: number, length: number): Fault {
  return { name: `${value} × ${length}`, length, value: () => value };
}

/** 1 to 10 readings: a number by which sensors say that they have none, or 5 to 100,000 usual steps up or down. */
export function randomFault(random: Random): Fault {
  const length = 1 + random.integerBelow(10);
  if (random.integerBelow(2) === 0) return always(WORDS[random.integerBelow(WORDS.length)] as number, length);
  const steps = (random.integerBelow(2) * 2 - 1) * 5 * 10 ** random.uniform(0, Math.log10(20_000));
  const value = (reading: number, usual: number): number => round(reading + steps * usual, 4);
  return { name: `${Number(steps.toPrecision(3))} steps × ${length}`, length, value };
}

export function withFaults(series: readonly number[], fault: Fault, places: readonly number[]): number[] {
  const usual = meanChange(series);
  const faulty = [...series];
  for (const place of places) {
    for (let row = place; row < place + fault.length; row++) faulty[row] = fault.value(series[row] as number, usual);
  }
  return faulty;
}

export function meanChange(series: readonly number[]): number {
  let sum = 0;
  for (let row = 1; row < series.length; row++) sum += Math.abs((series[row] as number) - (series[row - 1] as number));
  return sum / (series.length - 1);
}

/** Four places after row 600, at least 300 rows apart. */
export function randomPlaces(random: Random, rows: number): number[] {
  const room = Math.floor((rows - 700) / 4) - 300;
  return [0, 1, 2, 3].map((part) => 600 + part * (room + 300) + random.integerBelow(room));
}
