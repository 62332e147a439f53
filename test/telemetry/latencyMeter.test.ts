import { expect, test } from 'vitest';
import { LatencyMeter } from '../../src/telemetry/latencyMeter.ts';
import { idOf } from '../pipeline/samples.ts';

const [A, B] = [idOf('a'), idOf('b')];

function meterAt() {
  const clock = { now: 0 };
  return { clock, meter: new LatencyMeter(() => clock.now) };
}

test('it follows one reading to the forecast of its stream, and then the next that comes', () => {
  const { clock, meter } = meterAt();
  meter.arrived(A);
  clock.now = 5;
  meter.arrived(B);
  meter.issued(B);
  expect(meter.seconds.count).toBe(0);
  clock.now = 20;
  meter.issued(A);
  meter.issued(A);
  expect([meter.seconds.count, meter.seconds.sum]).toEqual([1, 0.02]);
  meter.arrived(B);
  clock.now = 21;
  meter.issued(B);
  expect(meter.seconds.count).toBe(2);
  expect(meter.seconds.sum).toBeCloseTo(0.021, 9);
});

test('a reading that leads to no forecast is given up after some thousand others', () => {
  const { clock, meter } = meterAt();
  meter.arrived(A);
  for (let i = 0; i < 4095; i++) meter.arrived(B);
  meter.issued(B);
  expect(meter.seconds.count).toBe(0);
  clock.now = 1000;
  meter.arrived(B);
  clock.now = 1001;
  meter.issued(B);
  expect([meter.seconds.count, meter.seconds.sum]).toEqual([1, 0.001]);
});
