import { expect, it } from 'vitest';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { Network } from '../../../src/model/network.ts';
import { RecallRun, type RecallRunOptions } from '../../../src/tools/memoryStudy/recallRun.ts';
import { createRecallSeries, type RecallSeries } from '../../../src/tools/memoryStudy/recallTask.ts';

const series = createRecallSeries(600, 3);

function createNetwork(): Network {
  return new Network(createPlainKernel(), {
    cell: 'lstm',
    inputSize: 4,
    hiddenSize: 6,
    outputSize: 1,
    every: 1,
    window: 20,
    longestDelay: 1,
    learningRate: 0.01,
    loss: 'logistic',
    seed: 2,
  });
}

function createRun(given: RecallSeries = series, options: Partial<RecallRunOptions> = {}) {
  const network = createNetwork();
  return { network, run: new RecallRun(network, given, { isLearning: true, wipesState: false, ...options }) };
}

it('answers every go once, however the rows are cut', () => {
  const [whole, cut] = [createRun(), createRun()];
  expect(whole.run.advance(10_000)).toBe(false);
  for (let slice = 1; cut.run.advance(slice); slice = (slice % 17) + 1);

  expect(whole.run.answers.map(({ trial }) => trial)).toEqual(series.trials);
  expect(cut.run.answers).toEqual(whole.run.answers);
  expect(cut.network.copyWeights()).toEqual(whole.network.copyWeights());
  expect(whole.run.row).toBe(600);
});

it('learns a label with the row after the go, not before', () => {
  const [first, second] = series.trials;
  const relabelled = { ...series, trials: [first, { ...second, cue: second.cue === 1 ? 0 : 1 }] } as RecallSeries;
  const [one, other] = [createRun(), createRun(relabelled)];
  for (const { run } of [one, other]) run.advance(second.goAt + 1);

  expect(other.network.copyWeights()).toEqual(one.network.copyWeights());
  expect(other.run.answers[1].isRight).toBe(!one.run.answers[1].isRight);

  for (const { run } of [one, other]) run.advance(1);
  expect(other.network.copyWeights()).not.toEqual(one.network.copyWeights());
});

it('leaves the weights alone where it does not learn', () => {
  const { network, run } = createRun(series, { isLearning: false });
  const before = network.copyWeights();
  run.advance(600);
  expect(network.copyWeights()).toEqual(before);
  expect(run.answers).toHaveLength(series.trials.length);
});

it('wipes the state once in each trial, between cue and go', () => {
  const rows: number[] = [];
  const { network, run } = createRun(series, { isLearning: false, wipesState: true });
  const resetState = network.resetState.bind(network);
  network.resetState = () => {
    rows.push(run.row);
    resetState();
  };
  run.advance(600);
  expect(rows).toHaveLength(series.trials.length);
  rows.forEach((row, i) => {
    const { cueAt, goAt } = series.trials[i];
    expect(row).toBeGreaterThan(cueAt);
    expect(row).toBeLessThanOrEqual(goAt);
  });
});
