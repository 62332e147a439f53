// The work that every side does, and the files from which all take the same series and the same initial weights.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameterCount } from '../../build/kernel/parameterLayout.js';
import { createRandom } from '../../build/kernel/random.js';

export const INPUTS = 4;
export const ROWS = 4096;
export const HIDDEN_SIZES = [16, 32, 64];

/** LSTM with gates i, f, g, o, one bias, and tidegate's head: y = Wy·h + S·x + by. */
export function shapeOf(hiddenSize) {
  return { cell: 'lstm', inputSize: INPUTS, hiddenSize, outputSize: 1 };
}

/** series.f32: ROWS rows of 4 inputs and the target. weights-H.f32: P numbers in the order of `parameterLayout`. */
export function writeWorkFiles(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'series.f32'), createSeries());
  for (const hiddenSize of HIDDEN_SIZES) {
    writeFileSync(join(folder, `weights-${hiddenSize}.f32`), createWeights(hiddenSize));
  }
}

/** Two sines and noise. The inputs of a row are the last four values, newest first; its target is the next value. */
function createSeries() {
  const random = createRandom(2);
  const values = Float32Array.from(
    { length: ROWS + INPUTS },
    (_, t) => 0.6 * Math.sin(t * 0.1) + 0.3 * Math.sin(t * 0.031) + random.uniform(-0.05, 0.05),
  );
  const rows = new Float32Array(ROWS * (INPUTS + 1));
  for (let t = 0; t < ROWS; t++) {
    for (let k = 0; k < INPUTS; k++) rows[t * (INPUTS + 1) + k] = values[t + INPUTS - 1 - k];
    rows[t * (INPUTS + 1) + INPUTS] = values[t + INPUTS];
  }
  return rows;
}

/** Uniform within 1/√H, as PyTorch begins. */
function createWeights(hiddenSize) {
  const random = createRandom(hiddenSize);
  const bound = 1 / Math.sqrt(hiddenSize);
  return Float32Array.from({ length: parameterCount(shapeOf(hiddenSize)) }, () => random.uniform(-bound, bound));
}
