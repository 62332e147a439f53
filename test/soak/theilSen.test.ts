import { expect, it } from 'vitest';
import { leastOfMinutes, median, theilSen } from './theilSen.mjs';

const seconds = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('finds the slope of a line, whatever a quarter of the points say', () => {
  const times = seconds(400);
  const values = times.map((time) => (time % 4 === 0 ? 1e6 * Math.sin(time) : 3 + 0.25 * time));
  expect(theilSen(times, values)).toBeCloseTo(0.25, 2);
});

it('finds none in a saw that climbs and falls back', () => {
  const times = seconds(600);
  expect(
    Math.abs(
      theilSen(
        times,
        times.map((time) => 100 + (time % 20)),
      ),
    ),
  ).toBeLessThan(0.001);
});

it('thins out long series', () => {
  const times = seconds(20_000);
  expect(
    theilSen(
      times,
      times.map((time) => 7 - 2 * time),
    ),
  ).toBeCloseTo(-2, 9);
});

it('takes the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

it('knows the least of each minute', () => {
  const times = seconds(180).map((second) => 7 + second / 3600);
  const values = seconds(180).map((second) => 100 + (second % 60) + 10 * Math.floor(second / 60));
  const [minutes, least] = leastOfMinutes(times, values);
  expect(least).toEqual([100, 110, 120]);
  expect(theilSen(minutes, least)).toBeCloseTo(600, 6);
});
