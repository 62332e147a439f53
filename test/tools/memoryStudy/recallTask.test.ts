import { expect, it } from 'vitest';
import {
  createRecallSeries,
  LONGEST_LAG,
  RECALL_INPUTS,
  SHORTEST_LAG,
} from '../../../src/tools/memoryStudy/recallTask.ts';

const ROWS = 20_000;
const series = createRecallSeries(ROWS, 1);

it('asks for each cue after a lag drawn evenly from 5 to 60 rows', () => {
  const lags = series.trials.map(({ cueAt, goAt }) => goAt - cueAt);
  expect([Math.min(...lags), Math.max(...lags)]).toEqual([SHORTEST_LAG, LONGEST_LAG]);
  expect([SHORTEST_LAG, LONGEST_LAG]).toEqual([5, 60]);
  const mean = lags.reduce((sum, lag) => sum + lag, 0) / lags.length;
  expect(Math.abs(mean - 32.5)).toBeLessThan(2.5);
  expect(lags.filter((lag) => lag >= 50).length / lags.length).toBeGreaterThan(0.15);
  const ofB = series.trials.filter(({ cue }) => cue === 1).length;
  expect(Math.abs(ofB / lags.length - 0.5)).toBeLessThan(0.07);
});

it('begins the next trial 1 to 5 rows after a go, and none that would not end', () => {
  const { trials } = series;
  const pauses = trials.slice(1).map(({ cueAt }, i) => cueAt - trials[i].goAt);
  expect([Math.min(...pauses), Math.max(...pauses)]).toEqual([1, 5]);
  expect(trials[0].cueAt).toBe(5);
  expect(trials.at(-1)?.goAt).toBeLessThan(ROWS);
  // About 36.5 rows a trial.
  expect(Math.abs(trials.length - ROWS / 36.5)).toBeLessThan(30);
});

it('shows cue and go in one row each, and noise in all', () => {
  const { x, trials } = series;
  const expected = new Float32Array(ROWS * RECALL_INPUTS);
  for (const { cueAt, goAt, cue } of trials) {
    expected[cueAt * RECALL_INPUTS + cue] = 1;
    expected[goAt * RECALL_INPUTS + 2] = 1;
  }
  const noise: number[] = [];
  for (let t = 0; t < ROWS; t++) {
    noise.push(x[t * RECALL_INPUTS + 3]);
    expected[t * RECALL_INPUTS + 3] = x[t * RECALL_INPUTS + 3];
  }
  expect(x).toEqual(expected);
  const mean = noise.reduce((sum, value) => sum + value, 0) / ROWS;
  const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / ROWS);
  const kurtosis = noise.reduce((sum, value) => sum + value ** 4, 0) / ROWS / deviation ** 4;
  expect(Math.abs(mean)).toBeLessThan(0.003);
  expect(Math.abs(deviation - 0.1)).toBeLessThan(0.002);
  expect(Math.abs(kurtosis - 3)).toBeLessThan(0.2);
});

it('is the same for the same seed and another for another', () => {
  expect(createRecallSeries(1000, 7)).toEqual(createRecallSeries(1000, 7));
  expect(createRecallSeries(1000, 7)).not.toEqual(createRecallSeries(1000, 8));
});
