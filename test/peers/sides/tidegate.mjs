// One of tidegate's kernels, as `npm run build` compiled it: node tidegate.mjs FOLDER plain|simd|relaxed
import { createKernel } from '../../../build/hosts/createKernel.js';
import { INPUTS, readSeries, readWeights, rowAt, Skip, say, serve, WORKS } from './serve.mjs';

const [folder, name] = process.argv.slice(2);
const OPTIONS = {
  learningRate: 1e-3,
  clipNorm: 1,
  loss: 'squared',
  huberDelta: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const series = readSeries(folder);

const kernel = chosenKernel();
if (typeof kernel === 'string') say(`skip ${kernel}`);
else serve(`Node ${process.version}`, createNet);

/** @returns the kernel, or why there is none */
function chosenKernel() {
  try {
    const found = createKernel({ kernel: name, cell: 'lstm' });
    return found?.name === name ? found : `this build or runtime (Node ${process.version}) has no kernel ${name}`;
  } catch (error) {
    return `kernel ${name} on Node ${process.version}: ${error.message}`;
  }
}

function createNet(work, hiddenSize) {
  const { k1, k2 } = WORKS[work] ?? {};
  if (k1 === undefined) throw new Skip('not one of its kinds of work');
  const net = kernel.createNet({
    cell: 'lstm',
    inputSize: INPUTS,
    hiddenSize,
    outputSize: 1,
    rows: 16,
    keepsActivations: k1 > 0 && k1 >= k2,
  });
  net.load({ ...net.save(), weights: readWeights(folder, hiddenSize).flat });
  const x = new Float32Array(INPUTS);
  const y = new Float32Array(1);
  const row = (t) => {
    const at = rowAt(series, t);
    for (let k = 0; k < INPUTS; k++) x[k] = series[at + k];
    net.step(y, x);
    const target = series[at + INPUTS];
    if (k1 > 0) {
      net.setTarget(0, 0, target);
      if (t % k1 === k1 - 1) net.learn(k2, OPTIONS);
    }
    return y[0] - target;
  };
  return { row, free: () => net.free() };
}
