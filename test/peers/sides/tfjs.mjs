// TensorFlow.js with its wasm or its cpu backend: node tfjs.mjs FOLDER wasm|cpu
// Hand-built from basicLSTMCell, variableGrads and Adam: the layers API cannot carry h and c and learn from one window.
// variableGrads runs its function itself, so the window is run a second time even where no weight has changed.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { INPUTS, readSeries, readWeights, rowAt, Skip, serve, WORKS } from './serve.mjs';

const [folder, backend] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
if (backend === 'wasm') {
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
}
if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} did not start`);
await tf.ready();

const series = readSeries(folder);
const noForgetBias = tf.scalar(0);
serve(`${tf.version.tfjs}, Node ${process.version}`, (work, hiddenSize) => {
  const { k1, k2 } = WORKS[work] ?? {};
  if (k1 === undefined) throw new Skip('not one of its kinds of work');
  return new TfNet(k1, k2, hiddenSize);
});

class TfNet {
  #k1;
  #k2;
  #w;
  #adam = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  /** The rows of the next window, oldest first, and the states around them: one more. */
  #rows = [];
  #states;

  constructor(k1, k2, hiddenSize) {
    this.#k1 = k1;
    this.#k2 = k2;
    this.#w = createVariables(readWeights(folder, hiddenSize), hiddenSize);
    this.#states = [{ c: tf.zeros([1, hiddenSize]), h: tf.zeros([1, hiddenSize]) }];
  }

  row(t) {
    const at = rowAt(series, t);
    const target = series[at + INPUTS];
    const x = tf.tensor2d(series.subarray(at, at + INPUTS), [1, INPUTS]);
    const y = this.#step(x);
    if (this.#k1 === 0) {
      x.dispose();
      this.#dropOldestState();
      return y - target;
    }
    this.#rows.push({ x, target });
    if (this.#rows.length > this.#k2) this.#dropOldestRow();
    if (t % this.#k1 === this.#k1 - 1) this.#learn();
    return y - target;
  }

  #step(x) {
    const before = this.#states.at(-1);
    const { kernel, bias, head, by } = this.#w;
    const [c, h, y] = tf.tidy(() => {
      const [c, h] = tf.basicLSTMCell(noForgetBias, kernel, bias, x, before.c, before.h);
      return [c, h, tf.add(tf.matMul(tf.concat([h, x], 1), head), by)];
    });
    this.#states.push({ c, h });
    const value = y.dataSync()[0];
    y.dispose();
    return value;
  }

  #learn() {
    const { kernel, bias, head, by } = this.#w;
    const rows = this.#rows;
    const states = [];
    const { value, grads } = tf.variableGrads(() => {
      let { c, h } = this.#states[0];
      for (const { x } of rows) {
        [c, h] = tf.basicLSTMCell(noForgetBias, kernel, bias, x, c, h);
        states.push({ c, h });
      }
      const hs = tf.concat(states.map((state) => state.h));
      const xs = tf.concat(rows.map((row) => row.x));
      const y = tf.add(tf.matMul(tf.concat([hs, xs], 1), head), by);
      // Where no weight has changed since, the run of before gave the same states.
      if (this.#k1 < this.#k2) for (const state of states) keepState(state);
      return tf.mean(
        tf.squaredDifference(
          y,
          tf.tensor2d(
            rows.map((row) => row.target),
            [rows.length, 1],
          ),
        ),
      );
    });
    value.dispose();
    if (this.#k1 < this.#k2) for (const old of this.#states.splice(1, rows.length, ...states)) disposeState(old);
    const clipped = clip(grads);
    this.#adam.applyGradients(clipped);
    tf.dispose([grads, clipped]);
    if (this.#k1 >= this.#k2) while (this.#rows.length > 0) this.#dropOldestRow();
  }

  #dropOldestRow() {
    this.#rows.shift().x.dispose();
    this.#dropOldestState();
  }

  #dropOldestState() {
    disposeState(this.#states.shift());
  }

  free() {
    while (this.#rows.length > 0) this.#dropOldestRow();
    for (const state of this.#states) disposeState(state);
    this.#adam.dispose();
    tf.dispose(this.#w);
  }
}

/** The kernel is (I+H, 4H) with gates i, g, f, o; the head's Wy and S are one matrix over [h, x]. */
function createVariables({ Wx, Wh, b, Wy, S, by }, H) {
  const gateOrder = [0, 2, 1, 3];
  const columns = gateOrder.flatMap((gate) => Array.from({ length: H }, (_, u) => gate * H + u));
  const rows = [];
  for (let k = 0; k < INPUTS; k++) rows.push(columns.map((r) => Wx[r * INPUTS + k]));
  for (let k = 0; k < H; k++) rows.push(columns.map((r) => Wh[r * H + k]));
  return {
    kernel: tf.variable(tf.tensor2d(rows)),
    bias: tf.variable(tf.tensor1d(columns.map((r) => b[r]))),
    head: tf.variable(tf.tensor2d([...Wy, ...S], [H + INPUTS, 1])),
    by: tf.variable(tf.tensor1d(by)),
  };
}

/** To global norm 1. */
function clip(grads) {
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(Object.values(grads).map((g) => tf.sum(tf.square(g)))));
    const scale = tf.minimum(1, tf.div(1, tf.add(norm, 1e-6)));
    return Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, tf.mul(g, scale)]));
  });
}

function keepState({ c, h }) {
  tf.keep(c);
  tf.keep(h);
}

function disposeState({ c, h }) {
  c.dispose();
  h.dispose();
}
