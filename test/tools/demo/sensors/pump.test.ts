import { expect, test } from 'vitest';
import { createPump } from '../../../../src/tools/demo/sensors/pump.ts';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';
import { mean, measure } from './series.ts';

const pump = measure(createPump(createRandom(1)), 60, 6);
const vibration = (from: number, to: number) =>
  mean(pump.filter(({ day }) => day >= from && day < to).map((reading) => reading['vibration'] as number));

test('shakes more and delivers more at high load', () => {
  const flows = pump.map(({ flow }) => flow as number);
  const high = pump.filter(({ flow, day }) => day < 7 && flow! > 45);
  const low = pump.filter(({ flow, day }) => day < 7 && flow! < 32);

  expect(Math.max(...flows)).toBeGreaterThan(47);
  expect(mean(high.map(({ vibration }) => vibration!))).toBeGreaterThan(
    mean(low.map(({ vibration }) => vibration!)) + 0.5,
  );
});

test('drifts by 0.03 mm/s a day as the bearing wears, and is serviced after eight weeks', () => {
  expect(vibration(48, 55) - vibration(0, 7)).toBeCloseTo(48 * 0.03, 1);
  expect(vibration(57, 60)).toBeCloseTo(vibration(0, 3), 0);
});
