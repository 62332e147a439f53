// brain.js and its LSTMTimeStep: node brain.mjs FOLDER
// It cannot do the same work: no state is carried (each window starts from zero), it learns all four inputs of the next row
// with an optimiser of its own, and `train` gives no prediction before learning. Its `run` goes through the 16 last rows.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { INPUTS, readSeries, rowAt, Skip, serve } from './serve.mjs';

const require = createRequire(import.meta.url);
const { LSTMTimeStep } = require('brain.js').recurrent;
const { version } = JSON.parse(readFileSync(new URL('../node_modules/brain.js/package.json', import.meta.url)));

const WINDOW = 16;
const series = readSeries(process.argv[2]);
serve(`${version}, Node ${process.version}`, (work, hiddenSize) => {
  if (work !== 'predict' && work !== 'learn16') throw new Skip('a window of its own is trained as a whole');
  const net = new LSTMTimeStep({ inputSize: INPUTS, outputSize: INPUTS, hiddenLayers: [hiddenSize] });
  // Only a trained net answers: one row makes it ready.
  train(net, [inputsOf(0), inputsOf(1)]);
  const predict = (t) => net.run(rowsBefore(t + 1, WINDOW))[0] - inputsOf(t + 1)[0];
  if (work === 'predict') return { row: predict };
  return {
    row: (t) => {
      if (t % WINDOW === WINDOW - 1) train(net, rowsBefore(t + 2, WINDOW + 1));
    },
    error: predict,
  };
});

function train(net, rows) {
  net.train([rows], { iterations: 1, errorThresh: 0, learningRate: 1e-3, log: false });
}

function inputsOf(t) {
  const at = rowAt(series, t);
  return Array.from(series.subarray(at, at + INPUTS));
}

/** The last `count` rows before row `end`. */
function rowsBefore(end, count) {
  return Array.from({ length: Math.min(count, end) }, (_, i) => inputsOf(Math.max(end - count, 0) + i));
}
