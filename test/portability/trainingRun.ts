import type { Kernel, LearnOptions, Net, NetShape, ReplayWindow } from '../../src/kernel/kernel.ts';
import { createRandom, type Random } from '../../src/kernel/random.ts';
import type { NumberHash } from './numberHash.ts';

export interface TrainingRun {
  readonly shape: NetShape;
  /** Learn every k1 rows over the newest k2. */
  readonly k1: number;
  readonly k2: number;
  readonly options: LearnOptions;
  readonly rows: number;
}

const BURN_IN = 3;

/**
 * A net's life with all that can happen in it: late and missing targets, two moves to another net, an input that is no
 * number, replays. Adds every output, loss and gradient norm, and the whole state at the end.
 */
export function hashTrainingRun(hash: NumberHash, kernel: Kernel, run: TrainingRun): void {
  const { shape, k1, k2, rows } = run;
  const random = createRandom(11);
  let net = seeded(kernel.createNet(shape), random);
  const x = new Float32Array(shape.inputSize);
  const y = new Float32Array(shape.outputSize);
  const spoilt = Math.floor(rows / 2);
  for (let t = 0; t < rows; t++) {
    if (t === Math.floor(rows / 4)) net = moved(kernel, net, (next) => next.load(net.save()));
    if (t === Math.floor((3 * rows) / 4)) net = moved(kernel, net, (next) => next.copyIn(net.copyOut()));
    fillInput(x, t, random);
    if (t === spoilt) x[0] = Number.NaN;
    // Half a window later the state is healed.
    if (t === spoilt + Math.ceil(k2 / 2)) net.resetState();
    net.step(y, x);
    hash.numbers(y);
    setLateTargets(net, x, random);
    if (t % k1 === k1 - 1) hashUpdates(hash, net, run, random);
  }
  hashState(hash, net);
  net.free();
}

function hashUpdates(hash: NumberHash, net: Net, { shape, k2, options }: TrainingRun, random: Random): void {
  const addOutcome = (isUpdated: boolean): void => hash.numbers([Number(isUpdated), net.loss, net.gradientNorm]);
  addOutcome(net.learn(k2, options));
  if (random.uniform(0, 1) < 0.3) addOutcome(net.replay(createWindow(shape, k2, random), options));
}

function hashState(hash: NumberHash, net: Net): void {
  const { rowCount, weights, moment1, moment2, adam, x, target, hasTarget, h, c } = net.save();
  hash.number(rowCount);
  for (const array of [weights, moment1, moment2, adam, x, target, hasTarget, h, c]) hash.numbers(array);
}

function seeded(net: Net, random: Random): Net {
  const state = net.save();
  net.load({ ...state, weights: state.weights.map(() => random.uniform(-0.3, 0.3)) });
  return net;
}

/** Goes on in another net. */
function moved(kernel: Kernel, net: Net, copyInto: (next: Net) => void): Net {
  const next = kernel.createNet(net.shape);
  copyInto(next);
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

function createWindow({ inputSize: D, outputSize: O }: NetShape, k2: number, random: Random): ReplayWindow {
  const rows = BURN_IN + k2;
  const uniforms = (length: number): Float32Array => Float32Array.from({ length }, () => random.uniform(-1, 1));
  return {
    rows,
    burnIn: BURN_IN,
    x: uniforms(rows * D),
    target: uniforms(rows * O),
    hasTarget: Uint8Array.from({ length: rows * O }, () => random.integerBelow(2)),
  };
}
