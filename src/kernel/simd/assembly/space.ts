import { Net, parameterFloats, round4 } from './net';
import { F } from './vector';

// What one window needs while it is worked on. All nets share it: one thread does one thing at a time. Rows lie in order
// of time, oldest first, wherever they lie in the ring of their net. R here is the longest window.

/** (R+1 rows of vBytes): v of each row, and of the one after the window. */ export let v: usize = 0;
export let vBytes: usize = 0;
/** (R+1, H) */ export let c: usize = 0;
/** (R): the address of the activations of each row, gates (G·H) and tanhC (H). */ export let activationsAt: usize = 0;
/** (R, G·H + H): those of rows that are run here; the others stay in the ring. */ export let activations: usize = 0;
/** (R, O) */ export let y: usize = 0;
/** (R, O) */ export let target: usize = 0;
/** (R, O) */ export let hasTarget: usize = 0;
/** (R): share of each row in a softmax loss. */ export let weight: usize = 0;
/** (R, O) */ export let dy: usize = 0;
/** (R, G·H) */ export let dz: usize = 0;
/** (H) */ export let dh: usize = 0;
/** (H) */ export let dc: usize = 0;
/** (P) */ export let gradient: usize = 0;

let next: usize = 0;

function take(floats: i32): usize {
  const at = next;
  next += <usize>round4(floats) * F;
  return at;
}

/** Lays the arrays out for a net from the address on. @returns the address after the last */
export function layOut(start: usize, G: i32, D: i32, E: i32, H: i32, O: i32, R: i32): usize {
  next = start;
  const vFloats = round4(D + H + 1 + E);
  vBytes = <usize>vFloats * F;
  v = take((R + 1) * vFloats);
  c = take((R + 1) * H);
  activationsAt = take(R);
  activations = take(R * (G + 1) * H);
  y = take(R * O);
  target = take(R * O);
  hasTarget = take(R * O);
  weight = take(R);
  dy = take(R * O);
  dz = take(R * G * H);
  dh = take(H);
  dc = take(H);
  gradient = take(parameterFloats(G, D, E, H, O));
  return next;
}

export function layOutFor(net: Net, start: usize): void {
  layOut(start, net.G, net.D, net.E, net.H, net.O, net.W);
}
