import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchMeter, Histogram } from '../../src/telemetry/histogram.ts';

test('it counts what a list of all numbers would tell', () => {
  const bounds = [1, 2, 5, 10];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.double({ min: 0, max: 20, noNaN: true }))),
      (numbers) => {
        const histogram = new Histogram(bounds);
        for (const number of numbers) histogram.add(number);
        expect(histogram.cumulative).toEqual(bounds.map((bound) => numbers.filter((number) => number <= bound).length));
        expect(histogram.count).toBe(numbers.length);
        expect(histogram.sum).toBeCloseTo(
          numbers.reduce((sum, number) => sum + number, 0),
          6,
        );
      },
    ),
  );
});

test('a bound holds for its share of the numbers, and the bound before it does not', () => {
  const bounds = [1, 2, 5, 10];
  const anyNumbers = fc.array(fc.double({ min: 0, max: 20, noNaN: true }));
  fc.assert(
    fc.property(anyNumbers, fc.double({ min: 0.01, max: 1, noNaN: true }), (numbers, share) => {
      const histogram = new Histogram(bounds);
      for (const number of numbers) histogram.add(number);
      const holds = (bound: number): boolean =>
        numbers.length > 0 && numbers.filter((number) => number <= bound).length >= share * numbers.length;
      expect(histogram.boundOf(share)).toBe(bounds.find(holds) ?? Number.NaN);
    }),
  );
});

test('bounds of batches rise, and times are in seconds', () => {
  const meter = new BatchMeter();
  for (const { bounds } of [meter.steps, meter.seconds]) expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
  meter.add(64, 7);
  expect([meter.steps.sum, meter.seconds.sum]).toEqual([64, 0.007]);
});
