// A program of its own, on the build as in production and run with --expose-gc and a young generation so large that no
// collection comes in between: the test runner's own loader gets between modules, and what V8 would inline then returns
// numbers on the heap.
import { createPlainKernel, PLAIN_CELLS } from '#built/kernel/plain/plainKernel';

/**
 * @typedef {object} HeapGrowth
 * @property {import('../../../src/kernel/kernel.ts').NetShape['cell']} cell
 * @property {number} bytesPerStep by which heap and array buffers grew per step with its target
 * @property {number} bytesPerWindow by which they grew per window
 */

const STEPS = 2_000;
const WINDOWS = 400;
const WINDOW_ROWS = 32;
/** @type {import('../../../src/kernel/kernel.ts').LearnOptions} */
const OPTIONS = {
  learningRate: 1e-3,
  clipNorm: 1,
  loss: 'huber',
  huberDelta: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/**
 * @param {HeapGrowth['cell']} cell
 * @returns {HeapGrowth}
 */
function measure(cell) {
  const net = createPlainKernel().createNet({ cell, inputSize: 3, hiddenSize: 9, outputSize: 2, rows: WINDOW_ROWS });
  const state = net.save();
  net.load({ ...state, weights: state.weights.map((_, p) => ((p * 7919) % 100) / 250 - 0.2) });
  const y = new Float32Array(2);
  const x = new Float32Array(3).fill(0.3);
  const step = () => {
    net.step(y, x);
    net.setTarget(1, 0, y[0] + 0.1);
  };
  const stepping = smallestGrowth(() => {
    for (let t = 0; t < STEPS; t++) step();
  });
  const learning = smallestGrowth(() => {
    for (let n = 0; n < WINDOWS; n++) net.learn(WINDOW_ROWS, OPTIONS);
  });
  return { cell, bytesPerStep: stepping / STEPS, bytesPerWindow: learning / WINDOWS };
}

/**
 * Growth without a collection in between; until all is compiled, numbers that are passed around lie on the heap.
 * @param {() => void} work
 */
function smallestGrowth(work) {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  let bytes = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 15 && bytes > 1000; attempt++) {
    collect();
    const before = process.memoryUsage();
    work();
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    bytes = Math.min(bytes, grown);
  }
  return bytes;
}

process.stdout.write(JSON.stringify(PLAIN_CELLS.map(measure)));
