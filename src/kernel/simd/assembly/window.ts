import { adamStep, globalNorm, hurryHead } from './adam';
import { backLstm, backRnn, backThroughHead, backToHidden } from './backward';
import { stepHead, stepLstm, stepRnn } from './forward';
import { headGradient, weightGradient } from './gradient';
import { countTargets, lossOf, SOFTMAX, softmaxLoss, weightOfTargets } from './loss';
import { Net } from './net';
import * as space from './space';
import { F, zeroFloats } from './vector';

/** The rows of which `forwardWindow` fills y. `CLASSED_HEADS`: those that have a class, the only ones that a softmax loss looks at. */
export const NO_HEADS: i32 = 0;
export const ALL_HEADS: i32 = 1;
export const CLASSED_HEADS: i32 = 2;

/** Runs rows 0 to T − 1 of the space from its h and c before row 0. */
export function forwardWindow(net: Net, T: i32, heads: i32): void {
  const D = <usize>net.D * F;
  const H = <usize>net.H * F;
  const gateBytes = H * net.G;
  const yBytes = <usize>net.O * F;
  for (let t: usize = 0; t < <usize>T; t++) {
    const v = space.v + t * space.vBytes;
    const h = v + space.vBytes + D;
    const c = space.c + t * H;
    const gates = space.activations + t * (gateBytes + H);
    store<usize>(space.activationsAt + t * sizeof<usize>(), gates);
    if (net.G == 4) stepLstm(net, gates, gates + gateBytes, c + H, h, v, c);
    else stepRnn(net, h, v);
    store<f32>(h + H, 1);
    if (heads == ALL_HEADS || (heads == CLASSED_HEADS && load<f32>(space.hasTarget + t * yBytes) != 0)) {
      stepHead(net, space.y + t * yBytes, h, v);
    }
  }
}

/** Loss, gradient and update from the T rows that were run. @returns whether the weights were updated */
export function learnWindow(
  net: Net,
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
  net.loss = 0;
  net.gradientNorm = 0;
  if (huberDelta == SOFTMAX) {
    const total = weightOfTargets(space.hasTarget, space.weight, T, net.O);
    if (total == 0) return false;
    net.loss = softmaxLoss(space.dy, space.y, space.target, space.hasTarget, space.weight, total, T, net.O);
  } else {
    const n = T * net.O;
    const count = countTargets(space.hasTarget, n);
    if (count == 0) return false;
    net.loss = lossOf(space.dy, space.y, space.target, space.hasTarget, n, count, huberDelta);
  }
  backwardWindow(net, T, huberDelta == SOFTMAX);
  net.gradientNorm = globalNorm(space.gradient, net.P);
  if (!isFinite(net.loss) || net.gradientNorm > largestNorm) return false;
  if (!adamStep(net, space.gradient, learningRate, clipNorm, beta1, beta2, epsilon)) return false;
  if (headRate != 1) hurryHead(net, (headRate - 1) * learningRate, epsilon);
  net.fresh = 0;
  return true;
}

/**
 * Back through all T rows, newest first; leaves the gradient of the loss by every parameter.
 * @param isClassed rows without a class have no gradient by y
 */
function backwardWindow(net: Net, T: i32, isClassed: bool): void {
  const H = <usize>net.H * F;
  const gateBytes = H * net.G;
  const dyBytes = <usize>net.O * F;
  zeroFloats(space.dh, net.H);
  zeroFloats(space.dc, net.H);
  for (let t: isize = T - 1; t >= 0; t--) {
    const dz = space.dz + t * gateBytes;
    if (!isClassed || load<f32>(space.hasTarget + t * dyBytes) != 0) {
      backThroughHead(net, space.dh, space.dy + t * dyBytes);
    }
    if (net.G == 4) {
      const gates = load<usize>(space.activationsAt + t * sizeof<usize>());
      backLstm(net, dz, space.dc, space.dh, gates, gates + gateBytes, space.c + t * H);
    } else {
      backRnn(net, dz, space.dh, space.v + (t + 1) * space.vBytes + <usize>net.D * F);
    }
    if (t > 0) backToHidden(net, space.dh, dz);
  }
  weightGradient(net, space.gradient, space.dz, space.v, space.vBytes, T);
  headGradient(net, space.gradient, space.dy, space.v, space.vBytes, T);
}
