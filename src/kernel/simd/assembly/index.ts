// What the TypeScript side calls. Addresses are bytes of the one memory, which that side hands out; nothing here allocates.

import { bytesOfLinear, predictLinear as predict, startLinear, updateLinear as update } from './linear';
import { SOFTMAX } from './loss';
import { bytesOfNet as bytes, lengthOf, Net, slotOfAge, startNet as start, targetOf } from './net';
import { areKept, clearRows, readWindow, stepRow, writeStates } from './rows';
import * as space from './space';
import { copyFloats, F, zeroFloats } from './vector';
import { ALL_HEADS, CLASSED_HEADS, forwardWindow, learnWindow, NO_HEADS } from './window';

export { bytesOfLinear, startLinear };

/** Where the memory that may be handed out begins. */
export function heapBase(): usize {
  return __heap_base;
}

export function bytesOfNet(G: f64, D: f64, E: f64, H: f64, O: f64, R: f64, keeps: f64): f64 {
  return bytes(G, D, E, H, O, R, keeps);
}

/** D: inputs of the cell, E: those of the head alone; R: rows of the ring, W of the longest window. */
export function startNet(
  net: usize,
  G: i32,
  D: i32,
  E: i32,
  H: i32,
  O: i32,
  R: i32,
  W: i32,
  keeps: i32,
): void {
  start(changetype<Net>(net), G, D, E, H, O, R, W, keeps);
}

export function netLength(net: usize): i32 {
  return lengthOf(changetype<Net>(net));
}

/** Bytes of the space that windows of such a net are worked on in. */
export function bytesOfSpace(G: i32, D: i32, E: i32, H: i32, O: i32, W: i32): usize {
  return space.layOut(0, G, D, E, H, O, W);
}

export function step(net: usize, start: usize): void {
  stepRow(changetype<Net>(net), start);
}

export function setTarget(net: usize, age: i32, output: i32, value: f32): bool {
  const it = changetype<Net>(net);
  if (age >= it.rowCount) return false;
  const target = targetOf(it, slotOfAge(it, age)) + <usize>output * F;
  store<f32>(target, value);
  store<f32>(target + <usize>it.O * F, 1);
  return true;
}

export function learn(
  net: usize,
  start: usize,
  rows: i32,
  learningRate: f64,
  clipNorm: f64,
  largestNorm: f64,
  huberDelta: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  headRate: f64,
): bool {
  const it = changetype<Net>(net);
  space.layOutFor(it, start);
  const T = min(rows, it.rowCount);
  readWindow(it, T);
  for (let t: usize = 0; t < <usize>T; t++) store<f32>(space.weight + t * F, 1);
  if (!areKept(it, T)) {
    forwardWindow(it, T, ALL_HEADS);
    writeStates(it, T);
    // The rows in the ring now follow from other states than the activations beside them.
    it.fresh = 0;
  }
  return learnWindow(it, T, learningRate, clipNorm, largestNorm, huberDelta, beta1, beta2, epsilon, headRate);
}

/** Starts a replay: h = c = 0 before row 0 of the space; the caller may write another state there. */
export function startReplay(net: usize, start: usize): void {
  const it = changetype<Net>(net);
  space.layOutFor(it, start);
  zeroFloats(space.v + <usize>it.D * F, it.H);
  store<f32>(space.v + <usize>(it.D + it.H) * F, 1);
  zeroFloats(space.c, it.H);
}

/** Where x of row t of the space is to be written. */
export function replayInput(t: i32): usize {
  return space.v + <usize>t * space.vBytes;
}

/** Where the inputs of the head alone begin, seen from x of a row. */
export function headInputsAt(net: usize): usize {
  return <usize>changetype<Net>(net).K * F;
}

/** Where h and c before row 0 are to be written. */
export function replayHidden(net: usize): usize {
  return space.v + <usize>changetype<Net>(net).D * F;
}

export function replayCell(): usize {
  return space.c;
}

export function replayWeights(): usize {
  return space.weight;
}

export function replayTargets(): usize {
  return space.target;
}

export function replayFlags(): usize {
  return space.hasTarget;
}

/** Runs T rows of burn-in; what they lead to stands before row 0. */
export function burnIn(net: usize, T: i32): void {
  const it = changetype<Net>(net);
  forwardWindow(it, T, NO_HEADS);
  const D = <usize>it.D * F;
  copyFloats(space.v + D, space.v + <usize>T * space.vBytes + D, it.H);
  copyFloats(space.c, space.c + <usize>(T * it.H) * F, it.H);
}

/** Learns from T rows of the space. */
export function learnReplay(
  net: usize,
  T: i32,
  learningRate: f64,
  clipNorm: f64,
  largestNorm: f64,
  huberDelta: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  headRate: f64,
): bool {
  const it = changetype<Net>(net);
  forwardWindow(it, T, huberDelta == SOFTMAX ? CLASSED_HEADS : ALL_HEADS);
  return learnWindow(it, T, learningRate, clipNorm, largestNorm, huberDelta, beta1, beta2, epsilon, headRate);
}

export function clear(net: usize): void {
  clearRows(changetype<Net>(net));
}

export function lossOf(net: usize): f64 {
  return changetype<Net>(net).loss;
}

export function gradientNormOf(net: usize): f64 {
  return changetype<Net>(net).gradientNorm;
}

export function predictLinear(model: usize, n: i32): f64 {
  return predict(model, n);
}

export function updateLinear(
  model: usize,
  n: i32,
  target: f64,
  forgetting: f64,
  errorBound: f64,
  gainBound: f64,
): bool {
  return update(model, n, target, forgetting, errorBound, gainBound);
}

// Where the arrays of a net lie, for copying in and out.

export function weightsOf(net: usize): usize {
  return net + changetype<Net>(net).weights;
}

export function moment1Of(net: usize): usize {
  return net + changetype<Net>(net).moment1;
}

export function moment2Of(net: usize): usize {
  return net + changetype<Net>(net).moment2;
}

/** Updates done, β1^t, β2^t as three float64. */
export function progressOf(net: usize): usize {
  return net + offsetof<Net>('updates');
}

export function inputOf(net: usize): usize {
  return net + changetype<Net>(net).x;
}

export function outputOf(net: usize): usize {
  return net + changetype<Net>(net).y;
}

export function rowCountOf(net: usize): i32 {
  return changetype<Net>(net).rowCount;
}

/** The slot of the row `age` rows back; −1 for the slot of the next row, which holds the carried h and c. */
export function slotOf(net: usize, age: i32): usize {
  return slotOfAge(changetype<Net>(net), age);
}

/** Empties the ring and makes room for `rowCount` rows, which the caller then fills. */
export function startRows(net: usize, rowCount: i32): void {
  const it = changetype<Net>(net);
  clearRows(it);
  it.head = rowCount;
  it.rowCount = rowCount;
}
