import { describe, expect, it } from 'vitest';
import { FlatlineDetector } from '../../../src/learner/anomaly/flatlineDetector.ts';
import { Sizes } from '../../../src/learner/anomaly/sizes.ts';
import { statefulContract } from '../../contract/statefulContract.ts';
import { constant, roomTemperature, squareWave, twoValued, whiteNoise } from '../../support/series.ts';

function scoresOf(values: readonly number[], resolution = 0): number[] {
  const stillness = new FlatlineDetector();
  return values.map((value) => stillness.update(value, resolution));
}

it('is 1 at twice the longest run so far, and 0 up to that', () => {
  // Runs of 3, 6 and 12 rows elsewhere, 40 at rest.
  const runs = [3, 6, 12, 40].flatMap((length, k) => constant(length, k));
  const values = Array.from({ length: 8 }, () => runs).flat();
  expect(Math.max(...scoresOf(values))).toBe(0);
  const scores = scoresOf([...values, ...constant(40, 77)]).slice(values.length);
  expect(scores.slice(0, 12).every((score) => score === 0)).toBe(true);
  // 24 runs: half as much again, and by 40 of 24 of that more.
  expect(scores[17]).toBeCloseTo(0.5 / (1 + 40 / 24), 12);
  expect(scores[23]).toBeCloseTo(1 / (1 + 40 / 24), 12);
});

it('finds a room sensor that is stuck, and a noisy one', () => {
  const room = [...roomTemperature(3000), ...constant(120, 21.7)];
  const scores = scoresOf(room, 0.1);
  expect(Math.max(...scores.slice(200, 3000))).toBeLessThan(1);
  expect(scores.at(-1)).toBeGreaterThan(1);
  expect(scoresOf([...whiteNoise(500), ...constant(21, 10.123)]).at(-1)).toBeGreaterThan(1);
  expect(scoresOf([...whiteNoise(500), ...constant(20, 10.123)]).at(-1)).toBeLessThanOrEqual(1);
});

it('lets a pump rest as long as it likes, and not run for ever', () => {
  const pump = squareWave(2000);
  expect(Math.max(...scoresOf([...pump, ...constant(5000, 0)]))).toBe(0);
  // It rests where its longest run was, here at 0: the wave ends with half a period of 800 W.
  const rested = [...pump, ...constant(100, 0), ...pump];
  expect(scoresOf([...rested, ...constant(60, 800)]).at(-1)).toBeGreaterThan(1);
});

it('sees a contact that stays open', () => {
  const door = twoValued(3000);
  expect(Math.max(...scoresOf(door))).toBe(0);
  expect(scoresOf([...door, ...constant(30, 1)]).at(-1)).toBeGreaterThan(1);
});

it('does not know enough of a constant, nor of a battery that falls rarely', () => {
  expect(Math.max(...scoresOf(constant(5000)))).toBe(0);
  const battery = Array.from({ length: 19 }, (_, k) => constant(500 + 40 * k, 100 - k)).flat();
  expect(Math.max(...scoresOf(battery))).toBe(0);
});

it('takes what is within the resolution for the same', () => {
  const wobble = (t: number): number => 10 + 0.04 * (t % 2);
  const values = [...whiteNoise(500), ...Array.from({ length: 60 }, (_, t) => wobble(t))];
  expect(scoresOf(values, 0.1).at(-1)).toBeGreaterThan(1);
  expect(scoresOf(values, 0.01).at(-1)).toBe(0);
});

it('does not let one fault hide the next', () => {
  const fault = constant(60, 3.3);
  const values = [...whiteNoise(500), ...fault, ...whiteNoise(500, 2), ...constant(60, 4.4)];
  expect(scoresOf(values).at(-1)).toBeGreaterThan(1);
});

it('scores each run of about the length of a fault, though the longest run has grown towards it', () => {
  const faults = new Sizes();
  const [usual, judged] = [new FlatlineDetector(), new FlatlineDetector(faults)];
  const before = Array.from({ length: 20 }, (_, k) => [...whiteNoise(60, k + 1), ...constant(36, 77 + k)]).flat();
  const values = [...before, ...whiteNoise(50, 9), ...constant(60, 99)];
  for (const value of before) for (const each of [usual, judged]) each.update(value, 0);
  faults.add(36);
  const later = values.slice(before.length).map((value) => [usual.update(value, 0), judged.update(value, 0)] as const);
  expect(later.slice(0, 50).every(([, score]) => score < 1)).toBe(true);
  // From two thirds of its length on.
  expect(later.slice(50 + 23, 50 + 36).map(([, score]) => score)).toEqual(Array<number>(13).fill(2));
  expect(later[50 + 25]?.[0]).toBeLessThan(1);
});

describe('its state', () => {
  const values = roomTemperature(700).map((value, t) => (t > 500 && t < 600 ? 20 : value));
  statefulContract({
    create: () => ({
      stillness: new FlatlineDetector(),
      score: 0,
      exchange(io) {
        this.stillness.exchange(io.within('stillness'));
        this.score = io.number('score', this.score);
      },
    }),
    advance: (subject, row) => {
      subject.score = subject.stillness.update(values[row] as number, 0.1);
    },
    observe: ({ score }) => [score],
    cuts: [0, 1, 100, 550],
    tail: 150,
  });
});
