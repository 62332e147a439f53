import { expect, it } from 'vitest';
import type { ReplayWindow } from '../../../src/kernel/kernel.ts';
import { secantShares } from '../../../src/kernel/plain/secantShares.ts';
import { createRandom, type Random } from '../../../src/kernel/random.ts';
import { logOdds } from '../../../src/learner/probe/answers.ts';
import { firstState } from '../../../src/model/firstState.ts';
import { fastKernel } from '../../learner/classify/classifying.ts';

const ROWS = 24;
const SHAPE = { cell: 'lstm', inputSize: 2, hiddenSize: 8, outputSize: 2, rows: 1, windowRows: ROWS } as const;
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
function drawRecall(random: Random): Recall {
  const x = Float32Array.from({ length: 2 * ROWS }, () => random.uniform(-0.3, 0.3));
  const lag = 4 + random.integerBelow(18);
  const cue = random.integerBelow(2) as 0 | 1;
  x[2 * (ROWS - 1 - lag)] = cue === 1 ? 1.5 : -1.5;
  return { x, lag, cue };
}

function windowOf({ x, cue }: Recall): ReplayWindow {
  const [target, hasTarget] = [new Float32Array(2 * ROWS), new Uint8Array(2 * ROWS)];
  target[2 * (ROWS - 1)] = cue;
  hasTarget[2 * (ROWS - 1)] = 1;
  return { rows: ROWS, burnIn: 0, x, target, hasTarget };
}

it.each([1, 2, 3])('a net that recalls a cue has its largest share at the row of the cue, seed %i', (seed) => {
  const random = createRandom(seed);
  const net = fastKernel.createNet(SHAPE);
  net.load(firstState(SHAPE, { seed, chronoLag: ROWS }));
  for (let n = 0; n < 1500; n++) net.replay(windowOf(drawRecall(random)), OPTIONS);
  const { weights } = net.save();
  net.free();
  const none = new Float64Array(SHAPE.hiddenSize);
  for (let n = 0; n < 20; n++) {
    const recall = drawRecall(random);
    const window = { x: Float64Array.from(recall.x), headX: new Float64Array(0), h: none, c: none };
    const { inputs, answer } = secantShares(weights, SHAPE, window, logOdds(recall.cue));
    const byLag = Array.from({ length: ROWS }, (_, lag) => {
      const at = 2 * (ROWS - 1 - lag);
      return (inputs[at] as number) + (inputs[at + 1] as number);
    });
    expect(answer).toBeGreaterThan(0);
    expect(byLag.indexOf(Math.max(...byLag))).toBe(recall.lag);
  }
});
