import type { Kernel, LearnOptions, Net, NetShape } from '../../src/kernel/kernel.ts';
import { createRandom, type Random } from '../../src/kernel/random.ts';
import { NumberHash } from './numberHash.ts';

interface Case {
  readonly shape: NetShape;
  /** Learn every k1 rows over the newest k2. */
  readonly k1: number;
  readonly k2: number;
  readonly options: LearnOptions;
  readonly rows: number;
}

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

const CASES: readonly Case[] = [
  { shape: shapeOf('lstm', 4, 16, 1, 16), k1: 4, k2: 16, options: OPTIONS, rows: 400 },
  { shape: shapeOf('lstm', 9, 32, 3, 32), k1: 4, k2: 32, options: OPTIONS, rows: 300 },
  { shape: shapeOf('lstm', 3, 32, 1, 16), k1: 16, k2: 16, options: SQUARED, rows: 300 },
  { shape: shapeOf('lstm', 5, 64, 2, 16), k1: 8, k2: 16, options: SQUARED, rows: 160 },
  { shape: shapeOf('lstm', 7, 13, 5, 20), k1: 3, k2: 17, options: OPTIONS, rows: 300 },
  { shape: shapeOf('lstm', 1, 16, 1, 8), k1: 1, k2: 1, options: { ...OPTIONS, clipNorm: 1e9 }, rows: 400 },
  { shape: shapeOf('rnn', 4, 32, 2, 32), k1: 4, k2: 32, options: OPTIONS, rows: 300 },
  { shape: shapeOf('rnn', 6, 13, 1, 16), k1: 16, k2: 16, options: SQUARED, rows: 400 },
  { shape: shapeOf('rnn', 2, 64, 1, 16), k1: 5, k2: 16, options: OPTIONS, rows: 160 },
];

function shapeOf(cell: NetShape['cell'], D: number, H: number, O: number, rows: number): NetShape {
  return { cell, inputSize: D, hiddenSize: H, outputSize: O, rows };
}

/**
 * One hash per shape and schedule: all outputs, losses and gradient norms of a training run, and the whole state at its end.
 * @param name of the kernel, for the names of the hashes
 */
export function kernelHashes(name: string, kernel: Kernel): Record<string, string> {
  return Object.fromEntries(CASES.map((each) => [`kernel/${name}/${label(each)}`, hashOf(kernel, each)]));
}

function label({ shape, k1, k2, options }: Case): string {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  return `${cell} D${D} H${H} O${O} k1=${k1} k2=${k2} ${options.loss}`;
}

function hashOf(kernel: Kernel, { shape, k1, k2, options, rows }: Case): string {
  const hash = new NumberHash();
  const random = createRandom(11);
  let net = seeded(kernel.createNet(shape), random);
  const x = new Float32Array(shape.inputSize);
  const y = new Float32Array(shape.outputSize);
  for (let t = 0; t < rows; t++) {
    if (t === Math.floor(rows / 4)) net = reloaded(kernel, net);
    fillInput(x, t, random);
    // An input that is no number spoils the state until it is reset, half a window later.
    if (t === Math.floor(rows / 2)) x[0] = Number.NaN;
    if (t === Math.floor(rows / 2) + Math.ceil(k2 / 2)) net.resetState();
    net.step(y, x);
    hash.numbers(y);
    setLateTargets(net, x, random);
    if (t % k1 !== k1 - 1) continue;
    hash.number(Number(net.learn(k2, options)));
    hash.number(net.loss);
    hash.number(net.gradientNorm);
  }
  const { rowCount, weights, moment1, moment2, adam, x: inputs, target, hasTarget, h, c } = net.save();
  hash.number(rowCount);
  for (const array of [weights, moment1, moment2, adam, inputs, target, hasTarget, h, c]) hash.numbers(array);
  net.free();
  return hash.digest();
}

function seeded(net: Net, random: Random): Net {
  const state = net.save();
  net.load({ ...state, weights: state.weights.map(() => random.uniform(-0.3, 0.3)) });
  return net;
}

/** Goes on in another net, from what the first one saved. */
function reloaded(kernel: Kernel, net: Net): Net {
  const next = kernel.createNet(net.shape);
  next.load(net.save());
  net.free();
  return next;
}

/** Saw teeth of different lengths, and noise; no platform sine. */
function fillInput(x: Float32Array, t: number, random: Random): void {
  for (let k = 0; k < x.length; k++) x[k] = ((t % (7 + 4 * k)) / (7 + 4 * k)) * 2 - 1 + random.uniform(-0.1, 0.1);
}

/** Head row o hears of its target o rows late, and one time in five not at all. */
function setLateTargets(net: Net, x: Float32Array, random: Random): void {
  for (let o = 0; o < net.shape.outputSize; o++) {
    const target = 0.7 * x[o % x.length] + random.uniform(-0.2, 0.2);
    if (random.uniform(0, 1) < 0.8) net.setTarget(o, o, target);
  }
}
