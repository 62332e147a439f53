import type { StateIo } from './stateIo.ts';

/**
 * A window of learning begins at a stored state and runs all others anew, so of the states in the ring only those matter at
 * which a window may yet begin: the oldest, the newest, and every k1-th between, in the phase of the updates. A snapshot
 * keeps these alone, a third of the ring with the defaults.
 */
export interface RingPosition {
  /** R: rows of the ring, and of a window. */ readonly rows: number;
  /** k1 */ readonly every: number;
  /** Rows that the ring holds. */ readonly rowCount: number;
  /** Steps since the last turn of k1. */ readonly sinceUpdate: number;
}

/** ring (R + 1, H): states, oldest first. Restoring, those that do not matter are left as they are. */
export function exchangeStates(io: StateIo, name: string, ring: Float32Array, position: RingPosition): void {
  const { rows, every } = position;
  const H = ring.length / (rows + 1);
  // As long whatever the position: snapshots of a stream do not grow.
  const kept = new Float32Array(H * Math.min(rows + 1, 2 + Math.ceil((rows - 1) / every)));
  const states = statesThatMatter(position);
  const stateOf = (array: Float32Array, state: number): Float32Array => array.subarray(state * H, (state + 1) * H);
  if (!io.isRestoring) states.forEach((state, place) => void kept.set(stateOf(ring, state), place * H));
  io.array(name, kept);
  if (io.isRestoring) states.forEach((state, place) => void ring.set(stateOf(kept, place), state * H));
}

/** out (H): the newest of the states that `exchangeStates` has kept. */
export function newestKept(kept: Float32Array, position: RingPosition, H: number): Float32Array {
  const place = statesThatMatter(position).length - 1;
  return kept.subarray(place * H, (place + 1) * H);
}

/** Indices in the ring, oldest first. */
function statesThatMatter({ rows, every, rowCount, sinceUpdate }: RingPosition): readonly number[] {
  const untilUpdate = Math.max(0, every - sinceUpdate);
  const states: number[] = [];
  for (let state = 0; state <= rowCount; state++) {
    // A full window that ends with the next update begins here, or that of one of the updates after it.
    const isStart = (state - rowCount - untilUpdate + rows) % every === 0;
    if (isStart || state === 0 || state === rowCount) states.push(state);
  }
  return states;
}
