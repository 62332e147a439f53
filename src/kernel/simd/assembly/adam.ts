import { headOf } from './forward';
import { Net, weightsOf } from './net';
import { F, madd, sumOf, V } from './vector';

/** Largest float32: a second moment above it would be Infinity for good. */
const MAX_FLOAT32: f64 = 3.4028234663852886e38;

/**
 * The constants of a step, each as a vector. They go through memory: V8 of Node 20 moves what is computed before a loop
 * into it, division and root too, but never a load.
 */
const CONSTANTS: usize = memory.data(8 * 16, 16);
const KEEP1: usize = 0;
const KEEP2: usize = 1 * V;
const SCALE: usize = 2 * V;
const SHARE1: usize = 3 * V;
const SHARE2: usize = 4 * V;
const STEP: usize = 5 * V;
const ROOT: usize = 6 * V;
const TINY: usize = 7 * V;

/** Global (Euclidean) norm of the flat gradient. gradient (P), P a multiple of 4 */
export function globalNorm(gradient: usize, P: i32): f64 {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let at = gradient;
  const end = gradient + <usize>P * F;
  for (; at + 4 * V <= end; at += 4 * V) {
    const a = v128.load(at);
    const b = v128.load(at, V);
    const c = v128.load(at, 2 * V);
    const d = v128.load(at, 3 * V);
    sum0 = madd(a, a, sum0);
    sum1 = madd(b, b, sum1);
    sum2 = madd(c, c, sum2);
    sum3 = madd(d, d, sum3);
  }
  for (; at < end; at += V) {
    const a = v128.load(at);
    sum0 = madd(a, a, sum0);
  }
  const squares = <f64>sumOf(f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3)));
  return squares < MAX_FLOAT32 ? sqrt(squares) : normInFloat64(gradient, P);
}

/** Squares of numbers from 1.8e19 on do not fit into float32, though their norm may. */
function normInFloat64(gradient: usize, P: i32): f64 {
  let sum: f64 = 0;
  for (let p = 0; p < P; p++, gradient += F) {
    const g = <f64>load<f32>(gradient);
    sum += g * g;
  }
  return sqrt(sum);
}

/**
 * One step of Adam (Kingma and Ba 2015) with the clipping of the gradient folded into its constants:
 * m = β1·m + (1 − β1)·g, v = β2·v + (1 − β2)·g², w −= lr/(1 − β1^t) · m/(√v/√(1 − β2^t) + ε), g = gradient · clip.
 * @returns whether it was taken: not where the clipped gradient's square is beyond float32, or is not finite
 */
export function adamStep(
  net: Net,
  gradient: usize,
  learningRate: f64,
  clipNorm: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
): bool {
  const norm = net.gradientNorm;
  const clip = min(clipNorm / (norm + 1e-6), 1.0);
  const clipped = norm * clip;
  if (!(clipped * clipped <= MAX_FLOAT32)) return false;
  net.updates += 1;
  net.power1 *= beta1;
  net.power2 *= beta2;
  v128.store(CONSTANTS, f32x4.splat(<f32>beta1), KEEP1);
  v128.store(CONSTANTS, f32x4.splat(<f32>beta2), KEEP2);
  v128.store(CONSTANTS, f32x4.splat(<f32>clip), SCALE);
  v128.store(CONSTANTS, f32x4.splat(<f32>(1 - beta1)), SHARE1);
  v128.store(CONSTANTS, f32x4.splat(<f32>(1 - beta2)), SHARE2);
  v128.store(CONSTANTS, f32x4.splat(<f32>(learningRate / (1 - net.power1))), STEP);
  v128.store(CONSTANTS, f32x4.splat(<f32>(1 / sqrt(1 - net.power2))), ROOT);
  v128.store(CONSTANTS, f32x4.splat(<f32>epsilon), TINY);
  const keep1 = v128.load(CONSTANTS, KEEP1);
  const keep2 = v128.load(CONSTANTS, KEEP2);
  const scale = v128.load(CONSTANTS, SCALE);
  const share1 = v128.load(CONSTANTS, SHARE1);
  const share2 = v128.load(CONSTANTS, SHARE2);
  const step = v128.load(CONSTANTS, STEP);
  const root = v128.load(CONSTANTS, ROOT);
  const tiny = v128.load(CONSTANTS, TINY);
  let first = changetype<usize>(net) + net.moment1;
  let second = changetype<usize>(net) + net.moment2;
  let weights = weightsOf(net);
  for (let end = gradient + <usize>net.P * F; gradient < end; ) {
    const g = f32x4.mul(v128.load(gradient), scale);
    const m = madd(g, share1, f32x4.mul(v128.load(first), keep1));
    const v = madd(f32x4.mul(g, share2), g, f32x4.mul(v128.load(second), keep2));
    v128.store(first, m);
    v128.store(second, v);
    const change = f32x4.div(f32x4.mul(step, m), madd(f32x4.sqrt(v), root, tiny));
    v128.store(weights, f32x4.sub(v128.load(weights), change));
    const g1 = f32x4.mul(v128.load(gradient, V), scale);
    const m1 = madd(g1, share1, f32x4.mul(v128.load(first, V), keep1));
    const v1 = madd(f32x4.mul(g1, share2), g1, f32x4.mul(v128.load(second, V), keep2));
    v128.store(first, m1, V);
    v128.store(second, v1, V);
    const change1 = f32x4.div(f32x4.mul(step, m1), madd(f32x4.sqrt(v1), root, tiny));
    v128.store(weights, f32x4.sub(v128.load(weights, V), change1), V);
    gradient += 2 * V;
    first += 2 * V;
    second += 2 * V;
    weights += 2 * V;
  }
  return true;
}

/**
 * S and by go the last step of `adamStep` once more, at another rate: they may learn faster than the rest.
 * @param learningRate beyond that of the step that was taken
 */
export function hurryHead(net: Net, learningRate: f64, epsilon: f64): void {
  const step = learningRate / (1 - net.power1);
  const root = sqrt(1 - net.power2);
  const first = <usize>(net.moment1 - net.weights);
  const second = <usize>(net.moment2 - net.weights);
  const hidden = <usize>net.D * F;
  const bias = <usize>(net.D + net.H) * F;
  const end = <usize>net.N * F;
  let row = headOf(net, weightsOf(net));
  for (let o = 0; o < net.O; o++, row += end) {
    for (let at: usize = 0; at < end; at += F) {
      if (at == hidden) at = bias;
      const w = row + at;
      const m = <f64>load<f32>(w + first);
      const v = <f64>load<f32>(w + second);
      store<f32>(w, <f32>(<f64>load<f32>(w) - (step * m) / (sqrt(v) / root + epsilon)));
    }
  }
}
