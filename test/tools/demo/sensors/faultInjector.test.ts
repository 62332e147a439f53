import { expect, test } from 'vitest';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { createFaultInjector } from '../../../../src/tools/demo/sensors/faultInjector.ts';
import type { FaultKind } from '../../../../src/tools/demo/sensors/faultWindow.ts';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';

function readingsWith(kind: FaultKind, amount = 0) {
  const fault = { sensor: 's', kind, from: toEpochMs(2), to: toEpochMs(5), amount };
  const inject = createFaultInjector({ main: 'level', faults: [fault], random: createRandom(1) });
  return Array.from({ length: 7 }, (_, t) => inject({ level: 10 + t, flow: 100 }, toEpochMs(t)));
}
const levels = (kind: FaultKind, amount?: number) =>
  readingsWith(kind, amount).map(({ reading }) => reading['level'] as number);

test('replaces, holds or lifts the value from the start of the window up to its end', () => {
  expect(levels('spike', 85)).toEqual([10, 11, 85, 85, 85, 15, 16]);
  expect(levels('stuck')).toEqual([10, 11, 12, 12, 12, 15, 16]);
  expect(levels('shift', 400)).toEqual([10, 11, 412, 413, 414, 15, 16]);
});

test('an open door keeps the compressor near its running power', () => {
  const during = levels('door-open', 78).slice(2, 5);

  expect(during.every((power) => Math.abs(power - 78) < 8)).toBe(true);
  expect(new Set(during).size).toBe(3);
});

test('cavitation shakes the pump and lowers its flow', () => {
  const during = readingsWith('cavitation', 1.7).slice(2, 5);

  for (const [index, { reading }] of during.entries()) {
    expect(reading['level']).toBeGreaterThanOrEqual(1.7 * (12 + index));
    expect(reading['flow']).toBeLessThan(90);
  }
});

test('names the faults without readings and leaves their readings alone', () => {
  const injected = readingsWith('truncated');

  expect(injected.map(({ kind }) => kind)).toEqual([
    undefined,
    undefined,
    'truncated',
    'truncated',
    'truncated',
    undefined,
    undefined,
  ]);
  expect(injected.map(({ reading }) => reading['level'])).toEqual([10, 11, 12, 13, 14, 15, 16]);
});
