import type { Kernel, LearnOptions, NetShape } from '../../src/kernel/kernel.ts';
import { hashLinearModel } from './linearRun.ts';
import { NumberHash } from './numberHash.ts';
import { hashTrainingRun, type TrainingRun } from './trainingRun.ts';

const OPTIONS: LearnOptions = {
  learningRate: 3e-3,
  clipNorm: 1,
  loss: 'huber',
  huberDelta: 0.5,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const SQUARED: LearnOptions = { ...OPTIONS, loss: 'squared', clipNorm: 0.2 };
const LOGISTIC: LearnOptions = { ...OPTIONS, loss: 'logistic' };
const UNCLIPPED: LearnOptions = { ...OPTIONS, clipNorm: 1e9 };

const RUNS: readonly TrainingRun[] = [
  { shape: shapeOf('lstm', 4, 16, 1, 16), k1: 4, k2: 16, options: OPTIONS, rows: 300 },
  { shape: shapeOf('lstm', 9, 32, 3, 32), k1: 4, k2: 32, options: OPTIONS, rows: 200 },
  { shape: shapeOf('lstm', 3, 32, 1, 16), k1: 16, k2: 16, options: SQUARED, rows: 300 },
  { shape: { ...shapeOf('lstm', 3, 24, 1, 16), keepsActivations: true }, k1: 16, k2: 16, options: OPTIONS, rows: 300 },
  { shape: shapeOf('lstm', 5, 64, 2, 16), k1: 8, k2: 16, options: SQUARED, rows: 120 },
  { shape: shapeOf('lstm', 7, 13, 5, 20), k1: 3, k2: 17, options: OPTIONS, rows: 200 },
  { shape: shapeOf('lstm', 1, 16, 1, 8), k1: 1, k2: 1, options: UNCLIPPED, rows: 300 },
  { shape: shapeOf('rnn', 4, 32, 2, 32), k1: 4, k2: 32, options: OPTIONS, rows: 300 },
  { shape: shapeOf('rnn', 6, 13, 1, 16), k1: 16, k2: 16, options: SQUARED, rows: 400 },
  { shape: shapeOf('rnn', 2, 64, 1, 16), k1: 5, k2: 16, options: OPTIONS, rows: 120 },
  { shape: shapeOf('lstm', 4, 16, 1, 76), k1: 8, k2: 76, options: LOGISTIC, rows: 200 },
  { shape: shapeOf('gru', 4, 16, 2, 16), k1: 4, k2: 16, options: OPTIONS, rows: 200 },
  { shape: shapeOf('lstm_peephole', 3, 13, 2, 16), k1: 4, k2: 16, options: OPTIONS, rows: 200 },
  { shape: shapeOf('lstm_coupled', 5, 16, 1, 16), k1: 4, k2: 16, options: LOGISTIC, rows: 200 },
];

const LINEAR_SIZES = [1, 6, 13, 32, 89];

function shapeOf(cell: NetShape['cell'], D: number, H: number, O: number, rows: number): NetShape {
  return { cell, inputSize: D, hiddenSize: H, outputSize: O, rows };
}

/**
 * One hash per shape and schedule of a net, and one per size of a linear model.
 * @param name of the kernel, for the names of the hashes
 */
export function kernelHashes(name: string, kernel: Kernel): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const run of RUNS) {
    if (!kernel.cells.includes(run.shape.cell)) continue;
    const hash = new NumberHash();
    hashTrainingRun(hash, kernel, run);
    hashes[`kernel/${name}/${label(run)}`] = hash.digest();
  }
  for (const size of LINEAR_SIZES) {
    const hash = new NumberHash();
    hashLinearModel(hash, kernel, size);
    hashes[`kernel/${name}/linear n=${size}`] = hash.digest();
  }
  return hashes;
}

function label({ shape, k1, k2, options }: TrainingRun): string {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  return `${cell} D${D} H${H} O${O} k1=${k1} k2=${k2} ${options.loss}`;
}
