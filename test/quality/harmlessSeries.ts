import { toEpochMs } from '../../src/domain/time.ts';
import { createFridge } from '../../src/tools/demo/sensors/fridge.ts';
import { createOffice } from '../../src/tools/demo/sensors/office.ts';
import type { Random } from '../../src/tools/demo/sensors/random.ts';
import { createRoom } from '../../src/tools/demo/sensors/room.ts';
import type { Reading, Series } from '../../src/tools/demo/sensors/sensor.ts';
import { createSolar } from '../../src/tools/demo/sensors/solar.ts';

/** Readings of a sensor that works and of a world in which nothing happens that anybody would want to be told of. */
export interface HarmlessKind {
  readonly name: string;
  /** Minutes from one reading to the next. */
  readonly every: number;
  /** Gives the readings one by one; `at` is epoch ms. */
  readonly make: (random: Random) => (row: number, at: number) => number;
}

const MINUTE_MS = 60_000;
const DAY = 1440;
/** A Monday. */
const START = Date.UTC(2024, 2, 4);

/** Times (epoch ms) and values of one series. */
export function harmlessRows(
  { every, make }: HarmlessKind,
  random: Random,
  rows: number,
): { at: number; value: number }[] {
  const next = make(random);
  return Array.from({ length: rows }, (_, row) => {
    const at = START + row * every * MINUTE_MS;
    return { at, value: next(row, at) };
  });
}

/** `value` to multiples of `step`, as the sensor reports it. */
function inSteps(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(4));
}

/** A sine of one day. */
function day(at: number, shift = 0): number {
  return Math.sin((2 * Math.PI * (at / MINUTE_MS - shift)) / DAY);
}

/** First-order autoregression around 0 with standard deviation 1. */
function drift(random: Random, memory: number): () => number {
  let state = 0;
  return () => {
    state = memory * state + Math.sqrt(1 - memory * memory) * random.normal();
    return state;
  };
}

const isWeekday = (at: number): boolean => ![0, 6].includes(new Date(at).getUTCDay());
const hourOf = (at: number): number => (at / (60 * MINUTE_MS)) % 24;

/** One quantity of a simulated device. */
function device(create: (random: Random) => Series, value: (reading: Reading) => number): HarmlessKind['make'] {
  return (random) => {
    const series = create(random);
    return (_, at) => value(series(toEpochMs(at)));
  };
}

const CONSTANT: readonly HarmlessKind[] = [
  { name: 'constant 21', every: 1, make: () => () => 21 },
  { name: 'constant 0', every: 1, make: () => () => 0 },
];

const FALLING_OR_RISING: readonly HarmlessKind[] = [
  {
    name: 'battery, %',
    every: 60,
    make: (random) => {
      let left = 100;
      return () => {
        if (random.uniform() < 26 / 6000 / (left > 10 ? 1 : 8)) left = Math.max(0, left - 1);
        return left;
      };
    },
  },
  {
    name: 'battery, V',
    every: 60,
    make: (random) => (row, at) =>
      inSteps(3.1 - 0.5 * (row / 33_000) + 0.015 * day(at, 540) + 0.004 * random.normal(), 0.01),
  },
  {
    name: 'total, kWh',
    every: 5,
    make: (random) => {
      let total = 54_321.7;
      return (_, at) => {
        total += Math.max(0, 0.02 + 0.015 * day(at) + 0.004 * random.normal());
        return inSteps(total, 0.01);
      };
    },
  },
  {
    name: 'total, Wh',
    every: 5,
    make: (random) => {
      let total = 1_204_500;
      return (_, at) => {
        total += Math.max(0, 20 + 15 * day(at) + 4 * random.normal());
        return Math.floor(total);
      };
    },
  },
  {
    name: 'total reset each day, kWh',
    every: 5,
    make: (random) => {
      let total = 0;
      return (row, at) => {
        if (row % 288 === 0) total = 0;
        total += Math.max(0, 0.02 + 0.015 * day(at) + 0.004 * random.normal());
        return inSteps(total, 0.001);
      };
    },
  },
  {
    name: 'uptime, s',
    every: 1,
    make: (random) => (row) => 86_400 + 60 * row + Math.floor(2 * random.uniform()),
  },
];

const SWITCHED: readonly HarmlessKind[] = [
  {
    name: 'on and off',
    every: 1,
    make: (random) => {
      let state = 0;
      return () => {
        if (random.uniform() < 0.02) state = 1 - state;
        return state;
      };
    },
  },
  { name: 'door at fixed hours', every: 5, make: () => (row) => ([80, 81, 82, 200].includes(row % 288) ? 1 : 0) },
  {
    name: 'pump, W',
    every: 1,
    make: (random) => {
      let left = 0;
      return () => {
        if (left > 0) left--;
        else if (random.uniform() < 0.01) left = 8 + Math.floor(18 * random.uniform());
        return left > 0 ? inSteps(2100 + 15 * random.normal(), 0.1) : inSteps(1.2 + 0.05 * random.normal(), 0.1);
      };
    },
  },
  { name: 'fridge, W', every: 5, make: device(createFridge, ({ power }) => Math.max(0, Math.round(power!))) },
  {
    name: 'rain, mm',
    every: 5,
    make: (random) => () => (random.uniform() < 0.93 ? 0 : inSteps(-Math.log(1 - random.uniform()), 0.1)),
  },
  {
    name: 'motion, events',
    every: 15,
    make: (random) => (_, at) => {
      const rate = hourOf(at) > 7 && hourOf(at) < 22 ? 2 : 0.05;
      // Poisson: events that are exponentially far apart.
      let count = -1;
      for (let time = 0; time < rate; count++) time -= Math.log(1 - random.uniform());
      return count;
    },
  },
];

const BY_DAY: readonly HarmlessKind[] = [
  {
    name: 'sun, W/m²',
    every: 10,
    make: device(createSolar, ({ irradiance }) => Math.round(irradiance!)),
  },
  { name: 'CO₂, ppm', every: 5, make: device(createOffice, ({ co2 }) => Math.round(co2!)) },
  {
    name: 'room temperature, 0.1 °C',
    every: 5,
    make: device(createRoom, ({ temperature }) => inSteps(temperature!, 0.1)),
  },
  {
    name: 'temperature, 0.0625 °C',
    every: 5,
    make: (random) => {
      let state = 0;
      return (_, at) => {
        state = 0.98 * state + 0.05 * random.normal();
        return inSteps(21 + 3 * day(at) + state, 0.0625);
      };
    },
  },
  {
    name: 'temperature, 0.5 °C',
    every: 5,
    make: (random) => {
      let state = 0;
      return (_, at) => {
        state = 0.98 * state + 0.05 * random.normal();
        return inSteps(21 + 3 * day(at) + state, 0.5);
      };
    },
  },
  {
    name: 'outdoor temperature, 0.1 °C',
    every: 10,
    make: (random) => {
      const weather = drift(random, 0.998);
      const cloud = drift(random, 0.97);
      return (_, at) => {
        const season = -8 * Math.cos((2 * Math.PI * (at / MINUTE_MS / DAY - 20)) / 365.25);
        return inSteps(10 + season + 4 * day(at, 540) + 4 * weather() + 0.4 * cloud(), 0.1);
      };
    },
  },
  {
    name: 'humidity, %',
    every: 10,
    make: (random) => {
      const weather = drift(random, 0.995);
      return (_, at) => inSteps(Math.min(100, 78 - 12 * day(at, 540) + 9 * weather() + 0.5 * random.normal()), 0.1);
    },
  },
  {
    name: 'sine of a day and noise',
    every: 15,
    make: (random) => (_, at) => 20 + 5 * day(at) + 0.5 * random.normal(),
  },
  {
    name: 'office, W',
    every: 15,
    make: (random) => (_, at) => {
      const hour = hourOf(at);
      const isAtWork = isWeekday(at) && hour >= 8 && hour < 18;
      return Math.round((isAtWork ? 2400 : 350) * (1 + 0.05 * random.normal()));
    },
  },
];

const NOISE: readonly HarmlessKind[] = [
  { name: 'white noise', every: 1, make: (random) => () => 10 + random.normal() },
  {
    name: 'random walk',
    every: 1,
    make: (random) => {
      let level = 100;
      return () => {
        level += random.normal();
        return level;
      };
    },
  },
  {
    name: 'air pressure, 0.1 hPa',
    every: 10,
    make: (random) => {
      const slow = drift(random, 0.9995);
      const fast = drift(random, 0.99);
      return () => inSteps(1013 + 8 * slow() + 0.5 * fast(), 0.1);
    },
  },
  {
    name: 'wind, m/s',
    every: 10,
    make: (random) => {
      const weather = drift(random, 0.98);
      return () => inSteps(Math.max(0, 3.5 * Math.exp(0.45 * weather()) + 0.5 * random.normal()), 0.1);
    },
  },
  {
    name: 'radio signal, dBm',
    every: 5,
    make: (random) => {
      const way = drift(random, 0.9);
      return () => Math.round(-64 + 1.5 * way() + 1.2 * random.normal());
    },
  },
  {
    name: 'latency, ms',
    every: 1,
    make: (random) => {
      const load = drift(random, 0.95);
      return () => inSteps(20 * Math.exp(0.25 * load() + 0.3 * random.normal()), 0.1);
    },
  },
  {
    name: 'mains, V',
    every: 1,
    make: (random) => {
      const load = drift(random, 0.98);
      return (_, at) => inSteps(231 + day(at, 200) + 1.2 * load() + 0.3 * random.normal(), 0.1);
    },
  },
];

/** 26 steps of one per cent at random places among 6,000 readings. */
export const BATTERY: HarmlessKind = {
  name: 'battery of 26 steps',
  every: 60,
  make: (random) => {
    let left = 26;
    return (row) => {
      if (random.uniform() * (6000 - row) < left) left--;
      return 74 + left;
    };
  },
};

export const HARMLESS_KINDS: readonly HarmlessKind[] = [
  ...CONSTANT,
  ...FALLING_OR_RISING,
  ...SWITCHED,
  ...BY_DAY,
  ...NOISE,
];
