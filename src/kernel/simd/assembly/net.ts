import { F } from './vector';

/** Hidden units that are worked on together: two vectors for each gate. */
export const UNITS: i32 = 8;

/**
 * One net: this head, then its arrays, in one block of memory without any address in it, so that the block can be moved.
 * H here is the number of hidden units rounded up to whole blocks of eight: the units beyond the model's own have zero
 * weights and stay exactly zero, and so does their gradient.
 *
 * D here is the number of inputs that go into the cell; the E others go to the head alone.
 *
 * weights, moment1, moment2 (P): for each block of 8 units, for each k of v = [x | h | 1], the G gates of the 8 units:
 *   8·G numbers in a row, so that all gates of 8 units stay in registers while k runs. Then O head rows of
 *   [S | Wy | by | S of the inputs of the head alone].
 * ring (R+1 slots): v (N) of a row: [x | h before it | 1 | inputs of the head alone]; c before it (H); target (O); hasTarget (O) 0 or 1; and where
 *   activations are kept gates (G·H), tanhC (H), y (O). The slot after the newest row holds the carried h and c.
 */
@unmanaged
export class Net {
  /** 4 for the LSTM (i, f, g, o), 1 for the plain recurrent cell */ G: i32;
  D: i32;
  H: i32;
  O: i32;
  R: i32;
  /** Inputs of the head alone. */ E: i32;
  /** Rows of the longest window. */ W: i32;
  /** D + H + 1 */ K: i32;
  /** K + E: numbers of v, and of a row of the head. */ N: i32;
  P: i32;
  keeps: i32;
  /** Slot of the next row. */ head: i32;
  rowCount: i32;
  /** Rows since the weights changed: the newest `fresh` rows have activations that still hold. */ fresh: i32;
  slotBytes: i32;
  /** Offsets of the arrays from the net's own address. */
  weights: i32;
  moment1: i32;
  moment2: i32;
  ring: i32;
  /** x (D) of the row to come, y (O) of the row that was. */
  x: i32;
  y: i32;
  loss: f64;
  gradientNorm: f64;
  /** Updates done, β1^t, β2^t. */
  updates: f64;
  power1: f64;
  power2: f64;
}

// @ts-ignore: decorator
@inline
export function weightsOf(net: Net): usize {
  return changetype<usize>(net) + net.weights;
}

// @ts-ignore: decorator
@inline
export function slotOf(net: Net, slot: i32): usize {
  return changetype<usize>(net) + net.ring + <usize>slot * net.slotBytes;
}

/** The slot of the row `age` rows back, 0 = newest; −1: the slot of the next row. */
// @ts-ignore: decorator
@inline
export function slotOfAge(net: Net, age: i32): usize {
  const slot = net.head - 1 - age;
  return slotOf(net, slot < 0 ? slot + net.R + 1 : slot);
}

// Where the parts of a slot begin.

// @ts-ignore: decorator
@inline
export function cellOf(net: Net, slot: usize): usize {
  return slot + <usize>net.N * F;
}

// @ts-ignore: decorator
@inline
export function targetOf(net: Net, slot: usize): usize {
  return slot + <usize>(net.N + net.H) * F;
}

// @ts-ignore: decorator
@inline
export function keptOf(net: Net, slot: usize): usize {
  return slot + <usize>(net.N + net.H + 2 * net.O) * F;
}

/** Floats of a slot, rounded up to whole vectors. */
function slotFloats(G: i32, D: i32, E: i32, H: i32, O: i32, keeps: i32): i32 {
  const kept = keeps ? G * H + H + O : 0;
  return round4(D + H + 1 + E + H + 2 * O + kept);
}

/** P: rounded up to whole cache lines, so that loops over all parameters may take several vectors at a time. */
export function parameterFloats(G: i32, D: i32, E: i32, H: i32, O: i32): i32 {
  const K = D + H + 1;
  return (K * G * H + O * (K + E) + 15) & ~15;
}

/** Bytes of a whole net. H is a multiple of 8. In float64, where no product of sizes can wrap round. */
export function bytesOfNet(G: f64, D: f64, E: f64, H: f64, O: f64, R: f64, keeps: f64): f64 {
  const K = D + H + 1;
  const P = K * G * H + O * (K + E) + 15;
  const kept = keeps * (G * H + H + O);
  const slot = K + E + H + 2 * O + kept + 3;
  return 4 * (3 * P + (R + 1) * slot + D + E + O + 6) + 256;
}

/** Lays a net out at an address where all bytes are 0, and starts it: no rows, h = c = 0, all weights 0. */
export function startNet(net: Net, G: i32, D: i32, E: i32, H: i32, O: i32, R: i32, W: i32, keeps: i32): void {
  net.G = G;
  net.D = D;
  net.H = H;
  net.O = O;
  net.R = R;
  net.E = E;
  net.W = W;
  net.K = D + H + 1;
  net.N = net.K + E;
  net.P = parameterFloats(G, D, E, H, O);
  net.keeps = keeps;
  net.slotBytes = slotFloats(G, D, E, H, O, keeps) * <i32>F;
  const parameterBytes = net.P * <i32>F;
  net.weights = <i32>((offsetof<Net>() + 63) & ~63);
  net.x = net.weights + parameterBytes;
  net.y = net.x + round4(D + E) * <i32>F;
  net.ring = net.y + round4(O) * <i32>F;
  net.moment1 = net.ring + (R + 1) * net.slotBytes;
  net.moment2 = net.moment1 + parameterBytes;
  net.power1 = 1;
  net.power2 = 1;
  for (let slot = 0; slot <= R; slot++) store<f32>(slotOf(net, slot) + <usize>(D + H) * F, 1);
}

/** Bytes of a net that is there. */
export function lengthOf(net: Net): i32 {
  return net.moment2 + net.P * <i32>F;
}

export function round4(n: i32): i32 {
  return (n + 3) & ~3;
}
