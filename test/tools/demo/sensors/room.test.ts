import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';
import { createRoom } from '../../../../src/tools/demo/sensors/room.ts';
import { mean, measure } from './series.ts';

const room = measure(createRoom(createRandom(1)), 14, 6);

test('is warmest in the afternoon and coldest before the heating starts', () => {
  const at = (hour: number) =>
    mean(room.filter((reading) => Math.floor(reading.hour) === hour).map(({ temperature }) => temperature as number));

  expect(at(14)).toBeGreaterThan(at(5) + 2);
  expect(at(14)).toBeGreaterThan(at(21) + 0.5);
});

test('moves by tenths of a degree from reading to reading', () => {
  const steps = room
    .slice(1)
    .map(({ temperature }, i) => Math.abs(temperature! - (room[i]?.['temperature'] as number)));

  expect(Math.max(...steps)).toBeLessThan(0.5);
});

test('gets drier when it gets warmer', () => {
  const warm = room.filter(({ temperature }) => temperature! > 21);
  const cold = room.filter(({ temperature }) => temperature! < 19);

  expect(mean(warm.map(({ humidity }) => humidity!))).toBeLessThan(mean(cold.map(({ humidity }) => humidity!)) - 2);
});
