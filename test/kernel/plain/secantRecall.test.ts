import { expect, it } from 'vitest';
import type { ReplayWindow } from '../../../src/kernel/kernel.ts';
import { secantShares } from '../../../src/kernel/plain/secantShares.ts';
import { createRandom, type Random } from '../../../src/kernel/random.ts';
import { logOdds } from '../../../src/learner/probe/answers.ts';
import { firstState } from '../../../src/model/firstState.ts';
import { fastKernel } from '../../learner/classify/classifying.ts';

const SHAPE = { cell: 'lstm', inputSize: 2, hiddenSize: 8, outputSize: 2, rows: 1 } as const;
const OPTIONS = {
  learningRate: 0.01,
  clipNorm: 1,
  loss: 'softmax',
  huberDelta: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
} as const;

interface Recall {
  readonly x: Float32Array;
  readonly lag: number;
  readonly cue: 0 | 1;
}

/** Noise, and in one row a cue of either sign. */
function drawRecall(random: Random, rows: number, lag: number): Recall {
  const x = Float32Array.from({ length: 2 * rows }, () => random.uniform(-0.3, 0.3));
  const cue = random.integerBelow(2) as 0 | 1;
  x[2 * (rows - 1 - lag)] = cue === 1 ? 1.5 : -1.5;
  return { x, lag, cue };
}

function windowOf({ x, cue }: Recall): ReplayWindow {
  const [target, hasTarget] = [new Float32Array(x.length), new Uint8Array(x.length)];
  target[x.length - 2] = cue;
  hasTarget[x.length - 2] = 1;
  return { rows: x.length / 2, burnIn: 0, x, target, hasTarget };
}

/** @param lagOf the lag of a trial */
function expectPeakAtCue(seed: number, rows: number, windows: number, lagOf: (random: Random) => number): void {
  const random = createRandom(seed);
  const shape = { ...SHAPE, windowRows: rows };
  const net = fastKernel.createNet(shape);
  net.load(firstState(shape, { seed, chronoLag: rows }));
  for (let n = 0; n < windows; n++) net.replay(windowOf(drawRecall(random, rows, lagOf(random))), OPTIONS);
  const { weights } = net.save();
  net.free();
  const none = new Float64Array(SHAPE.hiddenSize);
  for (let n = 0; n < 20; n++) {
    const recall = drawRecall(random, rows, lagOf(random));
    const window = { x: Float64Array.from(recall.x), headX: new Float64Array(0), h: none, c: none };
    const { inputs, answer } = secantShares(weights, shape, window, logOdds(recall.cue));
    const byLag = Array.from({ length: rows }, (_, lag) => {
      const at = 2 * (rows - 1 - lag);
      return (inputs[at] as number) + (inputs[at + 1] as number);
    });
    expect(answer).toBeGreaterThan(0);
    expect(byLag.indexOf(Math.max(...byLag))).toBe(recall.lag);
  }
}

it.each([1, 2, 3])('a net that recalls a cue has its largest share at the row of the cue, seed %i', (seed) => {
  expectPeakAtCue(seed, 24, 1500, (random) => 4 + random.integerBelow(18));
});

it.each([10, 20, 40])('the largest share lies at the true lag where a cue is recalled after %i rows', (lag) => {
  expectPeakAtCue(1, lag + 6, 1500, () => lag);
});
