import type { NetShape, NetState } from '../kernel.ts';
import { parameterCount } from '../parameterLayout.ts';
import { cellInputSize } from '../shapeSizes.ts';
import { paddedHiddenSize, visitParameters } from './blockedLayout.ts';
import type { SimdHome } from './simdHome.ts';

/** A net's numbers in the canonical order that all kernels share. */
export function copyStateOut({ arena, wasm }: SimdHome, net: number, shape: NetShape): NetState {
  const { inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const cellD = cellInputSize(shape);
  const rowCount = wasm.rowCountOf(net);
  const state = {
    weights: gather(arena.f32, wasm.weightsOf(net) / 4, shape),
    moment1: gather(arena.f32, wasm.moment1Of(net) / 4, shape),
    moment2: gather(arena.f32, wasm.moment2Of(net) / 4, shape),
    adam: arena.f64.slice(wasm.progressOf(net) / 8, wasm.progressOf(net) / 8 + 3),
    rowCount,
    x: new Float32Array(R * D),
    target: new Float32Array(R * O),
    hasTarget: new Uint8Array(R * O),
    h: new Float32Array((R + 1) * H),
    c: new Float32Array((R + 1) * H),
  };
  for (let r = 0; r <= rowCount; r++) {
    const { x, headX, h, c, target, hasTarget } = slotAt(wasm.slotOf(net, rowCount - 1 - r) / 4, shape);
    state.h.set(arena.f32.subarray(h, h + H), r * H);
    if (shape.cell === 'lstm') state.c.set(arena.f32.subarray(c, c + H), r * H);
    if (r === rowCount) break;
    state.x.set(arena.f32.subarray(x, x + cellD), r * D);
    state.x.set(arena.f32.subarray(headX, headX + D - cellD), r * D + cellD);
    state.target.set(arena.f32.subarray(target, target + O), r * O);
    state.hasTarget.set(arena.f32.subarray(hasTarget, hasTarget + O), r * O);
  }
  return state;
}

/** The reverse; the oldest row comes to lie in slot 0. The lengths have been checked. */
export function copyStateIn({ arena, wasm }: SimdHome, net: number, shape: NetShape, state: NetState): void {
  const { inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const cellD = cellInputSize(shape);
  const { rowCount } = state;
  scatter(arena.f32, wasm.weightsOf(net) / 4, shape, state.weights);
  scatter(arena.f32, wasm.moment1Of(net) / 4, shape, state.moment1);
  scatter(arena.f32, wasm.moment2Of(net) / 4, shape, state.moment2);
  arena.f64.set(state.adam, wasm.progressOf(net) / 8);
  wasm.startRows(net, rowCount);
  for (let r = 0; r <= rowCount; r++) {
    const { x, headX, h, c, target, hasTarget } = slotAt(wasm.slotOf(net, rowCount - 1 - r) / 4, shape);
    arena.f32.set(state.h.subarray(r * H, (r + 1) * H), h);
    if (shape.cell === 'lstm') arena.f32.set(state.c.subarray(r * H, (r + 1) * H), c);
    if (r === rowCount) break;
    arena.f32.set(state.x.subarray(r * D, r * D + cellD), x);
    arena.f32.set(state.x.subarray(r * D + cellD, (r + 1) * D), headX);
    arena.f32.set(state.target.subarray(r * O, (r + 1) * O), target);
    arena.f32.set(state.hasTarget.subarray(r * O, (r + 1) * O), hasTarget);
  }
}

/** Where the parts of a slot lie, as indices of float32: v = [x | h | 1 | x of the head alone], c, target, hasTarget. */
function slotAt(slot: number, shape: NetShape) {
  const { headInputSize: E = 0, outputSize: O } = shape;
  const D = cellInputSize(shape);
  const H = paddedHiddenSize(shape.hiddenSize);
  const headX = slot + D + H + 1;
  const c = headX + E;
  return { x: slot, headX, h: slot + D, c, target: c + H, hasTarget: c + H + O };
}

/** h, c (H) out: the carried state. */
export function copyCarried(
  { arena, wasm }: SimdHome,
  net: number,
  shape: NetShape,
  h: Float32Array,
  c: Float32Array,
): void {
  const at = slotAt(wasm.slotOf(net, -1) / 4, shape);
  const H = shape.hiddenSize;
  const hasCellState = shape.cell === 'lstm';
  for (let u = 0; u < H; u++) {
    h[u] = arena.f32[at.h + u];
    c[u] = hasCellState ? arena.f32[at.c + u] : 0;
  }
}

function gather(memory: Float32Array, at: number, shape: NetShape): Float32Array {
  const places = placesOf(shape);
  const out = new Float32Array(places.length);
  for (let p = 0; p < places.length; p++) out[p] = memory[at + places[p]];
  return out;
}

function scatter(memory: Float32Array, at: number, shape: NetShape, from: Float32Array): void {
  const places = placesOf(shape);
  for (let p = 0; p < places.length; p++) memory[at + places[p]] = from[p];
}

/** Layouts of the shapes that were last asked for: most streams are alike. */
const known = new Map<string, Uint32Array>();
const MOST_KNOWN = 8;

/** (P): where each parameter lies in the kernel's order. */
function placesOf(shape: NetShape): Uint32Array {
  const { cell, inputSize, headInputSize = 0, hiddenSize, outputSize } = shape;
  const key = `${cell} ${inputSize} ${headInputSize} ${hiddenSize} ${outputSize}`;
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  const places = new Uint32Array(parameterCount(shape));
  visitParameters(shape, (canonical, blocked) => {
    places[canonical] = blocked;
  });
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, places);
  return places;
}
